"""Amounts of money: exact decimals that respect the currency's exponent.

An amount is a `Decimal` in the currency's main unit. Nothing here accepts a float, and text is
read strictly, so that an amount is either exact or refused.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

#: ISO 4217 currencies whose exponent is not 2.
_EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0,
    "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "VND": 0,
    "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip

#: No amount at all, as a decimal.
ZERO = Decimal(0)

#: The largest amount of one line that is believed; more is a misplaced point, not takings.
LARGEST = Decimal(10) ** 12

#: How many digits an amount has before its decimals, at most.
_DIGITS = 12


def exponent(currency: str) -> int:
    """Return how many decimals the ISO 4217 currency has."""
    return _EXPONENTS.get(currency, 2)


def parse_amount(text: str, currency: str) -> Decimal:
    """Read an amount such as `-12.50`; raise ValueError that says what is expected.

    Exactly the currency's decimals are required: `12.5` is refused for AUD, because a missing digit
    is more often a fault of the sender than an abbreviation.
    """
    places = exponent(currency)
    pattern = rf"-?(\d+)\.\d{{{places}}}" if places else r"-?(\d+)"
    found = re.fullmatch(pattern, text, re.ASCII)
    if found and len(found[1]) > _DIGITS:
        raise ValueError(f"the amount is too large, it has at most {_DIGITS} digits before its decimals")
    if not found:
        example = "-12." + "50000"[:places] if places else "-12"
        raise ValueError(f'expected {currency} as text with {places} decimals, like "{example}"')
    return Decimal(text)


def format_amount(amount: Decimal, currency: str) -> str:
    """Write an amount with exactly the currency's decimals and no thousands mark, for JSON."""
    return f"{round_amount(amount, currency):f}"


def show_amount(amount: Decimal, currency: str) -> str:
    """Write an amount for people, like `1,234.50`."""
    return f"{round_amount(amount, currency):,f}"


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """Round half away from zero to the currency's exponent, as tax offices and ledgers do."""
    rounded = amount.quantize(_smallest(currency), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def most_rounding(currency: str, times: int) -> Decimal:
    """Return what rounding so many times can come to: half of the currency's smallest amount each."""
    return _smallest(currency) * times / 2


@lru_cache(maxsize=256)
def _smallest(currency: str) -> Decimal:
    return Decimal(1).scaleb(-exponent(currency))


def tax_added(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """Return the tax that comes on top of an amount without it at `rate` per cent, rounded half up."""
    return round_amount(amount * rate / 100, currency)


def tax_contained(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """Return the tax contained in a tax-inclusive amount at `rate` per cent, rounded half up."""
    return round_amount(amount * rate / (100 + rate), currency)
