"""Column types that behave the same on SQLite and PostgreSQL: instants, JSON text, exact decimals."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC without a zone; a naive one is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant its zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Json(TypeDecorator[Any]):
    """JSON as compact text, equal on each database; money stands in it as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write compact JSON."""
        if not value and value is not None:
            return _EMPTY.get(type(value)) or to_json(value)
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else from_json(value)


class Amount(TypeDecorator[Decimal]):
    """An exact decimal as text, since SQLite has no exact numbers."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write all digits."""
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read all digits."""
        return None if value is None else Decimal(value)


#: Most JSON of the posting path is empty.
_EMPTY: dict[type, str] = {dict: "{}", list: "[]"}

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder()


def to_json(value: Any) -> str:
    """Write compact JSON text in a stable form."""
    return _ENCODER.encode(value).decode()


def from_json(text: str) -> Any:
    """Read JSON text that `to_json` wrote."""
    return _DECODER.decode(text)
