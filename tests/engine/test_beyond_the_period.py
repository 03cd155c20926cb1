"""What a sync takes in beyond the period that was asked for: it says which days, and why, and how they ended."""

from __future__ import annotations

from datetime import date

from tests.engine.conftest import Ready, dearer
from tests.engine.test_left_over import half, unmap
from tests.support.chain import Venue
from tests.support.month import Month

from takings.domain.period import Period
from takings.views import LOCAL, RunView

__all__ = ["half"]

FIRST, SECOND, THIRD = (date(2026, 10, day) for day in (1, 2, 3))
LATER = Period(date(2026, 10, 5), date(2026, 10, 6))


def told(run: RunView) -> list[str]:
    return [one.what for one in run.findings if one.code == "run.beyond_period"]


def test_what_was_decided_about_days_of_another_period_is_named_with_the_decision(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(3)
    venue.sync()
    venue.push([dearer(made_up.first[0], revision=2), *made_up.first[4:6]])
    venue.engine.decide(LOCAL, "anchor", [FIRST], decision="adjust")
    venue.engine.decide(LOCAL, "anchor", [SECOND], decision="repost")
    run = venue.sync(LATER)
    assert told(run) == [
        "Besides 2026-10-05 to 2026-10-06 this takes in 2026-10-02: decided to be posted anew",
        "Besides 2026-10-05 to 2026-10-06 this takes in 2026-10-01: decided to be adjusted",
    ]
    assert {one.severity for one in run.findings} == {"info"}
    assert run.state == "done"
    assert told(venue.sync(LATER)) == []


def test_what_an_earlier_run_left_is_named_and_counted_whatever_the_period_is(half: Venue) -> None:
    unmap(half, "AMEX")
    run = half.sync(LATER)
    assert told(run) == [
        "Besides 2026-10-05 to 2026-10-06 this takes in 2026-10-01, 2026-10-02, 2026-10-03: left unfinished"
    ]
    assert (run.state, run.counts["partly"], len(run.held)) == ("problems", 3, 3)
    assert len(half.engine.run_detail(LOCAL, run.id).run.held) == 3


def test_a_day_to_be_posted_anew_that_is_held_is_counted_whatever_the_period_is(ready: Ready) -> None:
    venue = ready(2)
    venue.sync()
    venue.engine.undo(LOCAL, "anchor", days=[FIRST], confirm=1)
    unmap(venue, "AMEX")
    venue.engine.decide(LOCAL, "anchor", [FIRST], decision="repost")
    run = venue.sync(LATER)
    assert (run.state, run.counts["held"], [one.business_date for one in run.held]) == ("problems", 1, [FIRST])


def test_a_day_that_came_otherwise_since_it_was_decided_about_is_no_longer_taken_in(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(2)
    venue.sync()
    venue.push([dearer(made_up.first[0], revision=2)])
    venue.engine.decide(LOCAL, "anchor", [FIRST], decision="adjust")
    venue.push([dearer(made_up.first[0], by="30.00", revision=3)])
    run = venue.sync(LATER)
    assert (run.state, run.counts["changed"], run.held, run.findings) == ("done", 0, (), ())
    assert venue.states()[f"{FIRST}/1"] == "changed"
    assert venue.sync().counts["changed"] == 1


def test_days_of_one_document_and_days_that_waited_are_named(ready: Ready, made_up: Month) -> None:
    venue = ready(7)
    venue.engine.configure(LOCAL, "anchor", combining="week")
    run = venue.sync(Period(THIRD, THIRD))
    assert told(run) == [
        "Besides 2026-10-03 this takes in 2026-10-01, 2026-10-02, 2026-10-04: of one document with days of the period"
    ]
    assert told(venue.sync()) == []


def test_nothing_beyond_is_named_where_there_is_nothing(ready: Ready, made_up: Month) -> None:
    venue = ready(3)
    assert told(venue.sync(Period(FIRST, SECOND))) == []
    assert venue.states()[f"{THIRD}/1"] == "pending"
