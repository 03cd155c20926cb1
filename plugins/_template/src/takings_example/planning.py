"""What a unit of days becomes in Paper Ledger: one sheet, a payment for each account paid into. Pure.

The same arguments give the same plan, to the byte: the core plans again to find out what is still to be done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from takings.plugin import (
    ZERO,
    Document,
    DocumentLine,
    DocumentPayment,
    Finding,
    LedgerRef,
    MappedLine,
    Movement,
    Operation,
    Plan,
    Ref,
    Survey,
    Unit,
    format_amount,
    tax_contained,
)


def plan_unit(unit: Unit, survey: Survey, memo: str) -> Plan:
    """Decide what is done for a unit: findings that hold it, or the operations."""
    lines, payments = _lines(unit, survey), _payments(unit)
    movements = _movements(lines, payments)
    if not lines and not payments:
        return Plan()
    document = Document(
        key=unit.operation_key("sheet"),
        kind="sheet",
        number=unit.number,
        day=unit.dated or max(mapped.day.business_date for mapped in unit.days),
        currency=survey.chart.currency,
        total=sum((line.amount for line in lines), ZERO),
        tax=sum((line.tax_amount for line in lines), ZERO),
        lines=lines,
        payments=payments,
    )
    findings = tuple(_findings(unit, survey, document))
    operations = () if findings else _operations(document, f"{memo} {_period(unit, document)}".strip())
    return Plan(operations=operations, documents=(document,), movements=movements, findings=findings)


def _period(unit: Unit, document: Document) -> str:
    """Name what the sheet is for: its date, or the first and last of several days that become one."""
    first = min(mapped.day.business_date for mapped in unit.days)
    return f"{document.day}" if len(unit.days) == 1 else f"{first} to {document.day}"


def _lines(unit: Unit, survey: Survey) -> tuple[DocumentLine, ...]:
    """Sum the days' lines by account and tax; what cancels out leaves no line."""
    groups: dict[tuple[str, str], list[MappedLine]] = {}
    for mapped in unit.days:
        for line in mapped.lines:
            groups.setdefault((line.account.id, line.tax.id if line.tax else ""), []).append(line)
    rates = {tax.id: tax.rate for tax in survey.chart.taxes}
    lines = []
    for (_, tax), group in groups.items():
        amount = sum((one.line.amount for one in group), ZERO)
        if amount:
            lines.append(
                DocumentLine(
                    account=group[0].account,
                    tax=group[0].tax,
                    description=group[0].account.name,
                    amount=amount,
                    tax_amount=tax_contained(amount, rates.get(tax, ZERO), survey.chart.currency),
                    tax_codes=tuple(dict.fromkeys(one.tax_code for one in group if one.tax_code)),
                )
            )
    return tuple(lines)


def _payments(unit: Unit) -> tuple[DocumentPayment, ...]:
    """Sum the tenders by account; one that is left open on the document is not paid by us."""
    accounts: dict[str, LedgerRef] = {}
    sums: dict[str, Decimal] = {}
    names: dict[str, list[str]] = {}
    for mapped in unit.days:
        for one in mapped.tenders:
            if one.account:
                accounts.setdefault(one.account.id, one.account)
                sums[one.account.id] = sums.get(one.account.id, ZERO) + one.tender.counted
                names.setdefault(one.account.id, []).append(one.tender.name)
    paid = [account for account, amount in sums.items() if amount]
    return tuple(
        DocumentPayment(
            key=unit.operation_key("payment", number),
            account=accounts[account],
            amount=sums[account],
            label=", ".join(dict.fromkeys(names[account])),
        )
        for number, account in enumerate(paid, start=1)
    )


def _movements(lines: tuple[DocumentLine, ...], payments: tuple[DocumentPayment, ...]) -> tuple[Movement, ...]:
    """Say what sheet and payments do to each mapped account, debit positive; the core checks it against the days."""
    moved: dict[str, Decimal] = {}
    for line in lines:
        moved[line.account.id] = moved.get(line.account.id, ZERO) - line.amount
    for payment in payments:
        moved[payment.account.id] = moved.get(payment.account.id, ZERO) + payment.amount
    return tuple(Movement(account=account, amount=amount) for account, amount in moved.items())


def _operations(document: Document, memo: str) -> tuple[Operation, ...]:
    sheet: dict[str, Any] = {
        "key": document.key,
        "date": document.day.isoformat(),
        "currency": document.currency,
        "memo": memo,
        "lines": [
            {
                "account": line.account.id,
                "tax": line.tax.id if line.tax else None,
                "description": line.description,
                "amount": format_amount(line.amount, document.currency),
            }
            for line in document.lines
        ],
    }
    if document.number is not None:
        sheet["number"] = document.number
    return (
        Operation(key=document.key, kind="sheet", payload=sheet),
        *(_payment(document, payment) for payment in document.payments),
    )


def _payment(document: Document, payment: DocumentPayment) -> Operation:
    payload: Mapping[str, Any] = {
        "key": payment.key,
        # The sheet's id is known once it is posted: the core puts it here from the sheet's receipt.
        "sheet": Ref(key=document.key, field="id").as_json(),
        "account": payment.account.id,
        "date": document.day.isoformat(),
        "amount": format_amount(payment.amount, document.currency),
    }
    return Operation(key=payment.key, kind="payment", payload=payload, depends_on=(document.key,))


def _findings(unit: Unit, survey: Survey, document: Document) -> Iterator[Finding]:
    chart = survey.chart
    for mapped in unit.days:
        day = mapped.day
        if day.site.currency != chart.currency:
            yield _held(
                unit,
                "currency",
                f"The day is in {day.site.currency}, {chart.organisation_name} keeps its books in {chart.currency}",
                do="Join this point of sale to books in its own currency",
            )
        if not day.prices_include_tax:
            yield _held(
                unit, "tax_excluded", "Paper Ledger keeps amounts with their tax only", do="Post it elsewhere"
            )
    if survey.locked_through and document.day <= survey.locked_through:
        yield _held(
            unit,
            "locked",
            f"The books are closed up to {survey.locked_through}",
            do="Open them, or never post the day",
        )
    taken = next((one for one in survey.documents if one.number == unit.number and one.key != document.key), None)
    if unit.number and taken:
        yield _held(unit, "number_taken", f"The number {unit.number} stands already", do="Choose another prefix")
    accounts = {one.id for one in chart.accounts if one.active}
    for ref in (*(line.account for line in document.lines), *(one.account for one in document.payments)):
        if ref.id not in accounts:
            yield _held(unit, "account_gone", f"The account {ref} is gone or closed", do="Map it anew")
    taxes = {one.id for one in chart.taxes if one.active}
    for tax in (line.tax for line in document.lines):
        if tax and tax.id not in taxes:
            yield _held(unit, "tax_gone", f"The tax rate {tax} is gone", do="Map it anew")


def _held(unit: Unit, code: str, why: str, *, do: str) -> Finding:
    return Finding(
        code=f"example.{code}",
        what=f"{unit.key} can't be posted to Paper Ledger",
        why=why,
        do=do,
        where="day",
        subject=unit.key,
    )
