"""A closed range of business dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

#: Business dates that are taken: one further away is a slip, and systems do not count so far.
EARLIEST, LATEST = date(1970, 1, 1), date(2100, 12, 31)


def is_taken(day: date) -> bool:
    """Whether a date is one that can be asked for."""
    return EARLIEST <= day <= LATEST


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Business dates from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"the period begins on {self.first} after it ends on {self.last}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        for offset in range(self.days):
            yield self.first + timedelta(days=offset)

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.days > 1 else str(self.first)

    @property
    def days(self) -> int:
        """How many dates the period has."""
        return (self.last - self.first).days + 1

    def extended_back(self, days: int) -> Period:
        """Return the period begun `days` earlier, or from the first date there is."""
        return Period(max(date.min + timedelta(days=days), self.first) - timedelta(days=days), self.last)
