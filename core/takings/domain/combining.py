"""Which closes become one document together: periods, what belongs to each, and whether one is complete. Pure.

A period never crosses the end of a calendar month: a week that does becomes two documents, so that the takings and
the tax of each month stand in that month.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from takings.domain.day import DayKey
from takings.domain.findings import Finding, Severity
from takings.domain.period import Period


class Combining(StrEnum):
    """What becomes one document: each close as the source closed it, all closes of a date, of a week, of a month."""

    CLOSE = "close"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


#: What each of them is called in a sentence.
TITLES = {
    Combining.CLOSE: "each close",
    Combining.DAY: "each trading day",
    Combining.WEEK: "each week",
    Combining.MONTH: "each month",
}

#: The codes of findings of days that wait for their document; they are told anew by each run.
WAITING = ("unit.waits_for_end", "unit.waits_for_held", "unit.waits_for_missing")

_FEW = 7


def span_of(day: date, combining: Combining, *, week_starts: int = 0) -> Period:
    """Return the period whose closes become one document with those of `day`; weeks start on a weekday."""
    if combining is Combining.WEEK:
        first = day - timedelta(days=(day.weekday() - week_starts) % 7)
        month = month_of(day)
        return Period(max(first, month.first), min(first + timedelta(days=6), month.last))
    return month_of(day) if combining is Combining.MONTH else Period(day, day)


def month_of(day: date) -> Period:
    """Return the calendar month of a date."""
    return Period(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))


def widened(period: Period, combining: Combining, *, week_starts: int) -> Period:
    """Return a period with the whole of the periods that it begins and ends in."""
    return Period(
        span_of(period.first, combining, week_starts=week_starts).first,
        span_of(period.last, combining, week_starts=week_starts).last,
    )


def cut(span: Period, day: date, locked_through: date | None) -> Period:
    """Return the part of a period that `day` is in, where the ledger is closed up to a date within it.

    What lies in the closed part can't be posted, and is never moved into the open one.
    """
    if locked_through is None or not span.first <= locked_through < span.last:
        return span
    if day <= locked_through:
        return Period(span.first, locked_through)
    return Period(locked_through + timedelta(days=1), span.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFacts:
    """What decides whether a period is complete: the date at the venue, what is held, and what has not arrived."""

    today: date
    held: Collection[DayKey] = ()
    missing: Collection[date] = ()


def waits_for(span: Period, site: str, facts: PeriodFacts) -> tuple[Finding, ...]:
    """Say why a period's document can't be made yet; nothing when all of it is in, closed, and free of findings."""
    held = sorted(key for key in facts.held if key.site == site and key.business_date in span)
    missing = sorted(day for day in facts.missing if day in span and day < facts.today)
    found = [_waits_for_end(span)] if facts.today <= span.last else []
    found += [_waits_for_held(span, [str(key) for key in held])] if held else []
    # Before the period is over, a day may still arrive as it always did.
    found += [_waits_for_missing(span, [str(day) for day in missing])] if missing and not found else []
    return tuple(found)


def _waits_for_end(span: Period) -> Finding:
    return Finding(
        code="unit.waits_for_end",
        what=f"The document of {span} is made when {span.last} is over at the venue",
        why="The days of this period become one document",
        do="Nothing; or have each close posted by itself",
        where="advanced",
        severity=Severity.INFO,
        subject=str(span),
    )


def _waits_for_held(span: Period, held: list[str]) -> Finding:
    return Finding(
        code="unit.waits_for_held",
        what=f"The document of {span} waits for {_told(held)}, which {'is' if len(held) == 1 else 'are'} held",
        why="The days of this period become one document, and a day that is held would be missing in it",
        do="Mend what holds the day, or decide never to post it; then sync again",
        where="day",
        severity=Severity.WARNING,
        subject=str(span),
    )


def _waits_for_missing(span: Period, missing: list[str]) -> Finding:
    return Finding(
        code="unit.waits_for_missing",
        what=f"The document of {span} waits for {_told(missing)}: no close has arrived",
        why="The venue usually trades on this weekday, and the day would be missing in the document",
        do="Close the day at the point of sale and sync again; or, where the venue was closed, say that it was",
        where="day",
        severity=Severity.WARNING,
        subject=str(span),
    )


def _told(names: list[str]) -> str:
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" if len(names) > _FEW else "")
