"""The tax in or on top of an amount, and which part of a stated tax belongs to the lines that are posted. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from takings.domain.day import DaySummary, Line, Prices, TaxTotal
from takings.domain.money import ZERO, round_amount, tax_added, tax_contained


def posted_share(total: TaxTotal, day: DaySummary, posted: Iterable[Line]) -> Decimal:
    """Return the part of a stated tax that belongs to the posted lines: all of it, unless some are left out."""
    if not total.tax_code and not total.account:
        return total.amount
    part = sum((line.amount for line in posted if belongs(line, total)), ZERO)
    whole = sum((line.amount for line in day.lines if belongs(line, total)), ZERO)
    if part == whole or not whole:
        return total.amount
    return round_amount(total.amount * part / whole, day.site.currency)


def posted_on_top(day: DaySummary, posted: Iterable[Line]) -> Decimal:
    """Return the tax that comes on top of the posted lines; nothing where they contain it."""
    if day.prices is not Prices.EXCLUSIVE:
        return ZERO
    lines = tuple(posted)
    return sum((posted_share(total, day, lines) for total in day.taxes), ZERO)


def belongs(line: Line, total: TaxTotal) -> bool:
    """Whether a line is one of those that a stated tax was added up over."""
    return line.tax_code == total.tax_code and total.account in ("", line.account)


def with_tax(amount: Decimal, rate: Decimal, currency: str, *, prices: Prices) -> tuple[Decimal, Decimal]:
    """Return an amount of a day's lines with its tax at `rate` per cent, and that tax: within it, on top, or none."""
    if prices is Prices.NO_TAX:
        return amount, ZERO
    if prices is Prices.EXCLUSIVE:
        tax = tax_added(amount, rate, currency)
        return amount + tax, tax
    return amount, tax_contained(amount, rate, currency)
