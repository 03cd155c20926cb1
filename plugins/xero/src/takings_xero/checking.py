"""What holds a unit back: every rule of Xero that can be known before anything is sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from takings.plugin import DocumentLine, Finding, LedgerRef, Unit
from takings_xero import findings
from takings_xero.ledger_index import LedgerIndex
from takings_xero.netting import TenderTotal
from takings_xero.options import NUMBER_RULES


def check_unit(unit: Unit, index: LedgerIndex, day: date) -> Iterator[Finding]:
    """Check what concerns the unit as a whole: currency, lock dates, contact, number."""
    base = index.survey.chart.currency
    for currency in dict.fromkeys(mapped.day.site.currency for mapped in unit.days):
        if currency != base:
            yield findings.currency_differs(title(unit), currency, base)
    if not all(mapped.day.prices_include_tax for mapped in unit.days):
        yield findings.prices_exclude_tax(title(unit))
    lock = index.survey.locked_through
    if lock and day <= lock:
        names = [name for name, locked in index.locks.items() if day.isoformat() <= locked]
        yield findings.locked(day, lock, names)
    if index.contact["state"] == "archived":
        yield findings.contact_archived(index.contact["name"])
    if unit.number is not None:
        yield from _check_number(unit, unit.number, index)


def check_lines(lines: Iterable[DocumentLine], index: LedgerIndex) -> Iterator[Finding]:
    """Check that each line's account takes it, and that its tax rate goes with the account."""
    for line in lines:
        account = index.accounts.get(line.account.id)
        if account is None:
            yield findings.account_unknown(line.account, findings.MAP_ACCOUNTS)
            continue
        if not account.active:
            yield findings.account_archived(account, findings.MAP_ACCOUNTS)
        elif not account.takes_lines:
            yield findings.account_takes_no_lines(account, line.description)
        if line.tax is None:
            yield findings.no_tax(account, line.description)
            continue
        tax = index.taxes.get(line.tax.id)
        if tax is None or not tax.active:
            yield findings.tax_unknown(line.tax)
        elif tax.kinds and account.kind not in tax.kinds:
            yield findings.tax_not_for_account(tax, account, line.description)


def check_tenders(tenders: Iterable[TenderTotal], index: LedgerIndex, unit: Unit) -> Iterator[Finding]:
    """Check that each payment is positive and its account takes payments."""
    for tender in tenders:
        if tender.amount < 0:
            yield findings.tender_opposite_sign(tender.name, tender.amount, index.survey.chart.currency, title(unit))
        if tender.account is not None:
            yield from _check_payment_account(tender.account, tender.name, index)


def check_total(total: Decimal, unit: Unit, currency: str) -> Iterator[Finding]:
    """Check that the document comes to more than nothing."""
    if total < 0:
        yield findings.negative_total(total, currency, title(unit))
    if not total:
        yield findings.zero_total(title(unit))


def title(unit: Unit) -> str:
    """Return how findings name the unit: its day, or first and last."""
    keys = sorted(mapped.day.key for mapped in unit.days)
    return str(keys[0]) if len(keys) == 1 else f"{keys[0]} to {keys[-1]}"


def _check_payment_account(ref: LedgerRef, tender: str, index: LedgerIndex) -> Iterator[Finding]:
    account = index.accounts.get(ref.id)
    if account is None:
        yield findings.account_unknown(ref, findings.MAP_TENDERS)
    elif not account.active:
        yield findings.account_archived(account, findings.MAP_TENDERS)
    elif not account.takes_payments:
        yield findings.account_takes_no_payments(account, tender)


def _check_number(unit: Unit, number: str, index: LedgerIndex) -> Iterator[Finding]:
    if len(number) > NUMBER_RULES.longest or not re.fullmatch(NUMBER_RULES.pattern, number):
        yield findings.number_invalid(number)
    standing = index.numbers.get(number)
    # The unit's own invoice is no stranger: the core finds it by its key.
    if standing and standing.key != unit.operation_key("invoice"):
        yield findings.number_taken(number, standing.status)
