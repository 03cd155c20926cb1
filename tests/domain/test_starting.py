"""How far from today a start date may be, and from when on days are posted without asking."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.domain.starting import asks_nobody_from, unfit_start

TODAY = date(2026, 11, 5)
dates = st.dates(date(2016, 1, 1), date(2036, 12, 31))


@pytest.mark.parametrize("fit", [date(2016, 11, 4), TODAY, date(2027, 11, 6)])
def test_a_start_date_may_be_ten_years_back_and_one_ahead(fit: date):
    assert unfit_start(fit, TODAY) == ""


@pytest.mark.parametrize("unfit", [date.min, date(2016, 11, 3), date(2027, 11, 7), date.max])
def test_one_further_away_is_told_what_may_be_entered(unfit: date):
    assert unfit_start(unfit, TODAY) == "Enter a date between 2016-11-04 and 2027-11-06."


@given(start=st.none() | dates)
def test_a_draft_posts_no_day_without_asking(start: date | None):
    assert asks_nobody_from(start, None) is None


@given(start=dates, active=dates)
def test_a_start_date_moves_what_is_posted_by_itself_later_and_never_earlier(start: date, active: date):
    since = asks_nobody_from(start, active)
    assert since in (start, active)
    assert since == max(start, active)
    assert asks_nobody_from(None, active) == active
    assert asks_nobody_from(active - timedelta(days=1), active) == active
