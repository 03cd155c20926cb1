"""The geometry of bar charts and calendars; drawn by templates, with the same numbers as a table beside them.

Geometry is in floats, amounts that are read stay exact.
"""

from __future__ import annotations

import math
from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from takings.domain.money import show_amount
from takings.views.history import CalendarDay, CalendarView, TakingsView
from takings.web.dates import shifted

#: Sizes in the drawing's own units.
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 200, 88, 30, 12

#: How many lines the grid has at most beside the lowest one, or one more where there are days below zero.
_LINES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it is drawn, and what it says."""

    day: date
    x: float
    y: float
    width: float
    height: float
    amount: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the grid."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart, ready to be drawn."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    zero: float
    summary: str
    currency: str


def bar_chart(days: Sequence[TakingsView], currency: str) -> Chart | None:
    """Place one bar for each day; None where there is nothing to show. Days below zero hang down."""
    if not any(one.total for one in days):
        return None
    amounts = [float(one.total) for one in days]
    high, deep = max(*amounts, 0), min(*amounts, 0)
    step = _nice((high - deep) / _LINES)
    top, low = math.ceil(high / step) * step, math.floor(deep / step) * step
    room = HEIGHT - BOTTOM - TOP

    def y(value: float) -> float:
        return round(TOP + room * (top - value) / (top - low), 2)

    wide = (WIDTH - LEFT) / len(days)
    bars = tuple(
        Bar(
            day=one.business_date,
            x=round(LEFT + place * wide + wide * 0.12, 2),
            y=min(y(amount), y(0)),
            width=round(wide * 0.76, 2),
            height=round(abs(y(0) - y(amount)), 2),
            amount=show_amount(one.total, currency),
            label=str(one.business_date.day) if place % 5 == 0 else "",
        )
        for place, (one, amount) in enumerate(zip(days, amounts, strict=True))
    )
    ticks = tuple(Tick(y(step * n), f"{step * n:,.10g}") for n in range(round(low / step), round(top / step) + 1))
    return Chart(bars, ticks, y(0), _summary(days, currency), currency)


def _nice(least: float) -> float:
    """Return the distance of the grid's lines: 1, 2, 2.5, 5 or 10 times a power of ten, at least `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10, 20) if factor * power >= least)


def _summary(days: Sequence[TakingsView], currency: str) -> str:
    highest = max(days, key=lambda one: one.total)
    day, total = highest.business_date, sum((one.total for one in days), Decimal(0))
    return (
        f"{len(days)} days, highest {show_amount(highest.total, currency)} on {day.day} {day:%b}, "
        f"total {currency} {show_amount(total, currency)}"
    )


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday to Sunday; None stands for the days of its neighbours."""

    weeks: tuple[tuple[CalendarDay | None, ...], ...]
    previous: date | None
    next: date | None
    counts: tuple[tuple[str, int], ...]


def month_grid(view: CalendarView) -> Month:
    """Lay a month out in weeks, with the months that it can be turned to."""
    known = {one.business_date: one for one in view.days}
    weeks = Calendar().monthdatescalendar(view.month.year, view.month.month)
    before = shifted(view.month, -1)
    after = shifted(view.month, 1)
    earliest, latest = view.earliest, view.latest
    states = [one.state for one in view.days if one.state]
    return Month(
        weeks=tuple(tuple(known.get(day) for day in week) for week in weeks),
        previous=before if earliest and before >= earliest.replace(day=1) else None,
        next=after if latest and after <= latest else None,
        counts=tuple((state, states.count(state)) for state in dict.fromkeys(states)),
    )
