"""Turns views into the documented JSON of `--json` and of the JSON API.

Money is text with the currency's decimals, dates and instants are ISO 8601, absent things are null.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from takings.domain.findings import Finding
from takings.domain.money import format_amount


def encode(value: Any) -> Any:
    """Turn a view into JSON values; a view with a `currency` gives its amounts that currency's decimals."""
    return _encode(value, "")


def _encode(value: Any, currency: str) -> Any:
    if isinstance(value, Finding):
        return value.as_dict()
    if is_dataclass(value) and not isinstance(value, type):
        currency = getattr(value, "currency", "") or currency
        return {one.name: _encode(getattr(value, one.name), currency) for one in fields(value)}
    if isinstance(value, Decimal):
        return format_amount(value, currency) if currency else f"{value:f}"
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {str(name): _encode(one, currency) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_encode(one, currency) for one in value]
    return value
