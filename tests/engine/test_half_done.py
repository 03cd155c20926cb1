"""What a run leaves half done: it is said, the run does not count as done, and the next sync goes on with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from tests.engine.conftest import Ready
from tests.support.chain import ShiftedClock, Venue

from takings.views import LOCAL, RunView

DAY, NAME = date(2026, 10, 1), "2026-10-01/1"


@contextmanager
def failing(venue: Venue, method: str, resource: str, **rule: Any) -> Iterator[None]:
    """Let the ledger fail at calls to a resource within the block."""
    control, http = venue.ledger.control, venue.ledger.http
    match = {"method": method, "resource": resource, "tenant": venue.books.tenant}
    rule = {"do": "status", "status": 500, **rule, "match": match}
    assert http.post(f"{control}/faults", json=rule).status_code == 200
    try:
        yield
    finally:
        http.delete(f"{control}/faults")


def codes(run: RunView) -> list[str]:
    return [one.code for one in run.findings]


def test_a_sync_that_could_not_take_a_day_back_whole_says_so_and_the_next_one_goes_on(ready: Ready) -> None:
    venue = ready(1)
    venue.sync()
    before = venue.books.balances()
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost", reason="It was mapped wrongly")
    with failing(venue, "POST", "Payments", times=8):
        run = venue.sync()
    assert (venue.states()[NAME], run.state) == ("undoing", "problems")
    assert codes(run) == ["call.outcome_unknown", "undo.not_finished"]
    assert [one.subject for one in run.findings] == ["", NAME]
    assert "2026-10-01/1" in run.findings[1].what
    assert "Removal of a payment" in run.findings[1].what
    again = venue.sync()
    assert (again.state, codes(again), venue.states()[NAME]) == ("done", [], "posted")
    assert [one["Reference"].split("/")[-2] for one in venue.books.invoices()] == ["g2"]
    assert venue.books.balances() == before


def test_an_undo_whose_calls_fail_says_what_is_left_and_the_next_sync_takes_it_back(ready: Ready) -> None:
    venue = ready(1)
    empty = venue.books.balances()
    venue.sync()
    with failing(venue, "POST", "Payments", times=8):
        run = venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1)
    assert (venue.states()[NAME], run.state) == ("undoing", "problems")
    assert codes(run) == ["call.outcome_unknown", "undo.not_finished"]
    assert venue.engine.alerts(LOCAL).subject == "anchor: 1 day taken back in part"
    assert venue.sync().state == "done"
    assert venue.engine.alerts(LOCAL).standing == 0
    assert (venue.states()[NAME], venue.books.balances()) == ("undone", empty)


def test_an_undo_that_was_refused_halfway_is_to_be_undone_again(ready: Ready) -> None:
    venue = ready(1)
    empty = venue.books.balances()
    venue.sync()
    with failing(venue, "POST", "Payments", status=400, times=1):
        run = venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1)
    assert venue.states()[NAME] == "undoing"
    told = next(one for one in run.findings if one.code == "undo.not_finished")
    assert told.do == "Mend what the ledger says, then undo it again"
    run = venue.sync()
    assert (run.state, venue.states()[NAME]) == ("problems", "undoing"), "a sync does not take it back"
    assert next(one for one in run.findings if one.code == "undo.not_finished").do == told.do
    assert venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1).state == "done"
    assert (venue.states()[NAME], venue.books.balances()) == ("undone", empty)


def test_a_sync_that_does_not_know_what_became_of_a_call_is_not_done(ready: Ready) -> None:
    venue = ready(1)
    with failing(venue, "PUT", "Invoices", times=2):
        run = venue.sync()
    assert (run.state, codes(run), venue.states()[NAME]) == ("problems", ["call.outcome_unknown"], "posting")
    (finding,) = run.findings
    assert "2026-10-01" in finding.what
    assert "next sync" in finding.do
    again = venue.sync()
    assert (again.state, codes(again), venue.states()[NAME]) == ("done", [], "posted")
    assert len(venue.books.invoices()) == 1


def test_a_call_that_must_rest_before_it_is_looked_up_keeps_each_sync_from_being_done(ready: Ready) -> None:
    clock = ShiftedClock()
    venue = ready(1, clock=clock)
    with failing(venue, "PUT", "Invoices", do="commit_then_drop", times=20):
        assert venue.sync().state == "failed"
    clock.advance(timedelta(minutes=6))  # the key is dead, and the call may still be carried out
    run = venue.sync()
    assert (run.state, codes(run)) == ("problems", ["call.outcome_unknown"])
    clock.advance(timedelta(minutes=6))
    assert (venue.sync().state, venue.states()[NAME]) == ("done", "posted")
    assert len(venue.books.invoices()) == 1
