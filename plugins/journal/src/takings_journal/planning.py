"""The plan of a unit: one balanced transaction, and what moves by it. Pure.

A journal takes any sign: a negative tender, a day of refunds and a total of nothing are postings like others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from takings.plugin import (
    ZERO,
    Document,
    DocumentPayment,
    Movement,
    Operation,
    Plan,
    Survey,
    TenderTotal,
    Unit,
    UnitRole,
    format_amount,
    net_tenders,
)
from takings_journal.checking import check_document, check_unit
from takings_journal.entries import KIND
from takings_journal.findings import no_rounding_account
from takings_journal.netting import net_lines, rounding_line
from takings_journal.options import IntegrationSettings

#: The parts of a transaction, which its postings name so that they can be read back.
TENDER, OPEN, LINE, TAX = "tender", "open", "line", "tax"


def plan_unit(unit: Unit, survey: Survey, settings: IntegrationSettings) -> Plan:
    """Decide what is done for a unit; with findings there are no operations."""
    lines, tenders = net_lines(unit, survey.chart, settings), net_tenders(unit.days)
    if not lines and not tenders:
        return Plan()
    rounds, lacks = rounding_line(lines, unit, survey.chart, account=settings.rounding_account)
    lines = (*lines, rounds) if rounds else lines
    document = Document(
        key=unit.operation_key(KIND),
        kind=KIND,
        number=unit.number,
        day=unit.dated or max(mapped.day.business_date for mapped in unit.days),
        currency=survey.chart.currency,
        total=sum((line.amount for line in lines), ZERO),
        tax=sum((line.tax_amount for line in lines), ZERO),
        lines=lines,
        payments=tuple(
            DocumentPayment(
                key=unit.operation_key(TENDER, one.place), account=one.account, amount=one.amount, label=one.name
            )
            for one in tenders
            if one.account
        ),
        prices=unit.days[0].day.prices,
    )
    found = [
        *check_unit(unit, document, survey),
        *check_document(document, tenders, survey, receivable=settings.receivable),
    ]
    if lacks and rounds is None:
        found.append(no_rounding_account())
    operations = () if found else (_operation(unit, document, tenders, survey=survey, settings=settings),)
    return Plan(
        operations=operations,
        documents=(document,),
        movements=_movements(document),
        findings=tuple(dict.fromkeys(found)),
    )


def _movements(document: Document) -> tuple[Movement, ...]:
    """Say what moves on the mapped accounts, tax included; the accounts of taxes and of what is open are ours."""
    moved: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in document.lines:
        moved[line.account.id] -= line.amount
    for payment in document.payments:
        moved[payment.account.id] += payment.amount
    return tuple(Movement(account=account, amount=amount) for account, amount in moved.items())


def _operation(
    unit: Unit,
    document: Document,
    tenders: tuple[TenderTotal, ...],
    *,
    survey: Survey,
    settings: IntegrationSettings,
) -> Operation:
    postings = [
        *_tender_postings(tenders, document.currency, settings.receivable),
        *_line_postings(document),
        *_tax_postings(document, survey.extra["tax_accounts"]),
    ]
    payload: dict[str, Any] = {
        "date": document.day.isoformat(),
        "payee": unit.days[0].day.site.name,
        "narration": _narration(unit, settings.narration),
        "number": document.number or "",
        "currency": document.currency,
        "postings": postings,
    }
    return Operation(key=document.key, kind=KIND, payload=payload)


def _narration(unit: Unit, text: str) -> str:
    first, last = unit.days[0].day, unit.days[-1].day
    if unit.role is UnitRole.ADJUST:
        return f"{text}, adjusts {first.business_date}".lstrip(", ")
    if len(unit.days) > 1:
        return f"{text} {first.business_date} to {last.business_date}".strip()
    return f"{text}, close {first.sequence}" if first.sequence > 1 else text


def _tender_postings(tenders: tuple[TenderTotal, ...], currency: str, receivable: str) -> Iterator[dict[str, str]]:
    for one in tenders:
        yield {
            "part": f"{TENDER if one.account else OPEN}.{one.place}",
            "account": one.account.id if one.account else receivable,
            "amount": format_amount(one.amount, currency),
            "about": one.name,
        }


def _line_postings(document: Document) -> Iterator[dict[str, str]]:
    for number, line in enumerate(document.lines, start=1):
        posting = {
            "part": f"{LINE}.{number}",
            "account": line.account.id,
            "amount": format_amount(line.tax_amount - line.amount, document.currency),
            "about": line.description,
        }
        if line.tax:
            posting["tax"] = line.tax.id
            posting["tax_amount"] = format_amount(line.tax_amount, document.currency)
        yield posting


def _tax_postings(document: Document, accounts: dict[str, str]) -> Iterator[dict[str, str]]:
    """One posting for each rate: the sum of what was split off line by line."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in document.lines:
        if line.tax:
            sums[line.tax.id] += line.tax_amount
    for tax, amount in sums.items():
        if amount:
            yield {
                "part": TAX,
                "account": accounts[tax],
                "amount": format_amount(-amount, document.currency),
                "tax": tax,
            }
