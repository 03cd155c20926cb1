"""The findings of taking documents back: what Xero will not remove, why, and what to do there by hand."""

from __future__ import annotations

from datetime import date

from takings.plugin import Finding, InspectedPayment, Inspection, Severity, show_amount


def foreign_payment(found: Inspection, payment: InspectedPayment) -> Finding:
    """Somebody else's payment stands on the document."""
    return Finding(
        code="xero.undo_foreign_payment",
        what=f"{_name(found)} has a payment of {payment.amount:,.2f} that was not posted from here",
        why="Xero voids no document with a payment on it, and what somebody else entered is not removed from here",
        do="Remove that payment in Xero (on the invoice, click the payment, Options, Remove & Redo), then undo again",
        where="ledger",
        subject=found.number or found.key,
    )


def credited(found: Inspection, currency: str) -> Finding:
    """A credit note or prepayment settles a part of the document."""
    return Finding(
        code="xero.undo_credited",
        what=f"{_name(found)} is settled by a credit note or prepayment: {show_amount(found.credited, currency)}",
        why="Xero voids no document that a credit is allocated to, and the credit was not posted from here",
        do="Remove the allocation in Xero (open the credit note, click the allocation, Remove), then undo again",
        where="ledger",
        subject=found.number or found.key,
    )


def fixed_payment(found: Inspection, payment: InspectedPayment) -> Finding:
    """Xero is going to refuse the removal of a payment; it is tried first, and nothing else of the unit before it."""
    return _in_batch(found, payment) if payment.fixed == "batch" else _reconciled(found, payment)


_TRIED_FIRST = "Xero refuses to remove such a payment from outside; nothing else of the document is touched before it"


def _in_batch(found: Inspection, payment: InspectedPayment) -> Finding:
    return Finding(
        code="xero.undo_batch",
        what=f"A payment of {payment.amount:,.2f} on {_name(found)} is part of a batch in Xero",
        why=_TRIED_FIRST,
        do="In Xero, delete the batch payment (Bank accounts, the transaction, Options, Delete), then undo again",
        where="ledger",
        severity=Severity.WARNING,
        subject=found.number or found.key,
    )


def _reconciled(found: Inspection, payment: InspectedPayment) -> Finding:
    return Finding(
        code="xero.undo_reconciled",
        what=f"A payment of {payment.amount:,.2f} on {_name(found)} is reconciled with a bank statement line in Xero",
        why=_TRIED_FIRST,
        do="In Xero, open the payment and choose Options, Unreconcile, then undo again",
        where="ledger",
        severity=Severity.WARNING,
        subject=found.number or found.key,
    )


IS_LOCKED = "It can't be voided in Xero: its date is locked"
IS_PAID_BY_NOTHING = "It can't be voided in Xero: it came to 0.00, and counts as paid"
WAS_REFUSED = "Xero refused to void it"


def reversed_by(found: Inspection, day: date, why: str) -> Finding:
    """The document can't be voided, so another one takes its effect back; `why` is one of the reasons below."""
    return Finding(
        code="xero.undo_reversed",
        what=f"{_name(found)} is reversed by an opposite document dated {day.isoformat()}",
        why=why,
        do="There is nothing to do: both documents stay, and every account is back at what it was",
        where="ledger",
        severity=Severity.INFO,
        subject=found.number or found.key,
    )


def _name(found: Inspection) -> str:
    return found.number or found.key
