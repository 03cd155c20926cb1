"""Builds the calendar of one month: what became of each business date, and which closes are missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func
from sqlmodel import Session, col

from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.store.query import columns
from takings.store.states import DayState
from takings.store.tables import Day, Integration
from takings.sync.missing import missing_days
from takings.sync.overviews import currencies
from takings.views.history import CalendarDay, CalendarView

#: No close arrived where one should be.
MISSING = "missing"

#: The worst first: what a date with several closes is shown as.
_WORST = (
    DayState.HELD, DayState.PARTLY, DayState.CHANGED, DayState.UNDOING, DayState.POSTING, DayState.PENDING,
    DayState.POSTED, DayState.UNDONE, DayState.NEVER, DayState.NOTHING,
)  # fmt: skip


def load_calendar(session: Session, row: Integration, month: date, *, today: date) -> CalendarView:
    """Read one month of an integration; `today` is the date at the venue."""
    earliest, latest = session.execute(
        columns(func.min(Day.business_date), func.max(Day.business_date)).where(Day.integration_id == row.id)
    ).one()
    period = month_of(month)
    found: dict[date, list[tuple[str, Decimal, int]]] = defaultdict(list)
    for business_date, state, total, sequence in session.execute(
        columns(Day.business_date, Day.state, Day.counted_total, Day.sequence)
        .where(
            Day.integration_id == row.id,
            Day.business_date >= period.first,
            Day.business_date <= period.last,
        )
        .order_by(col(Day.business_date), col(Day.sequence))
    ):
        found[business_date].append((state, total, sequence))
    missing = frozenset(missing_days(session, row, period, today=today))
    return CalendarView(
        integration=row.id,
        integration_name=row.name,
        month=period.first,
        currency=currencies(session, [row.id]).get(row.id, ""),
        days=tuple(_day(one, found.get(one, ()), missing=one in missing) for one in period),
        earliest=earliest,
        latest=latest,
    )


def month_of(day: date) -> Period:
    """Return the month of a date."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _day(day: date, closes: Sequence[tuple[str, Decimal, int]], *, missing: bool) -> CalendarDay:
    if not closes:
        return CalendarDay(business_date=day, state=MISSING if missing else "")
    order = [one.value for one in _WORST]
    state, _, sequence = min(closes, key=lambda one: (order.index(one[0]), one[2]))
    total = sum((amount for _, amount, _ in closes), ZERO)
    return CalendarDay(business_date=day, state=state, closes=len(closes), total=total, sequence=sequence)
