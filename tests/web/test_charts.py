"""Bars and months: every amount is said exactly, and everything stays within its drawing."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from takings.views.history import CalendarDay, CalendarView, TakingsView
from takings.web.charts import HEIGHT, WIDTH, bar_chart, month_grid

FIRST = date(2026, 10, 1)
amounts = st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=60)


def series(values: list[Decimal]) -> list[TakingsView]:
    return [TakingsView(business_date=FIRST + timedelta(days=n), total=one) for n, one in enumerate(values)]


@given(amounts)
def test_bars_stay_within_the_drawing_and_say_what_was_taken(values: list[Decimal]):
    chart = bar_chart(series(values), "AUD")
    if chart is None:
        assert not any(values)
        return
    assert [one.amount.replace(",", "") for one in chart.bars] == [f"{value + 0:.2f}" for value in values]
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert -0.01 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.01
    assert len(chart.ticks) <= 7
    assert [tick.y for tick in chart.ticks] == sorted((tick.y for tick in chart.ticks), reverse=True)


@given(amounts.filter(any))
def test_a_longer_bar_stands_for_more(values: list[Decimal]):
    chart = bar_chart(series(values), "AUD")
    assert chart is not None
    pairs = sorted(zip((abs(value) for value in values), chart.bars, strict=True), key=lambda pair: pair[0])
    heights = [bar.height for _, bar in pairs]
    assert all(later >= earlier - 0.02 for earlier, later in itertools.pairwise(heights))


def test_the_summary_counts_and_adds():
    chart = bar_chart(series([Decimal("1.10"), Decimal("2.20")]), "NZD")
    assert chart is not None
    assert chart.summary == "2 days, highest 2.20 on 2 Oct, total NZD 3.30"


def test_no_takings_are_no_chart():
    assert bar_chart([], "AUD") is None
    assert bar_chart(series([Decimal(0), Decimal(0)]), "AUD") is None


@given(st.dates(date(1990, 1, 1), date(2090, 12, 1)))
def test_a_month_has_each_of_its_dates_once(day: date):
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1)
    dates = [first + timedelta(days=n) for n in range((last - first).days)]
    view = CalendarView(
        integration="i",
        integration_name="i",
        month=first,
        currency="AUD",
        days=tuple(CalendarDay(business_date=one, state="") for one in dates),
        earliest=None,
        latest=None,
    )
    grid = month_grid(view)
    assert [one.business_date for week in grid.weeks for one in week if one] == dates
    assert {len(week) for week in grid.weeks} == {7}
    assert all(
        one is None or one.business_date.weekday() == place for week in grid.weeks for place, one in enumerate(week)
    )
    assert (grid.previous, grid.next) == (None, None)
