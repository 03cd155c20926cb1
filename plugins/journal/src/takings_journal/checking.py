"""What holds a unit back: everything that Beancount or the journal's chart would not take. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from takings.plugin import Document, Finding, Prices, Survey, TenderTotal, Unit
from takings_journal import findings

#: What a survey's `extra` says of an account: opened, closed (or empty), currencies.
AccountFacts = dict[str, Any]


def check_unit(unit: Unit, document: Document, survey: Survey) -> Iterator[Finding]:
    """Check what concerns the unit as a whole."""
    for currency in dict.fromkeys(mapped.day.site.currency for mapped in unit.days):
        if currency != document.currency:
            yield findings.currency_differs(unit, currency, document.currency)
    # What lacks to prices without tax is rounded, and the core says how much may be.
    if unit.counted != document.total and document.prices is not Prices.EXCLUSIVE:
        yield findings.unbalanced(unit, unit.counted - document.total, document.currency)
    if survey.locked_through and document.day <= survey.locked_through:
        yield findings.locked(unit, document.day, survey.locked_through)
    taken = next((one for one in survey.documents if one.number and one.number == unit.number), None)
    if taken and unit.number and taken.key != document.key:
        yield findings.number_taken(unit.number, taken.key)


def check_document(
    document: Document, tenders: Iterable[TenderTotal], survey: Survey, *, receivable: str
) -> list[Finding]:
    """Check every account and tax rate that the transaction uses."""
    used: dict[str, str] = {}
    for line in document.lines:
        used.setdefault(line.account.id, findings.MAP_ACCOUNTS)
    for tender in tenders:
        account, where = (tender.account.id, findings.MAP_TENDERS) if tender.account else (receivable, "advanced")
        used.setdefault(account, where)
    found: list[Finding] = []
    accounts = survey.extra["tax_accounts"]
    for tax in dict.fromkeys(line.tax.id for line in document.lines if line.tax):
        if tax not in accounts:
            found.append(findings.tax_unknown(tax))
        elif accounts[tax]:
            used.setdefault(accounts[tax], "journal")
    for account, where in used.items():
        found += check_account(account, survey.extra["accounts"].get(account), document, where=where)
    return found


def check_account(account: str, facts: AccountFacts | None, document: Document, *, where: str) -> Iterator[Finding]:
    """Check that an account takes a posting on the document's day, in its currency."""
    if facts is None:
        yield findings.account_unknown(account, where)
        return
    opened, closed = date.fromisoformat(facts["opened"]), facts["closed"]
    if document.day < opened or (closed and document.day >= date.fromisoformat(closed)):
        yield findings.account_not_open(account, document.day, where)
    if facts["currencies"] and document.currency not in facts["currencies"]:
        yield findings.account_other_currency(account, document.currency, where)
