"""The payloads of operations as Xero takes them, money as text; no tax amounts, which Xero computes itself. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from takings.plugin import Document, DocumentLine, DocumentPayment, LedgerRef, Prices, Ref, Unit, format_amount
from takings_xero.arranging import CREDIT_NOTE
from takings_xero.options import AUTHORISED, IntegrationSettings

#: What Xero calls the ways in which a document has its prices.
_AMOUNT_TYPES = {Prices.INCLUSIVE: "Inclusive", Prices.EXCLUSIVE: "Exclusive", Prices.NO_TAX: "NoTax"}

#: How a document of each kind names itself in a payment.
_PAID = {"invoice": ("Invoice", "InvoiceID"), "creditnote": ("CreditNote", "CreditNoteID")}


def write_paper(document: Document, contact: Any, settings: IntegrationSettings) -> dict[str, Any]:
    """Write an invoice or a credit note."""
    payload: dict[str, Any] = {
        "Type": "ACCRECCREDIT" if document.kind == CREDIT_NOTE else "ACCREC",
        "Status": settings.status,
        # Anything beside the id would change the contact itself.
        "Contact": {"ContactID": contact},
        "Date": document.day.isoformat(),
        "LineAmountTypes": _AMOUNT_TYPES[document.prices],
        "CurrencyCode": document.currency,
        "Reference": document.key,
        "LineItems": [_line(line, document) for line in document.lines],
    }
    if document.kind != CREDIT_NOTE:
        payload["DueDate"] = _due(document.day, settings.due_days).isoformat()
    if document.number is not None:
        payload["CreditNoteNumber" if document.kind == CREDIT_NOTE else "InvoiceNumber"] = document.number
    return payload


def write_payment(document: Document, payment: DocumentPayment) -> dict[str, Any]:
    """Write a payment on an invoice, or a refund of a credit note."""
    name, id_name = _PAID[document.kind]
    return {
        name: {id_name: Ref(key=document.key, field="id").as_json()},
        "Account": {"AccountID": payment.account.id},
        "Date": document.day.isoformat(),
        "Amount": format_amount(payment.amount, document.currency),
        "Reference": payment.key,
    }


def write_journal(unit: Unit, document: Document, settings: IntegrationSettings) -> dict[str, Any]:
    """Write a manual journal: what a document takes in is a credit there. Its key ends the narration."""
    return {
        "Narration": f"{_about(unit)} {document.key}",
        "Date": document.day.isoformat(),
        "Status": "POSTED" if settings.status == AUTHORISED else "DRAFT",
        "LineAmountTypes": _AMOUNT_TYPES[document.prices],
        "JournalLines": [_line(line, document, sign=-1) for line in document.lines],
    }


def _about(unit: Unit) -> str:
    first, last = unit.days[0].day, unit.days[-1].day
    when = f"{first.business_date}" if first == last else f"{first.business_date} to {last.business_date}"
    number = f", {unit.number}" if unit.number else ""
    return f"Takings of {first.site.name}, {when}{number}:"


def _line(line: DocumentLine, document: Document, *, sign: int = 1) -> dict[str, Any]:
    amount = line.amount - line.tax_amount if document.prices is Prices.EXCLUSIVE else line.amount
    written: dict[str, Any] = {
        "Description": line.description,
        "LineAmount": format_amount(sign * amount, document.currency),
        "AccountID": line.account.id,
    }
    if document.prices is not Prices.NO_TAX:
        written["TaxType"] = _tax_type(line.tax)
    if line.option is not None:
        written["Tracking"] = [{"TrackingCategoryID": line.option.code, "TrackingOptionID": line.option.id}]
    return written


def _due(day: date, after: int) -> date:
    return day + timedelta(days=min(after, (date.max - day).days))


def _tax_type(tax: LedgerRef | None) -> str:
    assert tax is not None, "a line without a rate is a finding, and findings leave no operations"
    return tax.id
