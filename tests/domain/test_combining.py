"""Which closes become one document together, and when a period is complete."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import steady

from takings.domain.combining import Combining, PeriodFacts, cut, span_of, waits_for, widened
from takings.domain.day import DayKey
from takings.domain.findings import Severity
from takings.domain.period import Period

DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))
HOW = st.sampled_from(list(Combining))
AFTER = date(2026, 11, 1)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


def october(first: int, last: int) -> Period:
    return Period(date(2026, 10, first), date(2026, 10, last))


@pytest.mark.parametrize(
    ("how", "starts", "span"),
    [
        (Combining.CLOSE, 0, october(20, 20)),
        (Combining.DAY, 0, october(20, 20)),
        (Combining.WEEK, 0, october(19, 25)),
        (Combining.WEEK, 1, october(20, 26)),
        (Combining.WEEK, 2, october(14, 20)),
        (Combining.MONTH, 0, OCTOBER),
    ],
)
def test_a_date_belongs_to_its_period(how: Combining, starts: int, span: Period) -> None:
    assert span_of(date(2026, 10, 20), how, week_starts=starts) == span


def test_a_week_over_the_end_of_a_month_becomes_two_documents() -> None:
    assert span_of(date(2026, 10, 31), Combining.WEEK) == Period(date(2026, 10, 26), date(2026, 10, 31))
    assert span_of(date(2026, 11, 1), Combining.WEEK) == Period(date(2026, 11, 1), date(2026, 11, 1))
    assert span_of(date(2026, 12, 31), Combining.WEEK) == Period(date(2026, 12, 28), date(2026, 12, 31))
    assert span_of(date(2027, 1, 1), Combining.WEEK) == Period(date(2027, 1, 1), date(2027, 1, 3))


@steady
@given(DATES, HOW, st.integers(0, 6), DATES)
def test_every_date_is_in_exactly_one_period_of_one_month(
    day: date, how: Combining, starts: int, locked: date
) -> None:
    span = span_of(day, how, week_starts=starts)
    assert day in span
    assert all(span_of(one, how, week_starts=starts) == span for one in span)
    assert (span.first.year, span.first.month) == (span.last.year, span.last.month)
    part = cut(span, day, locked)
    assert day in part
    assert part.first >= span.first
    assert part.last <= span.last
    assert not (part.first <= locked < part.last), "open and closed dates are never together"
    assert all(cut(span, one, locked) == part for one in part)


@steady
@given(DATES, st.integers(0, 90), HOW, st.integers(0, 6))
def test_a_widened_period_has_the_whole_of_every_document(day: date, days: int, how: Combining, starts: int) -> None:
    period = Period(day, day + timedelta(days=days))
    wide = widened(period, how, week_starts=starts)
    for one in period:
        span = span_of(one, how, week_starts=starts)
        assert span.first >= wide.first
        assert span.last <= wide.last


def test_a_period_that_is_over_with_nothing_held_and_nothing_missing_is_complete() -> None:
    assert waits_for(OCTOBER, "4417", PeriodFacts(today=AFTER)) == ()


def test_a_period_waits_until_its_last_date_is_over_at_the_venue() -> None:
    (found,) = waits_for(OCTOBER, "4417", PeriodFacts(today=date(2026, 10, 31), missing=[date(2026, 10, 30)]))
    assert (found.code, found.severity, found.where) == ("unit.waits_for_end", Severity.INFO, "advanced")
    assert "2026-10-31 is over" in found.what
    assert found.subject == str(OCTOBER)


def test_a_held_day_holds_the_document_of_its_period_and_is_named() -> None:
    held = [DayKey(site="4417", business_date=date(2026, 10, day)) for day in (3, 2)]
    others = [
        DayKey(site="4417", business_date=date(2026, 11, 1)),
        DayKey(site="other", business_date=date(2026, 10, 5)),
    ]
    (found,) = waits_for(OCTOBER, "4417", PeriodFacts(today=AFTER, held=[*held, *others]))
    assert (found.code, found.severity) == ("unit.waits_for_held", Severity.WARNING)
    assert "waits for 2026-10-02/1, 2026-10-03/1, which are held" in found.what
    (found,) = waits_for(OCTOBER, "4417", PeriodFacts(today=AFTER, held=held[:1]))
    assert "2026-10-03/1, which is held" in found.what


def test_a_day_that_has_not_arrived_holds_the_document_once_the_period_is_over() -> None:
    missing = [date(2026, 10, 31), date(2026, 11, 2), *(date(2026, 10, day) for day in range(1, 10))]
    (found,) = waits_for(OCTOBER, "4417", PeriodFacts(today=AFTER, missing=missing))
    assert (found.code, found.severity, found.where) == ("unit.waits_for_missing", Severity.WARNING, "day")
    assert "2026-10-01, 2026-10-02" in found.what
    assert "and 3 more" in found.what
    assert found.do.endswith("where the venue was closed, say that it was")


def test_a_day_that_has_not_arrived_holds_no_other_period() -> None:
    missing = [date(2026, 9, 30), AFTER, date(2026, 11, 2)]
    assert waits_for(OCTOBER, "4417", PeriodFacts(today=AFTER, missing=missing)) == ()
    (found,) = waits_for(october(31, 31), "4417", PeriodFacts(today=AFTER, missing=[date(2026, 10, 31), *missing]))
    assert found.what == "The document of 2026-10-31 waits for 2026-10-31: no close has arrived"


def test_the_first_open_date_begins_the_part_that_is_open() -> None:
    locked = date(2026, 10, 10)
    assert cut(OCTOBER, date(2026, 10, 11), locked) == Period(date(2026, 10, 11), OCTOBER.last)
    assert cut(OCTOBER, locked, locked) == Period(OCTOBER.first, locked)
    assert cut(OCTOBER, locked, OCTOBER.last) == OCTOBER
