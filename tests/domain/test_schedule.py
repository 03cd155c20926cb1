"""When an integration is due: once each time, whatever the clocks do, and said in words where it can't be."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import steady

from takings.domain.schedule import Every, Schedule, clock_change, mistakes, next_due, shifted

HOUR = timedelta(hours=1)
ZONES = (
    "Australia/Sydney",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Europe/London",
    "America/New_York",
    "Asia/Kathmandu",
    "America/Havana",  # its clocks change at midnight
    "Pacific/Apia",
)
zones = st.sampled_from(ZONES)
times = st.times().map(lambda one: one.replace(second=0, microsecond=0))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2034, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
schedules = st.builds(
    Schedule,
    every=st.sampled_from([Every.HOUR, Every.DAY, Every.WEEK, Every.MONTH]),
    at=times,
    weekday=st.integers(0, 6),
    day=st.integers(1, 31),
    timezone=zones,
)


def daily(at: str, zone: str = "Australia/Sydney") -> Schedule:
    return Schedule(every=Every.DAY, at=time.fromisoformat(at), timezone=zone)


def local(schedule: Schedule, after: str) -> str:
    """The next due instant after a UTC one, as the local clock shows it."""
    due = next_due(schedule, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert due is not None
    return due.astimezone(schedule.zone).isoformat(timespec="minutes")


def dues(schedule: Schedule, first: datetime, until: datetime) -> list[datetime]:
    found, now = [], first
    while True:
        due = next_due(schedule, now)
        assert due is not None
        if due >= until:
            return found
        found.append(due)
        now = due


# --- Both changes of the clock -------------------------------------------------------------------------------


def test_a_time_that_is_skipped_runs_at_the_first_instant_after_the_gap():
    # In Sydney, 4 October 2026 goes from 01:59 to 03:00.
    assert local(daily("02:30"), "2026-10-03T00:00") == "2026-10-04T03:00+11:00"
    assert local(daily("02:30"), "2026-10-03T16:00") == "2026-10-05T02:30+11:00"


def test_a_time_that_comes_twice_runs_at_the_first():
    # In New York, 1 November 2026 shows 01:30 twice.
    new_york = daily("01:30", "America/New_York")
    assert local(new_york, "2026-11-01T00:00") == "2026-11-01T01:30-04:00"
    assert local(new_york, "2026-11-01T05:30") == "2026-11-02T01:30-05:00"


def test_half_an_hour_is_a_change_too():
    # On Lord Howe Island, 4 October 2026 goes from 01:59 to 02:30, and 5 April from 01:59 back to 01:30.
    assert local(daily("02:15", "Australia/Lord_Howe"), "2026-10-03T00:00") == "2026-10-04T02:30+11:00"
    assert local(daily("01:45", "Australia/Lord_Howe"), "2026-04-04T00:00") == "2026-04-05T01:45+11:00"


def test_a_date_that_a_country_left_out_runs_at_its_end():
    # Samoa had no 30 December 2011.
    apia = daily("12:00", "Pacific/Apia")
    assert local(apia, "2011-12-30T09:00") == "2011-12-31T00:00+14:00"
    assert local(apia, "2011-12-30T10:00") == "2011-12-31T12:00+14:00"


@steady
@given(at=times, zone=zones, year=st.integers(2021, 2034))
def test_every_local_date_has_one_due_time(at: time, zone: str, year: int):
    found = dues(
        daily(at.isoformat("minutes"), zone), datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    )
    dates = [due.astimezone(ZoneInfo(zone)).date() for due in found]
    assert Counter(dates).most_common(1)[0][1] == 1
    assert (dates[-1] - dates[0]).days + 1 == len(dates)


@steady
@given(schedule=schedules, after=instants)
def test_the_next_one_is_later_in_utc_and_the_same_from_anywhere_before_it(schedule: Schedule, after: datetime):
    due = next_due(schedule, after)
    assert due is not None
    assert due > after
    assert due.tzinfo is UTC
    assert next_due(schedule, due - timedelta(seconds=1)) == due
    assert next_due(schedule, after + (due - after) / 2) == due
    assert next_due(schedule, after.astimezone(ZoneInfo("America/New_York"))) == due


@steady
@given(schedule=schedules, after=instants)
def test_it_runs_at_its_time_or_just_after_a_gap(schedule: Schedule, after: datetime):
    due = next_due(schedule, after)
    assert due is not None
    shown = due.astimezone(schedule.zone)
    if schedule.every is Every.HOUR:
        assert shown.minute == schedule.at.minute
    elif shown.time() != schedule.at:
        before = (due - timedelta(seconds=1)).astimezone(schedule.zone)
        assert before.utcoffset() != shown.utcoffset()
        assert before.time() < schedule.at < shown.time() or before.date() < shown.date()
    else:
        assert not shown.fold


# --- The other schedules -------------------------------------------------------------------------------------


def test_a_manual_schedule_is_never_due():
    assert next_due(Schedule(), datetime(2026, 10, 1, tzinfo=UTC)) is None


def test_a_weekly_schedule_runs_on_its_weekday():
    weekly = Schedule(every=Every.WEEK, weekday=6, at=time(4), timezone="Europe/London")
    assert local(weekly, "2026-10-01T00:00") == "2026-10-04T04:00+01:00"
    assert local(weekly, "2026-10-04T03:00") == "2026-10-11T04:00+01:00"


def test_day_31_is_the_last_day_of_shorter_months():
    monthly = Schedule(every=Every.MONTH, day=31, at=time(6), timezone="Asia/Kathmandu")
    found = dues(monthly, datetime(2028, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC))
    assert [due.astimezone(monthly.zone).day for due in found] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


@pytest.mark.parametrize("zone", ZONES)
def test_an_hourly_schedule_counts_real_hours_and_shows_its_minute(zone: str):
    hourly = Schedule(every=Every.HOUR, at=time(0, 45), timezone=zone)
    found = dues(hourly, datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
    assert {due.astimezone(hourly.zone).minute for due in found} == {45}
    steps = Counter(later - due for due, later in itertools.pairwise(found))
    if zone != "Australia/Lord_Howe":
        assert set(steps) == {HOUR}
    else:  # half an hour less in spring, and half an hour more in autumn, in each of the two years
        assert {step: n for step, n in steps.items() if step != HOUR} == {HOUR / 2: 2, HOUR * 1.5: 2}


# --- What is said of it --------------------------------------------------------------------------------------


def test_the_days_on_which_the_clock_interferes_are_told():
    skipped = shifted(daily("02:30"), date(2026, 6, 1))
    assert [(one.day, one.is_skipped, f"{one.runs_at:%H:%M}") for one in skipped] == [
        (date(2026, 10, 4), True, "03:00"),
        (date(2027, 4, 4), False, "02:30"),
    ]
    assert shifted(daily("03:30"), date(2026, 6, 1)) == ()
    assert shifted(daily("02:30", "Asia/Kathmandu"), date(2026, 6, 1)) == ()
    assert shifted(Schedule(every=Every.HOUR, timezone="Australia/Sydney"), date(2026, 6, 1)) == ()


def test_only_due_dates_of_a_weekly_schedule_are_told():
    sunday = Schedule(every=Every.WEEK, weekday=6, at=time(2, 30), timezone="Australia/Sydney")
    monday = Schedule(every=Every.WEEK, weekday=0, at=time(2, 30), timezone="Australia/Sydney")
    assert len(shifted(sunday, date(2026, 6, 1))) == 2
    assert shifted(monday, date(2026, 6, 1)) == ()


def test_the_warning_names_each_day_and_what_happens_then():
    warning = clock_change(daily("02:30"), date(2026, 6, 1))
    assert warning is not None
    assert warning.code == "schedule.clock_change"
    assert "on 2026-10-04 there is no 02:30, and it runs at 03:00" in warning.what
    assert "on 2027-04-04 02:30 comes twice, and it runs at the first" in warning.what
    assert clock_change(daily("05:00"), date(2026, 6, 1)) is None


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"timezone": "Australia/Sidney"}, "timezone", "There is no time zone Australia/Sidney; did you mean"),
        ({"timezone": "Australia"}, "timezone", "There is no time zone Australia; "),
        ({"timezone": "../etc/passwd"}, "timezone", "There is no time zone"),
        ({"timezone": 10}, "timezone", "There is no time zone 10"),
        ({"at": "25:00"}, "at", "'25:00' is not a time of day; write hours and minutes, like 03:30."),
        ({"at": "3"}, "at", "is not a time of day"),
        ({"at": None}, "at", "is not a time of day"),
        ({"every": "fortnight"}, "every", "'fortnight' is not one of manual, hour, day, week, month."),
        ({"weekday": 7}, "weekday", "7 is not a weekday; 0 is Monday and 6 is Sunday."),
        ({"day": 0}, "day", "0 is not a day of the month; choose 1 to 31."),
        ({"day": "1"}, "day", "is not a day of the month"),
    ],
)
def test_what_is_wrong_is_told_for_each_field(values: dict[str, object], field: str, sentence: str):
    found = mistakes(values)
    assert list(found) == [field]
    assert sentence in found[field]
    with pytest.raises(ValueError, match=r"There is no|is not"):
        Schedule.from_dict(values)


@steady
@given(schedule=schedules)
def test_a_schedule_comes_back_from_its_json_as_it_was(schedule: Schedule):
    assert Schedule.from_dict(schedule.as_dict()) == schedule
    assert mistakes(schedule.as_dict()) == {}


def test_what_is_stored_before_anybody_chose_is_manual():
    assert Schedule.from_dict({}) == Schedule()
    known = Schedule.from_dict({"timezone": "Australia/Melbourne", "missing_after": 3})
    assert (known.every, known.timezone) == (Every.MANUAL, "Australia/Melbourne")


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        (Schedule(), "only when somebody asks"),
        (Schedule(every=Every.HOUR, at=time(0, 5)), "every hour at minute 5, UTC"),
        (daily("03:30"), "every day at 03:30, Australia/Sydney"),
        (Schedule(every=Every.WEEK, weekday=4), "every Friday at 03:30, UTC"),
        (Schedule(every=Every.MONTH, day=31), "on day 31 of every month at 03:30, UTC"),
    ],
)
def test_a_schedule_reads_as_a_sentence(schedule: Schedule, told: str):
    assert str(schedule) == told


# --- Edges ---------------------------------------------------------------------------------------------------


def test_a_wrong_value_is_said_where_a_schedule_is_made_too():
    with pytest.raises(ValueError, match="0 is not a day of the month; choose 1 to 31"):
        Schedule(day=0)
    assert mistakes({"day": 32}) == {"day": "32 is not a day of the month; choose 1 to 31."}
    assert mistakes({"timezone": "nowhere at all"}) == {
        "timezone": "There is no time zone nowhere at all; it is written like Australia/Sydney."
    }


@pytest.mark.parametrize("day", range(7))
def test_a_weekday_is_told_by_its_name(day: int):
    name = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day]
    assert str(Schedule(every=Every.WEEK, weekday=day)) == f"every {name} at 03:30, UTC"


def test_a_month_is_due_on_its_day_from_the_first_instant_on():
    monthly = Schedule(every=Every.MONTH, day=31, at=time(0, 0), timezone="Pacific/Auckland")
    assert local(monthly, "2026-11-29T10:59") == "2026-11-30T00:00+13:00"
    assert local(monthly, "2026-11-29T11:00") == "2026-12-31T00:00+13:00"
    assert local(monthly, "2027-02-28T10:59") == "2027-03-31T00:00+13:00"
    assert [one.day for one in shifted(monthly, date(2026, 12, 31))] == []


def test_the_hour_is_due_at_its_minute_and_not_a_second_after_it():
    hourly = Schedule(every=Every.HOUR, at=time(0, 20), timezone="Asia/Kathmandu")
    due = next_due(hourly, datetime(2026, 10, 1, 0, 0, 5, 7, tzinfo=UTC))
    assert due == datetime(2026, 10, 1, 0, 35, tzinfo=UTC)


def test_a_change_that_touches_the_first_day_looked_at_counts_and_one_after_the_last_does_not():
    late = Schedule(every=Every.DAY, at=time(2, 30), timezone="Australia/Sydney")
    assert [one.day for one in shifted(late, date(2026, 10, 3), 2)] == [date(2026, 10, 4)]
    assert shifted(late, date(2026, 10, 3), 1) == ()
    monthly = Schedule(every=Every.MONTH, day=4, at=time(2, 30), timezone="Australia/Sydney")
    assert [one.day for one in shifted(monthly, date(2026, 10, 4), 1)] == [date(2026, 10, 4)]
