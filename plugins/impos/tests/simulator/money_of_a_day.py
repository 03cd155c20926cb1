"""Is responsible for adding a record up, independently of the code that made it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

AMOUNT_LINES = ("surcharges", "tips", "vouchers_sold", "deposits_taken", "account_payments")


def lines_total(record: dict[str, Any]) -> Decimal:
    """Give the left side of the feed's balance identity."""
    total = sum((Decimal(line["net"]) for line in record["sales"]), Decimal(0))
    total += sum((Decimal(line["amount"]) for name in AMOUNT_LINES for line in record[name]), Decimal(0))
    total += Decimal(record["rounding"]["amount"]) + Decimal(record["variance"]["amount"])
    for movement in record["cash_movements"]:
        total += Decimal(movement["amount"]) * (1 if movement["direction"] == "in" else -1)
    return total


def counted_total(record: dict[str, Any]) -> Decimal:
    """Give the right side of the feed's balance identity."""
    return sum((Decimal(tender["counted"]) for tender in record["payments"]), Decimal(0))


def eleventh(amount: str) -> str:
    """Give the GST in an inclusive amount as the feed writes it."""
    tax = (Decimal(amount) / 11).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return str(tax if tax else abs(tax))
