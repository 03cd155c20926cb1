"""A period has both its ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import steady

from takings.domain.period import EARLIEST, LATEST, Period, is_taken

DATES = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@steady
@given(DATES, st.integers(0, 400))
def test_a_period_has_each_of_its_days_once_and_no_other(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    days = list(period)
    assert days == sorted(set(days))
    assert (len(days), days[0], days[-1]) == (period.days, period.first, period.last)
    assert all(day in period for day in days)
    assert first - timedelta(days=1) not in period
    assert period.last + timedelta(days=1) not in period


@steady
@given(DATES, st.integers(0, 400))
def test_a_period_begun_earlier_ends_the_same(first: date, days: int) -> None:
    period = Period(first, first).extended_back(days)
    assert (period.last, period.days) == (first, days + 1)


def test_a_period_is_never_begun_before_the_first_date_there_is() -> None:
    assert Period(date.min, date.min).extended_back(35) == Period(date.min, date.min)
    near = date.min + timedelta(days=10)
    assert Period(near, near).extended_back(35).first == date.min


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="the period begins on 2026-10-02 after it ends on 2026-10-01"):
        Period(date(2026, 10, 2), date(2026, 10, 1))


def test_a_period_is_written_with_both_its_ends_or_its_only_day() -> None:
    assert str(Period(date(2026, 10, 1), date(2026, 10, 31))) == "2026-10-01 to 2026-10-31"
    assert str(Period(date(2026, 10, 1), date(2026, 10, 1))) == "2026-10-01"
    assert str(Period(date(2026, 10, 1), date(2026, 10, 2))) == "2026-10-01 to 2026-10-02"


def test_dates_are_taken_from_the_first_to_the_last_that_is_named_and_no_further() -> None:
    first, last = date(1970, 1, 1), date(2100, 12, 31)
    assert is_taken(first)
    assert is_taken(last)
    assert (first, last) == (EARLIEST, LATEST)
    assert not is_taken(date(1969, 12, 31))
    assert not is_taken(date(2101, 1, 1))
