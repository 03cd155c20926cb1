"""The plan of a unit: one approved invoice, one payment for each payment method, and what moves by them. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from takings.plugin import (
    ZERO,
    Document,
    DocumentLine,
    DocumentPayment,
    Finding,
    LedgerRef,
    Movement,
    Operation,
    Plan,
    Ref,
    Unit,
    format_amount,
)
from takings_xero.checking import check_lines, check_tenders, check_total, check_unit
from takings_xero.ledger_index import LedgerIndex
from takings_xero.netting import TenderTotal, net_lines, net_tenders
from takings_xero.options import IntegrationSettings


def plan_unit(unit: Unit, index: LedgerIndex, settings: IntegrationSettings) -> Plan:
    """Decide what is done for a unit; with findings there are no operations.

    A unit whose lines cancel out one by one and that has no payments leaves nothing to do: an empty plan.
    """
    currency = index.survey.chart.currency
    day = max(mapped.day.business_date for mapped in unit.days)
    lines, tenders = net_lines(unit, index, currency), net_tenders(unit.days)
    total = sum((line.amount for line in lines), ZERO)
    payments = _payments(unit, tenders)
    movements = _movements(unit, lines, payments)
    if not lines and not tenders:
        return Plan(movements=movements)
    document = Document(
        key=unit.operation_key("invoice"),
        kind="invoice",
        number=unit.number,
        day=day,
        currency=currency,
        total=total,
        tax=sum((line.tax_amount for line in lines), ZERO),
        lines=lines,
        payments=payments,
    )
    found = _distinct(
        [
            *check_unit(unit, index, day),
            *check_lines(lines, index),
            *check_tenders(tenders, index, unit),
            *check_total(total, unit, currency),
        ]
    )
    operations = () if found else _operations(document, index, settings)
    return Plan(operations=operations, documents=(document,), movements=movements, findings=found)


def _payments(unit: Unit, tenders: tuple[TenderTotal, ...]) -> tuple[DocumentPayment, ...]:
    posted = [(one, one.account) for one in tenders if one.account is not None]
    return tuple(
        DocumentPayment(
            key=unit.operation_key("payment", one.place), account=account, amount=one.amount, label=one.name
        )
        for one, account in posted
    )


def _movements(
    unit: Unit, lines: tuple[DocumentLine, ...], payments: tuple[DocumentPayment, ...]
) -> tuple[Movement, ...]:
    """Sum what document and payments do to each mapped account; Accounts Receivable is not a mapped one."""
    moved: dict[str, Decimal] = {mapped.account.id: ZERO for day in unit.days for mapped in day.lines}
    for line in lines:
        moved[line.account.id] -= line.amount
    for payment in payments:
        moved[payment.account.id] = moved.get(payment.account.id, ZERO) + payment.amount
    return tuple(Movement(account=account, amount=amount) for account, amount in moved.items())


def _operations(document: Document, index: LedgerIndex, settings: IntegrationSettings) -> tuple[Operation, ...]:
    contact: Any = index.contact["id"]
    first: tuple[Operation, ...] = ()
    if index.contact["state"] == "absent":
        name = settings.contact_name
        first = (Operation(key=f"contact/{name}", kind="contact", payload={"Name": name}),)
        contact = Ref(key=first[0].key, field="id").as_json()
    invoice = Operation(
        key=document.key,
        kind="invoice",
        payload=_invoice(document, contact, settings),
        depends_on=tuple(one.key for one in first),
    )
    payments = (
        Operation(
            key=payment.key,
            kind="payment",
            payload={
                "Invoice": {"InvoiceID": Ref(key=document.key, field="id").as_json()},
                "Account": {"AccountID": payment.account.id},
                "Date": document.day.isoformat(),
                "Amount": format_amount(payment.amount, document.currency),
                "Reference": payment.key,
            },
            depends_on=(document.key,),
        )
        for payment in document.payments
    )
    return (*first, invoice, *payments)


def _invoice(document: Document, contact: Any, settings: IntegrationSettings) -> dict[str, Any]:
    """Write the invoice as Xero takes it, money as text; no tax amounts, which Xero computes by its own rates."""
    payload: dict[str, Any] = {
        "Type": "ACCREC",
        "Status": "AUTHORISED",
        # Anything beside the id would change the contact itself.
        "Contact": {"ContactID": contact},
        "Date": document.day.isoformat(),
        "DueDate": _due(document.day, settings.due_days).isoformat(),
        "LineAmountTypes": "Inclusive",
        "CurrencyCode": document.currency,
        "Reference": document.key,
        "LineItems": [
            {
                "Description": line.description,
                "LineAmount": format_amount(line.amount, document.currency),
                "AccountID": line.account.id,
                "TaxType": _tax_type(line.tax),
            }
            for line in document.lines
        ],
    }
    if document.number is not None:
        payload["InvoiceNumber"] = document.number
    return payload


def _due(day: date, after: int) -> date:
    return day + timedelta(days=min(after, (date.max - day).days))


def _tax_type(tax: LedgerRef | None) -> str:
    assert tax is not None, "a line without a rate is a finding, and findings leave no operations"
    return tax.id


def _distinct(found: list[Finding]) -> tuple[Finding, ...]:
    """Keep one finding for each thing that is wrong, however many lines meet it."""
    kept: dict[tuple[str, str], Finding] = {}
    for one in found:
        kept.setdefault((one.code, one.subject), one)
    return tuple(kept.values())
