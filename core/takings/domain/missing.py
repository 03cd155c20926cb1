"""Which closes should have arrived and did not. Pure.

A date counts as missing when the venue usually trades on its weekday: at least half of the same weekdays in the eight
weeks before it have a close. A weekday of which nothing is known yet is never missed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from takings.domain.findings import Finding, Severity
from takings.domain.period import Period

#: After how many days a close that has not arrived is reported, unless the integration says otherwise.
REPORT_AFTER = 2

#: How many weeks before a date tell whether the venue usually trades on its weekday.
EVIDENCE_WEEKS = 8

_FEW = 7


def missing_dates(known: Collection[date], period: Period) -> tuple[date, ...]:
    """Return the dates of a period that have no close though the venue usually trades on their weekday.

    `known` are dates that have a close, also those of the weeks before the period.
    """
    if not known:
        return ()
    have, first = set(known), min(known)
    return tuple(day for day in period if day > first and day not in have and _is_usual(day, have, first))


def _is_usual(day: date, have: set[date], first: date) -> bool:
    before = [day - timedelta(weeks=n) for n in range(1, EVIDENCE_WEEKS + 1)]
    observed = [one for one in before if one >= first]
    traded = sum(one in have for one in observed)
    return traded > 0 and 2 * traded >= len(observed)


def days_missing(dates: Collection[date], venue: str, *, asked: bool) -> Finding:
    """Return the finding that these closes have not arrived; `asked` says whether the point of sale was for them."""
    ordered = [str(day) for day in sorted(dates)]
    told = ", ".join(ordered[:_FEW]) + (f" and {len(ordered) - _FEW} more" if len(ordered) > _FEW else "")
    return Finding(
        code="run.day_missing",
        what=f"No close of {venue} has arrived for {told}",
        why="The venue usually trades on this weekday"
        + (", and the point of sale was asked on the days after it too" if asked else ""),
        do="If the venue was closed, nothing. If not, "
        + (
            "close the day at the point of sale: the next sync fetches it"
            if asked
            else "see that the day is closed at the point of sale, and sync it, or have it sent"
        ),
        where="day",
        severity=Severity.WARNING,
        subject=", ".join(ordered),
    )
