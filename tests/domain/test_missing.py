"""A close that should have arrived is missed; a day on which the venue never trades is not."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import steady

from takings.domain.missing import days_missing, missing_dates
from takings.domain.period import Period

MONDAY = date(2026, 9, 7)
MONTH = Period(MONDAY, MONDAY + timedelta(days=27))


def trading(weekdays: range, *, but: tuple[date, ...] = ()) -> list[date]:
    return [day for day in MONTH if day.weekday() in weekdays and day not in but]


def test_a_close_that_did_not_come_is_missed():
    gap = date(2026, 9, 23)
    assert missing_dates(trading(range(7), but=(gap,)), MONTH) == (gap,)


def test_the_weekday_on_which_a_venue_is_closed_is_not_missed():
    assert missing_dates(trading(range(1, 7)), MONTH) == ()


def test_a_weekday_of_which_nothing_is_known_is_not_missed():
    first_week = [MONDAY + timedelta(days=n) for n in range(4)]
    assert missing_dates(first_week, Period(MONDAY, MONDAY + timedelta(days=6))) == ()
    second = missing_dates(first_week, Period(MONDAY, MONDAY + timedelta(days=13)))
    assert second == tuple(day + timedelta(weeks=1) for day in first_week)


def test_a_venue_that_closed_for_good_is_missed_for_some_weeks_and_then_no_longer():
    known = [MONDAY + timedelta(days=n) for n in range(56)]
    after = Period(MONDAY + timedelta(days=56), MONDAY + timedelta(days=200))
    found = missing_dates(known, after)
    assert found == tuple(after.first + timedelta(days=n) for n in range(35))


def test_nothing_is_missed_before_the_first_close_and_where_none_is_known():
    assert missing_dates([], MONTH) == ()
    assert missing_dates([MONTH.last], MONTH) == ()


@steady
@given(known=st.sets(st.sampled_from(list(MONTH))), late=st.sampled_from(list(MONTH)))
def test_what_is_missed_has_no_close_and_goes_when_it_comes(known: set[date], late: date):
    found = missing_dates(known, MONTH)
    assert not known & set(found)
    assert late not in missing_dates(known | {late}, MONTH)


def test_the_finding_names_the_dates_and_is_a_warning():
    finding = days_missing([MONDAY + timedelta(days=n) for n in range(9)], "The Anchor", asked=True)
    assert finding.what.startswith("No close of The Anchor has arrived for 2026-09-07, 2026-09-08")
    assert finding.what.endswith("and 2 more")
    assert finding.subject.count(",") == 8
    assert finding.severity.value == "warning"


def test_the_first_close_that_is_known_is_not_missed_and_eight_weeks_are_evidence():
    # Half of the eight weeks before are evidence; what came nine weeks before is none.
    assert missing_dates([MONDAY - timedelta(weeks=9)], Period(MONDAY, MONDAY)) == ()
    half = [MONDAY - timedelta(weeks=n) for n in (5, 6, 7, 8)]
    assert missing_dates(half, Period(MONDAY, MONDAY)) == (MONDAY,)
    less = [MONDAY - timedelta(weeks=n) for n in (6, 7, 8)]
    assert missing_dates(less, Period(MONDAY, MONDAY)) == ()
