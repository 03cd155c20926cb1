"""JSON as Xero speaks it: money is a JSON number, read and written exactly as Decimal, never through a float."""

from __future__ import annotations

import os
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import msgspec

from takings_xero.sandbox.problems import PostDataInvalid

Doc = dict[str, Any]

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
NO_ID = "00000000-0000-0000-0000-000000000000"

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def new_id() -> str:
    """Return a random id; each line of each document gets one, and uuid.uuid4 takes five times as long."""
    text = os.urandom(16).hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def encode(value: object) -> bytes:
    """Return compact JSON with every Decimal as a number."""
    return _encoder.encode(value)


def decode(data: bytes | str) -> Any:
    """Read JSON; a number with a fraction becomes a Decimal. Raises msgspec.DecodeError."""
    return _decoder.decode(data)


def cents(value: Decimal) -> Decimal:
    """Round half up (away from zero) to two decimals, as Xero rounds each line."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def rounded(value: Decimal, places: int) -> Decimal:
    """Round half up to the given number of decimals."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def number(value: object, path: str) -> Decimal | None:
    """Read an incoming amount (JSON number, or a number in a string); None stays None.

    Raises PostDataInvalid for anything else.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise PostDataInvalid(f"Error converting value to type 'System.Decimal'. Path '{path}'.")
    try:
        result = Decimal(value)
    except InvalidOperation:
        raise PostDataInvalid(f"Could not convert string to decimal: {value}. Path '{path}'.") from None
    if not result.is_finite():
        raise PostDataInvalid(f"Could not convert string to decimal: {value}. Path '{path}'.")
    return result


def plain(value: Decimal, places: int = 2) -> str:
    """Write an amount as Xero writes it inside a message: fixed decimals, no exponent."""
    return f"{rounded(value, places):f}"


def truth(value: object) -> bool:
    """Read a boolean of a query or a body in any of the spellings clients send."""
    return str(value).strip().lower() in {"true", "1", "yes"}
