"""Is responsible for taking single fields out of decoded JSON: the right type, or a finding with its path.

A field that is wrong is noted and read as something neutral, so that all problems of a record are told at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from takings.plugin import ZERO, Finding, exponent

from . import findings
from .jsontext import Number

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
# U+0000 can't be stored by every database, half of a surrogate pair not even be written as UTF-8.
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
_CURRENCY = re.compile(r"[A-Z]{3}")
_RATE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?")

#: How many digits an amount has before its decimals, at most.
_DIGITS = 12

_TEXT = "text that is not empty"
_DATE_LIKE = 'a date from 2000 to 2099, like "2026-10-31"'
_INSTANT_LIKE = 'a moment with its offset, like "2026-10-31T23:41:05+11:00"'
_ZONE_LIKE = 'an IANA time zone, like "Australia/Melbourne"'
_CURRENCY_LIKE = 'an ISO 4217 currency, like "AUD"'


class Notes:
    """The findings of one record, at most fifty of them told."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._untold = 0

    def add(self, finding: Finding) -> None:
        """Keep a finding."""
        if len(self._findings) < findings.MOST:
            self._findings.append(finding)
        else:
            self._untold += 1

    def about(self, path: str) -> bool:
        """Whether a finding concerns this path."""
        return any(one.where == path for one in self._findings)

    def about_any(self, path: str, *names: str) -> bool:
        """Whether a finding concerns one of these fields of the object at `path`."""
        return any(self.about(f"{path}.{name}") for name in names)

    def __bool__(self) -> bool:
        return bool(self._findings)

    def told(self, subject: str = "") -> tuple[Finding, ...]:
        """Return the findings with what they concern; the last one says how many were left out."""
        told = [replace(one, subject=one.subject or subject) for one in self._findings]
        return (*told, findings.more(self._untold)) if self._untold else tuple(told)


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


class Fields:
    """The fields of one JSON object that stands at `path`; what is wrong goes to `notes`.

    Text that is absent where it may be is empty. Unknown fields are not looked at.
    """

    __slots__ = ("_currency", "_data", "_notes", "path")

    def __init__(self, data: dict[str, Any], path: str, notes: Notes, *, currency: str = "") -> None:
        self._data, self.path, self._notes, self._currency = data, path, notes, currency

    def _get(self, name: str, expected: str) -> Any:
        value = self._data.get(name, _ABSENT)
        if value is _ABSENT:
            self._notes.add(findings.missing_field(f"{self.path}.{name}", expected))
        return value

    def _wrong(self, name: str, value: object, expected: str) -> None:
        self._notes.add(findings.wrong_type(f"{self.path}.{name}", value, expected))

    def use_currency(self, currency: str) -> None:
        """From here on amounts are of this currency; an empty text means that it is not known."""
        self._currency = currency

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def raw(self, name: str) -> Any:
        """Return the value as decoded, or None."""
        return self._data.get(name)

    def text(self, name: str) -> str:
        """Return text that is not empty."""
        value = self._data.get(name, _ABSENT)
        if value is _ABSENT:
            self._notes.add(findings.missing_field(f"{self.path}.{name}", _TEXT))
            return ""
        return self._clean(name, value)

    def optional(self, name: str) -> str:
        """Return text, or nothing where the field is not there."""
        return self._clean(name, self._data[name]) if name in self._data else ""

    def _clean(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or not value:
            self._wrong(name, value, _TEXT)
            return ""
        if _NO_CHARACTER.search(value):
            self._notes.add(findings.bad_text(f"{self.path}.{name}", value))
            return ""
        return value

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """Return one of a closed set of words."""
        value = self._get(name, f"one of {', '.join(allowed)}")
        if isinstance(value, str) and value in allowed:
            return value
        if value is not _ABSENT:
            self._notes.add(findings.unknown_value(f"{self.path}.{name}", value, allowed))
        return ""

    def switch(self, name: str) -> bool:
        """Return true or false."""
        value = self._get(name, "true or false")
        if isinstance(value, bool):
            return value
        if value is not _ABSENT:
            self._wrong(name, value, "true or false")
        return True

    def number(self, name: str, least: int) -> int:
        """Return a whole number from `least`, which numbers something: a close, a revision."""
        expected = f"a whole number from {least}"
        value = self._get(name, expected)
        if isinstance(value, Number) and _WHOLE.fullmatch(value.literal) and int(value.literal) >= least:
            return int(value.literal)
        if value is not _ABSENT:
            self._wrong(name, value, expected)
        return least

    def count(self, name: str) -> int:
        """Return a count, which is never negative."""
        expected = "a whole number from 0"
        value = self._get(name, expected)
        if isinstance(value, Number) and _WHOLE.fullmatch(value.literal):
            if (count := int(value.literal)) >= 0:
                return count
            self._notes.add(findings.negative_count(f"{self.path}.{name}", value))
        elif value is not _ABSENT:
            self._wrong(name, value, expected)
        return 0

    def money(self, name: str) -> Decimal:
        """Return an amount; without a known currency only its type is looked at."""
        value = self._data.get(name, _ABSENT)
        if not isinstance(value, str):
            self._no_money(name, value)
            return ZERO
        if not self._currency:
            return ZERO
        found = _money_pattern(self._currency).fullmatch(value)
        if found and len(found[1]) <= _DIGITS:
            return Decimal(value)
        path = f"{self.path}.{name}"
        too_large = findings.money_too_large(path, value, _DIGITS) if found else None
        self._notes.add(too_large or findings.money_format(path, value, money_like(self._currency)))
        return ZERO

    def _no_money(self, name: str, value: object) -> None:
        path, expected = f"{self.path}.{name}", money_like(self._currency)
        if value is _ABSENT:
            self._notes.add(findings.missing_field(path, expected))
        elif isinstance(value, Number):
            self._notes.add(findings.float_money(path, value.literal, expected))
        else:
            self._notes.add(findings.wrong_type(path, value, expected))

    def not_positive(self, name: str) -> Decimal:
        """Return an amount that is 0 or negative."""
        amount = self.money(name)
        if amount > 0:
            self._notes.add(findings.sign(f"{self.path}.{name}", self.raw(name), "an amount that is 0 or negative"))
        return amount

    def positive(self, name: str) -> Decimal:
        """Return an amount above 0."""
        amount = self.money(name)
        if amount <= 0 and self._currency and not self._notes.about(f"{self.path}.{name}"):
            self._notes.add(findings.sign(f"{self.path}.{name}", self.raw(name), "an amount above 0"))
        return amount

    def day(self, name: str) -> date | None:
        """Return a date."""
        value = self._get(name, _DATE_LIKE)
        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        if value is not _ABSENT:
            self._wrong(name, value, _DATE_LIKE)
        return None

    def instant(self, name: str) -> datetime | None:
        """Return a moment with its offset."""
        value = self._get(name, _INSTANT_LIKE)
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass
        if value is not _ABSENT:
            self._wrong(name, value, _INSTANT_LIKE)
        return None

    def zone(self, name: str) -> str:
        """Return a known IANA time zone."""
        value = self._get(name, _ZONE_LIKE)
        if isinstance(value, str) and _is_zone(value):
            return value
        if value is not _ABSENT:
            self._wrong(name, value, _ZONE_LIKE)
        return ""

    def currency(self, name: str) -> str:
        """Return an ISO 4217 currency."""
        value = self._get(name, _CURRENCY_LIKE)
        if isinstance(value, str) and _CURRENCY.fullmatch(value):
            return value
        if value is not _ABSENT:
            self._wrong(name, value, _CURRENCY_LIKE)
        return ""

    def rate(self, name: str) -> Decimal | None:
        """Return a tax rate in per cent."""
        value = self._get(name, 'per cent as text, like "10"')
        if isinstance(value, str) and _RATE.fullmatch(value):
            return Decimal(value)
        if value is not _ABSENT:
            self._notes.add(findings.rate_format(f"{self.path}.{name}", value))
        return None

    def object(self, name: str) -> Fields | None:
        """Return the fields of an object."""
        value = self._get(name, "an object")
        if isinstance(value, dict):
            return Fields(value, f"{self.path}.{name}", self._notes, currency=self._currency)
        if value is not _ABSENT:
            self._wrong(name, value, "an object")
        return None

    def rows(self, name: str) -> Iterator[Fields]:
        """Yield the objects of an array."""
        value = self._get(name, "an array of objects")
        if not isinstance(value, list):
            if value is not _ABSENT:
                self._wrong(name, value, "an array of objects")
            return
        for at, one in enumerate(value):
            path = f"{self.path}.{name}[{at}]"
            if isinstance(one, dict):
                yield Fields(one, path, self._notes, currency=self._currency)
            else:
                self._notes.add(findings.wrong_type(path, one, "an object"))

    def texts(self, name: str) -> None:
        """Look at an array of texts, which is not kept."""
        value = self._get(name, "an array of texts")
        if not isinstance(value, list):
            if value is not _ABSENT:
                self._wrong(name, value, "an array of texts")
            return
        for at, one in enumerate(value):
            self._clean(f"{name}[{at}]", one)


_ABSENT: Any = object()


@lru_cache(maxsize=256)
def _money_pattern(currency: str) -> re.Pattern[str]:
    places = exponent(currency)
    decimals = rf"\.[0-9]{{{places}}}" if places else ""
    return re.compile(rf"-?(0|[1-9][0-9]*){decimals}")


def money_like(currency: str) -> str:
    """Say how an amount of a currency is written."""
    if not currency:
        return 'an amount as text, like "-12.50"'
    places = exponent(currency)
    example = "-12." + "50000"[:places] if places else "-12"
    return f'{currency} as text with {places} decimals, like "{example}"'
