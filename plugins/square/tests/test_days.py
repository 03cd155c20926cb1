"""Business dates: no moment is lost or counted twice, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings_square.days import TradingDays, parse_moment, show_moment

ZONES = ("Australia/Sydney", "Australia/Lord_Howe", "America/New_York", "Europe/London", "Asia/Tokyo", "Pacific/Apia")
ends = st.builds("{:02d}:{:02d}".format, st.integers(0, 11), st.integers(0, 59))
dates = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@given(zone=st.sampled_from(ZONES), ends_at=ends, moment=st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001
def test_each_moment_lies_in_exactly_the_day_it_belongs_to(zone: str, ends_at: str, moment: datetime) -> None:
    days, aware = TradingDays(zone, ends_at), moment.replace(tzinfo=UTC)
    day = days.day_of(aware)
    assert days.begin(day) <= aware < days.end(day)


@given(zone=st.sampled_from(ZONES), ends_at=ends, day=dates)
def test_a_day_ends_where_the_next_begins(zone: str, ends_at: str, day: date) -> None:
    days = TradingDays(zone, ends_at)
    assert days.end(day) == days.begin(day + timedelta(days=1))
    assert days.begin(day) < days.end(day)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 10, 3), 23), (date(2026, 10, 4), 24), (date(2026, 4, 4), 25), (date(2026, 4, 5), 24)],
)
def test_sydney_nights_on_which_the_clocks_change(day: date, hours: int) -> None:
    # The clocks change in the night to the 4th and the 5th, before 04:00: that is still the day before.
    days = TradingDays("Australia/Sydney", "04:00")
    assert days.end(day) - days.begin(day) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-10-03T17:59:59.999Z", date(2026, 10, 3)),
        ("2026-10-03T16:59:59.999Z", date(2026, 10, 3)),
        ("2026-10-03T17:00:00.000Z", date(2026, 10, 4)),
        ("2026-04-04T17:59:59.999Z", date(2026, 4, 4)),
        ("2026-04-04T18:00:00.000Z", date(2026, 4, 5)),
    ],
)
def test_the_boundary_is_the_clock_on_the_wall(moment: str, day: date) -> None:
    found = parse_moment(moment)
    assert found is not None
    wall = TradingDays("Australia/Sydney", "04:00").day_of(found)
    assert wall == (date(2026, 10, 4) if moment.startswith("2026-10-03T17") else day)


def test_a_close_after_midnight_belongs_to_the_day_before() -> None:
    closed = datetime(2026, 6, 5, 16, 40, tzinfo=UTC)  # 02:40 on Saturday in Sydney
    assert TradingDays("Australia/Sydney", "04:00").day_of(closed) == date(2026, 6, 5)
    assert TradingDays("Australia/Sydney", "00:00").day_of(closed) == date(2026, 6, 6)


@given(st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001
def test_a_written_moment_is_read_again(moment: datetime) -> None:
    exact = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    assert parse_moment(show_moment(exact)) == exact


@pytest.mark.parametrize(
    "text", [None, 5, "", "yesterday", "2026-10-01", "2026-10-01T10:00:00", "9999-12-31T23:59:59-14:00"]
)
def test_what_is_no_moment_is_none(text: object) -> None:
    assert parse_moment(text) is None
