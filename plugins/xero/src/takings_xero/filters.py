"""Xero's `where` filters: quoting, dates, and lists of values cut to what an address may hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from urllib.parse import quote

from takings.plugin import Period

#: Encoded characters of one filter; longer addresses are refused by servers and proxies on the way.
LONGEST = 3_500


def text(value: str) -> str:
    """Quote a text for a filter."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def day(value: date) -> str:
    """Write a date for a filter."""
    return f"DateTime({value.year},{value.month:02},{value.day:02})"


def dated(period: Period) -> str:
    """Return the condition that a document is dated in the period."""
    return f"Date>={day(period.first)} AND Date<{day(period.last + timedelta(days=1))}"


def any_of(field: str, values: Iterable[str]) -> Iterator[str]:
    """Yield filters that together ask for every value, each short enough for an address."""
    return any_pair((field, value) for value in values)


def any_pair(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield filters that together ask for every field with its value, each short enough for an address."""
    return _joined(f"{field}=={text(value)}" for field, value in pairs)


def any_ends(field: str, ends: Iterable[str]) -> Iterator[str]:
    """Yield filters that together ask for every text that ends so, each short enough for an address."""
    return _joined(f"{field}.EndsWith({text(end)})" for end in ends)


def any_id(field: str, ids: Iterable[str]) -> Iterator[str]:
    """Yield filters that together ask for every id, each short enough for an address."""
    return _joined(f"{field}==guid({text(one)})" for one in ids)


def _joined(conditions: Iterable[str]) -> Iterator[str]:
    parts: list[str] = []
    length = 0
    for part in conditions:
        cost = len(quote(part, safe="")) + len("%20OR%20")
        if parts and length + cost > LONGEST:
            yield " OR ".join(parts)
            parts, length = [], 0
        parts.append(part)
        length += cost
    if parts:
        yield " OR ".join(parts)


def id_lists(ids: Iterable[str], most: int = 90) -> Iterator[str]:
    """Yield comma-separated lists of ids for the `IDs` parameter, each short enough for an address."""
    wanted = list(ids)
    for start in range(0, len(wanted), most):
        yield ",".join(wanted[start : start + most])
