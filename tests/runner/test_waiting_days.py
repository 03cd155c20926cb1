"""Days that wait from before the window that is read again are posted all the same, once they may be."""

from __future__ import annotations

from datetime import date, time, timedelta

from tests.runner.conftest import START, World

from takings.domain.period import Period
from takings.domain.schedule import Every, Schedule
from takings.views import LOCAL
from takings.views.history import Standing

AUGUST = Period(date(2026, 8, 25), date(2026, 8, 31))


def arrived_long_ago(world: World, start: date) -> None:
    """Store the last week of August, and let 60 days pass in which nothing was posted."""
    world.add(schedule=Schedule(every=Every.DAY, at=time(4)), start=start)
    world.engine.fetch(LOCAL, "anchor", AUGUST)
    world.till.asked.clear()
    world.go_to(START + timedelta(days=60))


def posted_dates(world: World) -> set[date]:
    days = world.engine.days(LOCAL, "anchor", AUGUST)
    return {one.business_date for one in days if one.state == "posted"}


def test_a_day_that_could_not_be_posted_for_two_months_is_posted_by_the_next_scheduled_run(world: World):
    arrived_long_ago(world, AUGUST.first)
    world.engine.tick()
    world.run_all()
    assert posted_dates(world) == set(AUGUST)
    assert set(world.posted().values()) == {1}


def test_the_source_is_not_asked_for_more_because_of_it(world: World):
    arrived_long_ago(world, AUGUST.first)
    world.engine.tick()
    world.run_all()
    assert min(one.first for one in world.till.asked) == AUGUST.last  # the newest that is known


def test_the_preview_counts_it_too(world: World):
    arrived_long_ago(world, AUGUST.first)
    shown = world.engine.preview(LOCAL, "anchor")
    assert {one.business_date for one in shown.documents} == set(AUGUST)


def test_days_before_the_start_that_nobody_confirmed_go_on_waiting(world: World):
    arrived_long_ago(world, date(2026, 8, 29))
    world.engine.tick()
    world.run_all()
    assert posted_dates(world) == {one for one in AUGUST if one >= date(2026, 8, 29)}


def test_days_from_before_the_window_that_nobody_confirmed_are_told_by_every_face(world: World):
    arrived_long_ago(world, date(2026, 8, 29))
    world.engine.tick()
    world.run_all()
    (run,) = world.engine.runs(LOCAL, "anchor", limit=1)
    (told,) = [one for one in run.findings if one.code == "run.waits_for_confirmation"]
    assert (told.subject, told.severity) == ("2026-08-25 to 2026-08-28", "warning")
    assert "4 days of the past" in told.what
    overview = world.engine.overview_of(LOCAL, "anchor")
    assert [(one.where, one.what) for one in overview.attention] == [
        ("review", "4 days of the past wait to be confirmed")
    ]
    assert overview.standing == Standing.ATTENTION
    assert world.engine.alerts(LOCAL).subject == "anchor: 4 days wait to be confirmed"


def test_no_day_is_told_of_that_somebody_confirmed_or_will_never_post(world: World):
    arrived_long_ago(world, date(2026, 8, 29))
    world.engine.sync(LOCAL, "anchor", Period(AUGUST.first, date(2026, 8, 27)), pull=False, confirm=3)
    (run,) = world.engine.runs(LOCAL, "anchor", limit=1)
    assert run.findings == ()
    assert world.engine.alerts(LOCAL).subject == "anchor: 1 day waits to be confirmed"
    world.engine.decide(LOCAL, "anchor", [date(2026, 8, 28)], decision="never", reason="Posted by hand")
    assert world.engine.alerts(LOCAL).standing == 0
    assert world.engine.overview_of(LOCAL, "anchor").attention == ()


def test_what_is_in_the_window_is_told_of_once(world: World):
    world.add(schedule=Schedule(every=Every.DAY, at=time(4)), start=date(2026, 8, 29))
    world.engine.fetch(LOCAL, "anchor", AUGUST)
    world.go_to(START + timedelta(days=2))
    world.engine.tick()
    world.run_all()
    (run,) = world.engine.runs(LOCAL, "anchor", limit=1)
    assert [one.code for one in run.findings].count("run.waits_for_confirmation") == 1


def test_a_run_for_a_named_period_posts_that_period_only(world: World):
    arrived_long_ago(world, AUGUST.first)
    world.engine.sync(LOCAL, "anchor", Period(date(2026, 8, 26), date(2026, 8, 26)), pull=False)
    assert posted_dates(world) == {date(2026, 8, 26)}
