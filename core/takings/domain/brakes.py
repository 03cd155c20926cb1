"""What is so unusual that somebody should look: sizes of days, and closes without takings. Pure.

The usual size of a day is the median of the same weekdays in the eight weeks before it. Where fewer than four of
those are known, it is the median of all days in the four weeks before it; where fewer than seven of those are known,
nothing is unusual yet. Closes without takings do not count: a venue that is closed on Mondays trades as usual on
Tuesday.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from takings.domain.findings import Finding, Severity
from takings.domain.money import ZERO, show_amount

#: How many times the usual size makes a day unusual.
TIMES = 10

#: How many weeks back the same weekdays are looked at, and how many of them tell something.
SAME_WEEKDAYS, ENOUGH_SAME = 8, 4

#: How many days back all days are looked at where the same weekdays are too few, and how many of them tell something.
RECENT_DAYS, ENOUGH_RECENT = 28, 7

#: So many closes in a row without takings are sudden.
EMPTY_IN_A_ROW = 3

#: How far back a day's verdict reaches.
EVIDENCE = timedelta(weeks=SAME_WEEKDAYS)


UNUSUAL_SIZE = "day.unusual_size"
LOOKS_POSTED = "ledger.looks_posted"

#: Codes of findings that hold a day until somebody has said that it is right.
CONFIRMABLE = frozenset({UNUSUAL_SIZE, LOOKS_POSTED})


def usual_size(day: date, sizes: Mapping[date, Decimal]) -> Decimal | None:
    """Return what the days before a day usually come to, or None while too few are known.

    `sizes` are totals by date; their signs do not count.
    """
    same = _sizes(sizes, (day - timedelta(weeks=n) for n in range(1, SAME_WEEKDAYS + 1)))
    if len(same) >= ENOUGH_SAME:
        return median(same)
    recent = _sizes(sizes, (day - timedelta(days=n) for n in range(1, RECENT_DAYS + 1)))
    return median(recent) if len(recent) >= ENOUGH_RECENT else None


def is_unusual(day: date, sizes: Mapping[date, Decimal]) -> bool:
    """Whether a day is at least ten times as large as such days usually are."""
    usual = usual_size(day, sizes)
    return usual is not None and abs(sizes.get(day, ZERO)) >= TIMES * usual


def is_confirmed(day: date, size: Decimal, confirmed: Mapping[date, Decimal]) -> bool:
    """Whether somebody confirmed a day of at least half the size in the eight weeks before: a season has begun."""
    return any(
        timedelta(0) < day - other <= EVIDENCE and 2 * abs(amount) >= abs(size) for other, amount in confirmed.items()
    )


def _sizes(sizes: Mapping[date, Decimal], days: Iterable[date]) -> list[Decimal]:
    return [abs(size) for day in days if (size := sizes.get(day, ZERO))]


def empty_runs(sizes: Mapping[date, Decimal], since: date) -> Iterator[tuple[date, ...]]:
    """Yield each series of closes without takings that a venue which traded ends up in, where it reaches `since`.

    Three closes in a row are a series when the venue usually has takings on the weekday of its first one. A date
    without a close is no part of it, and does not end it: that it is missing is told elsewhere.
    """
    for run in _runs(sizes):
        if len(run) >= EMPTY_IN_A_ROW and run[-1] >= since and _traded(run[0], sizes):
            yield run


def _runs(sizes: Mapping[date, Decimal]) -> Iterator[tuple[date, ...]]:
    run: list[date] = []
    for day in sorted(sizes):
        if sizes[day]:
            yield tuple(run)
            run = []
        else:
            run.append(day)
    yield tuple(run)


def _traded(day: date, sizes: Mapping[date, Decimal]) -> bool:
    """Whether at least half of the same weekdays before had takings, and a week's worth of days did."""
    same = [one for n in range(1, SAME_WEEKDAYS + 1) if (one := day - timedelta(weeks=n)) in sizes]
    busy = sum(1 for one in same if sizes[one])
    recent = _sizes(sizes, (day - timedelta(days=n) for n in range(1, RECENT_DAYS + 1)))
    return busy > 0 and 2 * busy >= len(same) and len(recent) >= ENOUGH_RECENT


def unusual_size(day: date, size: Decimal, usual: Decimal, *, currency: str) -> Finding:
    """Return the finding that a day is ten times as large as usual."""
    times = int(abs(size) / usual)
    return Finding(
        code="day.unusual_size",
        what=f"{day} comes to {show_amount(size, currency)} {currency}, {times} times what such a day usually does "
        f"({show_amount(usual, currency)})",
        why=f"A day of {TIMES} times the usual size is more often a misplaced point or a test than good business",
        do="Look at the close at the point of sale. If it is right, confirm the day; if not, have it sent again, or "
        "never post it",
        where="day",
        subject=str(day),
    )


def days_empty(run: Sequence[date], venue: str) -> Finding:
    """Return the finding that a venue which traded sends closes without takings."""
    return Finding(
        code="run.days_empty",
        what=f"{len(run)} closes of {venue} in a row have no takings: {run[0]} to {run[-1]}",
        why="The venue usually has takings on these weekdays, so the point of sale may send from an empty till",
        do="If the venue was closed, nothing. If not, have the point of sale's support look at what it sends",
        where="day",
        severity=Severity.WARNING,
        subject=str(run[0]),
    )
