"""The opposite of a posted document that can't be voided: the same amounts on the other side, on an open date. Pure.

An invoice is reversed by a credit note whose refunds give back what its payments took, a credit note by an invoice, a
journal by its mirror. What is still open of the document is settled by allocating the credit note to the invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from takings.plugin import (
    ZERO,
    Document,
    DocumentPayment,
    Finding,
    InspectedPayment,
    Inspection,
    Operation,
    Plan,
    PostedOperation,
    PostedUnit,
    Ref,
    format_amount,
)
from takings_xero import undo_findings

_OPPOSITE = {"invoice": "creditnote", "creditnote": "invoice", "journal": "journal"}
_PAID = {"invoice": ("Invoice", "InvoiceID"), "creditnote": ("CreditNote", "CreditNoteID")}


def plan_reversal(
    posted: PostedUnit,
    document: PostedOperation,
    found: Inspection,
    *,
    payments: Sequence[InspectedPayment],
    currency: str,
    why: str,
) -> Plan:
    """Plan the document that reverses one, with the refunds of its payments and the allocation of what is open."""
    kind = _OPPOSITE[document.kind]
    key = posted.operation_key(kind)
    warning: tuple[Finding, ...] = (undo_findings.reversed_by(found, posted.dated, why),)
    if kind == "journal":
        payload = _mirrored(document.payload, key, posted.dated.isoformat())
        mirrored = Operation(key=key, kind=kind, payload=payload)
        return Plan(operations=(mirrored,), documents=_documents(posted, document, key, refunds=()), findings=warning)
    paper = Operation(
        key=key, kind=kind, payload=_opposite(document.payload, kind, key, day=posted.dated.isoformat())
    )
    refunds = [
        Operation(
            key=posted.operation_key("refund", place),
            kind="payment",
            payload=_refund(payment, kind, key, posted=posted, place=place, account=account, currency=currency),
            depends_on=(key,),
        )
        for place, (payment, account) in enumerate(_with_accounts(posted, payments), start=1)
    ]
    left = found.total - sum((one.amount for one in payments), ZERO) - found.credited
    settled = [_allocation(posted, document, kind, key=key, left=left, currency=currency)] if left > 0 else []
    documents = _documents(posted, document, key, refunds=refunds)
    return Plan(operations=(paper, *refunds, *settled), documents=documents, findings=warning)


def _documents(
    posted: PostedUnit, document: PostedOperation, key: str, *, refunds: Iterable[Operation]
) -> tuple[Document, ...]:
    """Return the opposite as the ledger is going to hold it, with the refunds as its payments."""
    payments = {one.account.id: one for paper in posted.documents for one in paper.payments}
    made = tuple(
        DocumentPayment(
            key=one.key,
            account=payments[account].account,
            amount=Decimal(one.payload["Amount"]),
            label=payments[account].label,
        )
        for one in refunds
        if (account := one.payload["Account"]["AccountID"]) in payments
    )
    found = (one for one in posted.documents if one.key == document.key)
    return tuple(_turned(one, key, posted, payments=made) for one in found)


def _turned(one: Document, key: str, posted: PostedUnit, *, payments: tuple[DocumentPayment, ...]) -> Document:
    kind = _OPPOSITE[one.key.rpartition("/")[2].partition(".")[0]]
    made = replace(
        one, key=key, kind=kind, number=None, day=posted.dated, payments=payments, reverses=one.key, draft=False
    )
    if kind != "journal":
        return replace(made, sign=-one.sign)
    lines = tuple(line.turned() for line in one.lines)
    return replace(made, total=-one.total, tax=-one.tax, lines=lines)


def _with_accounts(posted: PostedUnit, payments: Sequence[InspectedPayment]) -> list[tuple[InspectedPayment, str]]:
    """Put each payment beside its account, in the order in which they were posted: their places are stable."""
    standing = {one.id: one for one in payments}
    made = [one for one in posted.operations if one.kind == "payment"]
    pairs = [(standing.get(one.receipt.get("id", "")), str(one.payload["Account"]["AccountID"])) for one in made]
    return [(payment, account) for payment, account in pairs if payment is not None]


def _opposite(payload: Mapping[str, Any], kind: str, key: str, *, day: str) -> dict[str, Any]:
    kept = ("Contact", "LineAmountTypes", "CurrencyCode", "LineItems")
    opposite: dict[str, Any] = {
        "Type": "ACCRECCREDIT" if kind == "creditnote" else "ACCREC",
        "Status": "AUTHORISED",
        "Date": day,
        "Reference": key,
        **{name: payload[name] for name in kept if name in payload},
    }
    return opposite | ({"DueDate": day} if kind == "invoice" else {})


def _mirrored(payload: Mapping[str, Any], key: str, day: str) -> dict[str, Any]:
    lines = [{**line, "LineAmount": _negative(line["LineAmount"])} for line in payload["JournalLines"]]
    about = str(payload["Narration"]).rpartition(" ")[0]
    return {**payload, "Narration": f"Reverses {about} {key}", "Date": day, "Status": "POSTED", "JournalLines": lines}


def _negative(amount: str) -> str:
    return f"{-Decimal(amount):f}"


def _refund(
    payment: InspectedPayment, kind: str, key: str, *, posted: PostedUnit, place: int, account: str, currency: str
) -> dict[str, Any]:
    name, id_name = _PAID[kind]
    return {
        name: {id_name: Ref(key=key, field="id").as_json()},
        "Account": {"AccountID": account},
        "Date": posted.dated.isoformat(),
        "Amount": format_amount(payment.amount, currency),
        "Reference": posted.operation_key("refund", place),
    }


def _allocation(
    posted: PostedUnit, document: PostedOperation, kind: str, *, key: str, left: Decimal, currency: str
) -> Operation:
    """Settle what is open of an invoice by its credit note, or of a credit note by the invoice that reverses it."""
    made, stands = Ref(key=key, field="id").as_json(), document.receipt["id"]
    note, invoice = (made, stands) if kind == "creditnote" else (stands, made)
    return Operation(
        key=posted.operation_key("allocation"),
        kind="allocation",
        payload={
            "CreditNoteID": note,
            "Invoice": {"InvoiceID": invoice},
            "Amount": format_amount(left, currency),
            "Date": posted.dated.isoformat(),
        },
        depends_on=(key,),
    )
