"""Is responsible for the simulator's money: cents in, Decimals through, two-decimal strings out."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: int) -> Decimal:
    """Give whole cents as dollars."""
    return Decimal(amount).scaleb(-2)


def rounded(amount: Decimal, step: Decimal = CENT) -> Decimal:
    """Round half up to a multiple of `step`, to the cent unless told otherwise."""
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def portion(amount: Decimal, permille: int) -> Decimal:
    """Give so many thousandths of an amount, to the cent."""
    return rounded(amount * permille / 1000)


def contained_tax(net: Decimal, rate: Decimal) -> Decimal:
    """Give the tax contained in an inclusive amount: 1/11 of it at ten per cent."""
    return rounded(net * rate / (100 + rate))


def text(amount: Decimal) -> str:
    """Write an amount the way the feed carries it; zero never has a sign."""
    return f"{amount:.2f}" if amount else "0.00"


def amount_of(value: object) -> Decimal:
    """Read an amount that a record carries."""
    return Decimal(str(value))
