"""Dates, months and periods as they stand in addresses and forms."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from starlette.exceptions import HTTPException

from takings.domain.period import Period, is_taken

#: Months that a list to choose from has at most, the newest first.
_MOST_MONTHS = 240


def read_date(text: str) -> date | None:
    """Return a date like 2026-10-31; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if is_taken(found) and len(text) == len("2026-10-31") else None


def date_in(text: str) -> date:
    """Return the date that stands in an address; answers 404 where it is none."""
    found = read_date(text)
    if found is None:
        raise HTTPException(404)
    return found


def month_in(text: str) -> date | None:
    """Return the first day of a month like 2026-10; None for nothing; answers 404 where it is no month."""
    return date_in(f"{text}-01") if text else None


def read_period(given: Mapping[str, str]) -> Period | None:
    """Return the period of the fields `from` and `to`, of which one may be empty; None where both are.

    Raises ValueError with a sentence for people.
    """
    first, last = given.get("from", "").strip(), given.get("to", "").strip()
    if not first and not last:
        return None
    dates = [read_date(first or last), read_date(last or first)]
    if dates[0] is None or dates[1] is None or dates[0] > dates[1]:
        raise ValueError("Give two dates, the first not after the last.")
    return Period(dates[0], dates[1])


def whole_month(month: date) -> Period:
    """Return all days of the month that a date lies in."""
    return Period(month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1]))


def shifted(month: date, by: int) -> date:
    """Return the first day of the month so many months later."""
    place = month.year * 12 + month.month - 1 + by
    return date(place // 12, place % 12 + 1, 1)


def months_between(first: date | None, last: date | None) -> list[date]:
    """Return the months from one date to another, the newest first."""
    if first is None or last is None:
        return []
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [shifted(last, -back) for back in range(min(count, _MOST_MONTHS))]
