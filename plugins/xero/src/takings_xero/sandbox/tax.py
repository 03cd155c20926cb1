"""Tax per line, rounded half up to the cent and then summed: Inclusive, Exclusive, NoTax."""

from __future__ import annotations

from decimal import Decimal

from takings_xero.sandbox.wire import ZERO, Doc, cents


def of_line(line_amount: Decimal, percent: Decimal, amount_types: str) -> Decimal:
    """Return the tax in (Inclusive) or on (Exclusive) a line; 45.45 at 10 % exclusive is 4.55."""
    if amount_types == "NoTax" or not percent:
        return ZERO
    if amount_types == "Inclusive":
        return cents(line_amount * percent / (100 + percent))
    return cents(line_amount * percent / 100)


def totals(lines: list[Doc], amount_types: str) -> tuple[Decimal, Decimal, Decimal]:
    """Return subtotal (without tax), tax and total of a document."""
    amounts = sum((Decimal(line.get("LineAmount", 0)) for line in lines), ZERO)
    tax = sum((Decimal(line.get("TaxAmount", 0)) for line in lines), ZERO)
    if amount_types == "Inclusive":
        return amounts - tax, tax, amounts
    return amounts, tax, amounts + tax


def net_of_line(line: Doc, amount_types: str) -> Decimal:
    """Return what the line's account moves by: its amount without tax."""
    amount = Decimal(line.get("LineAmount", 0))
    return amount - Decimal(line.get("TaxAmount", 0)) if amount_types == "Inclusive" else amount
