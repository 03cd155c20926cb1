"""Years pass: each due time puts one run into the queue, whatever clocks, workers and power cuts do."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from tests.runner.conftest import DAY, START, MakeWorld, World, in_threads

from takings.domain.schedule import Every, Schedule
from takings.runner import due
from takings.store.tables import Connection, Run
from takings.testing import FixedClock
from takings.views import LOCAL

ZONES = (
    "Australia/Sydney",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Europe/London",
    "America/New_York",
    "Asia/Kathmandu",
)
#: Times that clocks skip or show twice somewhere.
TIMES = ("01:30", "02:15")


def daily(at: str, zone: str = "Australia/Sydney") -> Schedule:
    return Schedule(every=Every.DAY, at=time.fromisoformat(at), timezone=zone)


def forget(world: World) -> None:
    """Let what waits count as done, without doing it."""
    with world.engine.database.write() as session:
        session.execute(update(Run).where(col(Run.state) == "queued").values(state="done"))


def due_times(world: World, name: str) -> list[datetime]:
    id_ = world.engine.integration(LOCAL, name).id
    with world.engine.database.read() as session:
        found = session.execute(select(Run.due_at).where(col(Run.integration_id) == id_))  # type: ignore[call-overload]
        return sorted(found.scalars())


def check_every_date_once(found: list[datetime], schedule: Schedule, first: date, last: date) -> None:
    """Each local date from first to last has one due time, at the time chosen or just after a gap."""
    local = [one.astimezone(ZoneInfo(schedule.timezone)) for one in found]
    assert [one.date() for one in local] == [first + DAY * n for n in range((last - first).days + 1)]
    for one, instant in zip(local, found, strict=True):
        if one.time() != schedule.at:
            before = (instant - timedelta(seconds=1)).astimezone(one.tzinfo)
            assert before.utcoffset() != one.utcoffset(), f"{one} is no change of the clock"
            assert before.time() < schedule.at < one.time()
        assert not one.fold


@pytest.mark.parametrize(
    ("begin", "days"),
    [
        pytest.param(START, 66, id="northern autumn"),
        pytest.param(datetime(2027, 3, 8, tzinfo=UTC), 34, id="northern spring"),
        pytest.param(START, 731, id="two years", marks=pytest.mark.soak),
    ],
)
def test_over_each_change_of_a_clock_every_due_time_comes_once(make_world: MakeWorld, begin: datetime, days: int):
    world = make_world(clock=FixedClock(begin))
    schedules = {
        f"{zone} {at}".replace("/", " ").replace(":", "."): daily(at, zone) for zone in ZONES for at in TIMES
    }
    for name, schedule in schedules.items():
        world.add(name, schedule)
    while world.clock.now() < begin + days * DAY:
        world.clock.advance(timedelta(hours=11))
        world.engine.tick()
        forget(world)
    for name, schedule in schedules.items():
        found = due_times(world, name)
        now = world.clock.now()
        first, last = (one.astimezone(schedule.zone).date() for one in (begin, now))
        first += DAY * (found[0].astimezone(schedule.zone).date() > first)
        last -= DAY * (found[-1].astimezone(schedule.zone).date() < last)
        check_every_date_once(found, schedule, first, last)
        assert len(found) > days - 2


def test_hourly_weekly_and_monthly_ones_come_once_too(make_world: MakeWorld):
    world = make_world(clock=FixedClock(datetime(2026, 9, 25, tzinfo=UTC)))
    zone = "Australia/Lord_Howe"
    world.add("hour", Schedule(every=Every.HOUR, at=time(0, 10), timezone=zone))
    world.add("week", Schedule(every=Every.WEEK, weekday=6, at=time(2, 15), timezone=zone))
    world.add("month", Schedule(every=Every.MONTH, day=31, at=time(2, 15), timezone=zone))
    while world.clock.now() < datetime(2026, 11, 2, tzinfo=UTC):
        near = world.clock.now().date() in (date(2026, 10, 3), date(2026, 10, 4))
        world.clock.advance(timedelta(minutes=30 if near else 60))
        world.engine.tick()
        forget(world)
    hours = due_times(world, "hour")
    steps = Counter(later - one for one, later in itertools.pairwise(hours))
    # On 4 October the clock goes from 01:59 to 02:30: 02:10 is not shown.
    assert steps == {timedelta(hours=1): len(hours) - 2, timedelta(hours=1.5): 1}
    weeks = [one.astimezone(ZoneInfo(zone)) for one in due_times(world, "week")]
    assert {one.weekday() for one in weeks} == {6}
    assert [f"{one:%H:%M}" for one in weeks if one.date() == date(2026, 10, 4)] == ["02:30"]
    assert len(weeks) == 6
    assert [one.astimezone(ZoneInfo(zone)).day for one in due_times(world, "month")] == [30, 31]


def test_two_workers_that_look_at_once_begin_each_due_time_once(make_world: MakeWorld, either: World, address: str):
    other = make_world(address, beside=either, clock=either.clock)
    names = [f"venue {n}" for n in range(12)]
    either.go_to(datetime(2026, 9, 27, tzinfo=UTC))
    for name in names:
        either.add(name, daily("02:30"))
    engines = itertools.cycle((either.engine, other.engine))
    days = 0
    while either.clock.now() < datetime(2026, 10, 8, tzinfo=UTC):
        either.clock.advance(DAY)
        days += 1
        in_threads(2, lambda: next(engines).tick(5) and next(engines).tick())
        in_threads(2, lambda: next(engines).tick())
        forget(either)
    for name in names:
        check_every_date_once(
            due_times(either, name), daily("02:30"), date(2026, 9, 28), date(2026, 9, 27) + DAY * days
        )


def test_what_was_missed_over_a_change_of_the_clock_comes_up_once(either: World):
    either.add("anchor", daily("02:30"))
    either.go_to(datetime(2026, 10, 2, tzinfo=UTC))
    either.engine.tick()
    forget(either)
    # The machine is off from the 2nd to the 7th; on the 4th there is no 02:30.
    either.go_to(datetime(2026, 10, 7, 3, tzinfo=UTC))
    begun = either.engine.tick()
    assert len(begun) == 1
    assert either.engine.tick() == []
    either.run_all()
    view = either.engine.integration(LOCAL, "anchor")
    assert view.next_due is not None
    assert view.next_due.isoformat() == "2026-10-07T15:30:00+00:00"
    (late,) = [one for one in either.runs() if one.id == begun[0]]
    assert late.due_at is not None
    assert late.due_at.astimezone(ZoneInfo("Australia/Sydney")).isoformat() == "2026-10-03T02:30:00+10:00"


def test_every_close_is_posted_once_over_both_changes_of_the_clock(world: World):
    sydney = ZoneInfo("Australia/Sydney")
    world.add("anchor", daily("02:30"), start=date(2026, 9, 28))
    for first, days in ((datetime(2026, 9, 28, tzinfo=UTC), 12), (datetime(2027, 3, 29, tzinfo=UTC), 12)):
        world.go_to(first)
        for _ in range(days * 2):
            world.clock.advance(DAY / 2)
            world.till.newest = world.clock.now().astimezone(sydney).date() - DAY
            world.engine.tick()
            world.run_all()
    runs = world.runs()
    assert {one.state for one in runs} == {"done"}
    dates = [one.due_at.astimezone(sydney).date() for one in runs if one.due_at]
    assert len(set(dates)) == len(runs) > 22
    closes = [key.split("/")[2] for key in world.posted()]
    wanted = [date(2026, 9, 28) + DAY * n for n in range((world.till.newest - date(2026, 9, 28)).days + 1)]
    assert sorted(closes) == [f"{day}.1" for day in wanted]
    assert set(world.posted().values()) == {1}


# --- Who is run and who is not -------------------------------------------------------------------------------


def test_nobody_is_run_before_it_is_due(world: World):
    world.add("anchor", daily("02:30"))
    assert world.engine.tick() == []
    world.go_to(datetime(2026, 9, 1, 16, 29, tzinfo=UTC))
    assert world.engine.tick() == []
    world.go_to(datetime(2026, 9, 1, 16, 30, tzinfo=UTC))
    assert len(world.engine.tick()) == 1


def test_a_paused_integration_is_skipped_and_comes_up_once_when_it_is_resumed(world: World):
    world.add("anchor", daily("02:30"))
    world.engine.pause(LOCAL, "anchor")
    world.clock.advance(5 * DAY)
    assert world.engine.tick() == []
    world.engine.resume(LOCAL, "anchor")
    assert len(world.engine.tick()) == 1
    assert world.engine.tick() == []


def test_a_draft_is_never_run_by_its_schedule(world: World):
    world.engine.provision(LOCAL, name="anchor", source="fake:till", target="fake:ledger")
    world.engine.set_schedule(LOCAL, "anchor", daily("02:30"))
    world.clock.advance(5 * DAY)
    assert world.engine.tick() == []
    due_next = world.engine.integration(LOCAL, "anchor").next_due
    assert due_next is not None
    assert due_next > world.clock.now()


def test_a_manual_schedule_takes_the_due_time_away(world: World):
    world.add("anchor", daily("02:30"))
    world.engine.set_schedule(LOCAL, "anchor", Schedule(timezone="Australia/Sydney"))
    assert world.engine.integration(LOCAL, "anchor").next_due is None
    world.clock.advance(5 * DAY)
    assert world.engine.tick() == []


def test_a_run_that_still_waits_is_not_joined_by_another(world: World):
    world.add("anchor", Schedule(every=Every.HOUR, timezone="Australia/Sydney"))
    for _ in range(5):
        world.clock.advance(timedelta(hours=1))
        world.engine.tick()
    assert len(world.runs()) == 1


def test_what_needs_attention_is_tried_once_a_day_though_it_is_due_each_hour(world: World):
    world.add("anchor", Schedule(every=Every.HOUR, timezone="Australia/Sydney"))
    with world.engine.database.write() as session:
        row = session.get_one(Connection, world.engine.integration(LOCAL, "anchor").source.id)
        row.settings = {"unheard_of": 1}
        session.add(row)
    for _ in range(72):
        world.clock.advance(timedelta(hours=1))
        world.engine.tick()
        world.run_all()
    states = Counter(one.state for one in world.runs())
    assert states == {"failed": 4}
    assert world.engine.integration(LOCAL, "anchor").state == "needs_attention"


def test_what_only_a_person_can_connect_again_is_left_alone(world: World):
    world.add("anchor", daily("02:30"))
    view = world.engine.integration(LOCAL, "anchor")
    assert view.target is not None
    with world.engine.database.write() as session:
        row = session.get_one(Connection, view.target.id)
        row.state = "revoked"
        session.add(row)
    with world.engine.database.write() as session:
        from takings.store.tables import Integration

        integration = session.get_one(Integration, view.id)
        integration.state = "needs_attention"
        session.add(integration)
    world.clock.advance(10 * DAY)
    assert world.engine.tick() == []


def test_the_queue_is_fed_only_up_to_its_limit(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(due, "BACKLOG", 3)
    for n in range(5):
        world.add(f"venue {n}", daily("02:30"))
    world.clock.advance(DAY)
    assert len(world.engine.tick()) == 3
    assert world.engine.tick() == []
    forget(world)
    assert len(world.engine.tick()) == 2


def test_a_clock_that_is_put_back_repeats_nothing(world: World):
    world.add("anchor", daily("02:30"))
    world.clock.advance(DAY)
    world.engine.tick()
    forget(world)
    world.clock.advance(-DAY)
    world.engine.set_schedule(LOCAL, "anchor", daily("02:30"))
    world.clock.advance(DAY)
    assert world.engine.tick() == []
    world.clock.advance(DAY)
    assert len(world.engine.tick()) == 1


# --- Closes that do not come ---------------------------------------------------------------------------------


def test_a_close_that_is_late_is_asked_for_again_and_reported_once(world: World):
    late = date(2026, 10, 12)
    world.add("anchor", daily("05:00"), start=date(2026, 9, 20))
    world.till.unclosed = {late}
    told: list[tuple[date, str]] = []
    world.go_to(datetime(2026, 9, 20, tzinfo=UTC))
    for _ in range(30):
        world.clock.advance(DAY)
        today = world.clock.now().astimezone(ZoneInfo("Australia/Sydney")).date()
        world.till.newest = today - DAY
        world.engine.tick()
        world.run_all()
        newest = world.runs()[-1]
        assert newest.state == "done"
        told += [(today, one.subject) for one in newest.findings if one.code == "run.day_missing"]
        assert late in world.till.asked[-1] or today < late
    assert told == [(late + 2 * DAY, str(late))]
    month = world.till.asked[-1]
    assert world.engine.missing_days(LOCAL, "anchor", month) == (late,)
    # It comes in the end, and is posted as any other.
    world.till.unclosed = set()
    world.clock.advance(DAY)
    world.engine.tick()
    world.run_all()
    assert world.engine.missing_days(LOCAL, "anchor", month) == ()
    assert sum(f"{late}.1" in key for key in world.posted()) == 1


def test_an_integration_says_how_long_a_close_is_waited_for(world: World):
    world.add("anchor", start=date(2026, 8, 1))
    world.till.unclosed = {date(2026, 8, 30)}
    world.engine.set_schedule(LOCAL, "anchor", daily("05:00"), missing_after=1)
    for after, codes in ((3, []), (2, ["run.day_missing"])):
        world.engine.set_schedule(LOCAL, "anchor", daily("05:00"), missing_after=after)
        run = world.engine.fetch(LOCAL, "anchor")
        assert [one.code for one in run.findings] == codes
    assert world.engine.integration(LOCAL, "anchor").schedule["missing_after"] == 2
