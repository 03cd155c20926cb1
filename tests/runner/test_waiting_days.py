"""Days that wait from before the window that is read again are posted all the same, once they may be."""

from __future__ import annotations

from datetime import date, time, timedelta

from tests.runner.conftest import START, World

from takings.domain.period import Period
from takings.domain.schedule import Every, Schedule
from takings.views import LOCAL

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


def test_a_run_for_a_named_period_posts_that_period_only(world: World):
    arrived_long_ago(world, AUGUST.first)
    world.engine.sync(LOCAL, "anchor", Period(date(2026, 8, 26), date(2026, 8, 26)), pull=False)
    assert posted_dates(world) == {date(2026, 8, 26)}
