"""What becomes of days that change after they were posted, in runs that nobody waits for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.runner.conftest import DAY, World

from takings.domain.period import Period
from takings.domain.schedule import Every, Schedule
from takings.plugin import Survey
from takings.views import LOCAL, DayView, RunView

CHANGED = date(2026, 8, 29)
BASE = "fake:till/fake-1/2026-08-29.1"


def posted(world: World, policy: str = "ask") -> None:
    """Post the last week of August by the schedule, and have one of its days come again."""
    world.add(schedule=Schedule(every=Every.DAY, at=time(4)))
    world.engine.set_late_changes(LOCAL, "anchor", policy)
    next_night(world)
    assert set(world.posted().values()) == {1}
    world.till.set_day(CHANGED, Decimal("121.00"))


def next_night(world: World) -> RunView:
    world.clock.advance(DAY)
    world.engine.tick()
    world.run_all()
    return world.runs()[-1]


def day(world: World) -> DayView:
    (found,) = world.engine.days(LOCAL, "anchor", Period(CHANGED, CHANGED))
    return found


def standing(world: World) -> dict[str, str]:
    """The totals that stand for the day, by what their keys end in."""
    return {
        key.partition(BASE + "/")[2]: row["total"]
        for key, rows in world.books.entries.items()
        for row in rows
        if BASE in key
    }


def closed(world: World, monkeypatch: pytest.MonkeyPatch, through: date) -> None:
    """Let the ledger be closed up to a date."""
    survey = world.books.survey

    def locked(period: Period, settings: Any) -> Survey:
        return replace(survey(period, settings), locked_through=through)

    monkeypatch.setattr(world.books, "survey", locked)


@pytest.mark.parametrize(
    ("policy", "state", "stands"),
    [
        ("ask", "changed", {"g1/entry.1": "110.00"}),
        ("repost", "posted", {"g2/entry.1": "121.00"}),
        ("adjust", "posted", {"g1/entry.1": "110.00", "g2/entry.1": "11.00"}),
        ("leave", "posted", {"g1/entry.1": "110.00"}),
    ],
)
def test_the_policy_is_carried_out_by_the_night_run(
    world: World, policy: str, state: str, stands: dict[str, str]
) -> None:
    posted(world, policy)
    run = next_night(world)
    assert run.state == ("problems" if policy == "ask" else "done"), run.findings
    assert (day(world).state, standing(world)) == (state, stands)
    events = [one for one in world.engine.audit_trail(LOCAL).events if one.action == f"day.{policy}"]
    assert [(one.principal, one.details["day"]) for one in events] == (
        [] if policy == "ask" else [("policy", CHANGED.isoformat())]
    )
    again = next_night(world)
    assert (again.state, standing(world)) == (run.state, stands)


def test_a_policy_to_repost_leaves_a_closed_period_to_a_person(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    posted(world, "repost")
    closed(world, monkeypatch, date(2026, 8, 31))
    for _ in range(2):
        assert next_night(world).state == "problems"
        assert (day(world).state, [one.code for one in day(world).findings]) == (
            "changed",
            ["day.locked_adjust_only"],
        )
        assert standing(world) == {"g1/entry.1": "110.00"}
    assert "Decide to adjust the day" in day(world).findings[0].do
    assert world.engine.difference(LOCAL, "anchor", CHANGED).allowed == ("adjust", "leave", "reconsider")
    world.engine.decide(LOCAL, "anchor", [CHANGED], decision="adjust", reason="The quarter is reported")
    assert next_night(world).state == "done"
    assert standing(world) == {"g1/entry.1": "110.00", "g2/entry.1": "11.00"}


def test_a_policy_to_adjust_dates_the_difference_on_the_first_day_that_is_open(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted(world, "adjust")
    ahead = world.clock.now().date() + timedelta(days=5)
    closed(world, monkeypatch, ahead)
    next_night(world)
    (added,) = [row for key, rows in world.books.entries.items() for row in rows if "/g2/" in key]
    assert added["date"] == (ahead + DAY).isoformat()


def test_what_is_to_be_posted_anew_is_posted_whatever_period_is_synced(world: World) -> None:
    posted(world)
    next_night(world)
    world.engine.decide(LOCAL, "anchor", [CHANGED], decision="repost")
    today = world.clock.now().date()
    run = world.engine.sync(LOCAL, "anchor", Period(today, today), pull=False)
    assert (run.state, standing(world)) == ("done", {"g2/entry.1": "121.00"}), run.findings


def test_a_day_that_was_left_is_asked_about_again_when_it_changes_again(world: World) -> None:
    posted(world)
    next_night(world)
    world.engine.decide(LOCAL, "anchor", [CHANGED], decision="leave", reason="A training sale")
    assert next_night(world).state == "done"
    world.till.set_day(CHANGED, Decimal("132.00"))
    next_night(world)
    assert day(world).state == "changed"


def test_a_change_that_is_taken_back_at_the_till_needs_no_decision(world: World) -> None:
    posted(world)
    next_night(world)
    world.till.set_day(CHANGED, Decimal("110.00"))
    assert next_night(world).state == "done"
    assert (day(world).state, day(world).findings) == ("posted", ())


def test_a_day_changed_after_a_failed_repost_is_decided_about_anew(world: World) -> None:
    posted(world, "repost")
    world.books.reject = lambda operation: operation.kind == "removal"
    assert next_night(world).state == "problems"
    assert (day(world).state, [one.code for one in day(world).findings]) == ("changed", ["fake.refused"])
    world.books.reject = lambda operation: False
    assert next_night(world).state == "problems", "a person decides about what failed"
    world.till.set_day(CHANGED, Decimal("132.00"))
    assert next_night(world).state == "done"
    assert standing(world) == {"g2/entry.1": "132.00"}


def test_a_day_that_was_taken_back_stays_out_when_it_changes_until_somebody_decides(world: World) -> None:
    posted(world, "repost")
    world.till.set_day(CHANGED, Decimal("110.00"))
    assert world.engine.undo(LOCAL, "anchor", days=[CHANGED], confirm=1).state == "done"
    world.till.set_day(CHANGED, Decimal("132.00"))
    assert next_night(world).state == "done"
    assert (day(world).state, day(world).revision, standing(world)) == ("undone", 4, {})
    assert world.engine.difference(LOCAL, "anchor", CHANGED).allowed == ("repost", "never")
    world.engine.decide(LOCAL, "anchor", [CHANGED], decision="repost")
    assert next_night(world).state == "done"
    assert standing(world) == {"g2/entry.1": "132.00"}


def test_an_adjustment_that_the_ledger_refuses_leaves_the_day_as_it_was_posted(world: World) -> None:
    posted(world, "adjust")
    world.books.reject = lambda operation: "/g2/" in operation.key
    assert next_night(world).state == "problems"
    assert (day(world).state, [one.code for one in day(world).findings]) == ("changed", ["fake.refused"])
    assert standing(world) == {"g1/entry.1": "110.00"}
    world.books.reject = lambda operation: False
    world.engine.decide(LOCAL, "anchor", [CHANGED], decision="adjust")
    assert next_night(world).state == "done"
    assert standing(world) == {"g1/entry.1": "110.00", "g3/entry.1": "11.00"}, "a refused key is not used again"


def test_a_change_back_to_what_was_posted_is_adjusted_back(world: World) -> None:
    posted(world, "adjust")
    next_night(world)
    world.till.set_day(CHANGED, Decimal("110.00"))
    assert next_night(world).state == "done"
    assert standing(world) == {"g1/entry.1": "110.00", "g2/entry.1": "11.00", "g3/entry.1": "11.00"}
    signs = [row.get("sign", 1) for key, rows in world.books.entries.items() for row in rows if "/g3/" in key]
    assert signs == [-1]


def test_two_undos_in_the_queue_take_a_day_back_once(world: World) -> None:
    posted(world)
    for _ in range(2):
        world.engine.request_undo(LOCAL, "anchor", days=[CHANGED], confirm=1)
    world.run_all()
    assert [one.state for one in world.runs()[-2:]] == ["done", "done"]
    assert (standing(world), day(world).state) == ({}, "undone")
