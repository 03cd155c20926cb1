"""What somebody decides, and what comes again, while a run plans: nothing of it is written over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select
from tests.engine.conftest import Ready, dearer
from tests.engine.test_guards import by_hand, codes, total_of
from tests.support.chain import OCTOBER, Venue
from tests.support.month import Month

from takings.store.tables import Integration
from takings.sync.adjustments import Adjusting, load_adjustments, settle_adjusting
from takings.sync.joint import load_joint, load_table
from takings.views import LOCAL, Progress, RunView

DAY = date(2026, 10, 2)
NAME = "2026-10-02/1"
TOLD = "day.other_meanwhile"


def sync_while(venue: Venue, happens: Callable[[], object], *, confirm: int | None = None) -> RunView:
    """Sync, and let something happen when what waits is read and the ledger is about to be asked."""
    asked: list[str] = []

    def told(progress: Progress) -> None:
        if progress.phase == "survey" and not asked:
            asked.append(progress.phase)
            happens()

    run = venue.sync(confirm=confirm, progress=told)
    assert asked
    return run


def decide(venue: Venue, decision: str) -> None:
    venue.engine.decide(LOCAL, "anchor", [DAY], decision=decision, reason="posted by hand")


def test_a_day_that_is_never_to_be_posted_is_not_posted_by_a_run_that_planned_it_before(ready: Ready) -> None:
    venue = ready(3)
    venue.engine.configure(LOCAL, "anchor", numbering="builtin:sequence", numbering_settings={"prefix": "POS-"})
    run = sync_while(venue, lambda: decide(venue, "never"), confirm=3)
    assert venue.states() == {"2026-10-01/1": "posted", NAME: "never", "2026-10-03/1": "posted"}
    assert len(venue.books.invoices()) == 2
    assert [(one.code, one.severity.value, one.subject) for one in run.findings] == [(TOLD, "info", NAME)]
    (unused,) = venue.engine.unused_numbers(LOCAL, "anchor")
    assert "while it was planned" in unused.reason


def test_what_came_again_while_it_was_planned_is_posted_by_the_next_run_as_it_is_then(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(2)
    run = sync_while(venue, lambda: venue.push([dearer(made_up.first[1], "10.00", revision=2)]), confirm=2)
    assert venue.states() == {"2026-10-01/1": "posted", NAME: "pending"}
    assert [one.code for one in run.findings] == [TOLD]
    venue.sync()
    assert venue.states()[NAME] == "posted"
    expected = made_up.expect([made_up.first[0], dearer(made_up.first[1], "10.00")]).balances
    assert venue.books.balances() == expected


def test_one_day_decided_otherwise_keeps_its_whole_document_back(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    venue.engine.configure(LOCAL, "anchor", combining="week")
    assert venue.push(made_up.first[:4]).accepted
    sync_while(venue, lambda: decide(venue, "never"), confirm=1)
    assert venue.states() == {f"2026-10-0{n}/1": "never" if n == 2 else "pending" for n in (1, 2, 3, 4)}
    assert venue.books.invoices() == []


def test_a_day_that_is_never_to_be_posted_is_not_held_by_a_run_that_planned_it_before(ready: Ready) -> None:
    venue = ready(2)
    by_hand(venue, total_of(venue, str(DAY)), str(DAY))
    run = sync_while(venue, lambda: decide(venue, "never"), confirm=1)
    assert venue.states() == {"2026-10-01/1": "posted", NAME: "never"}
    assert (run.state, codes(venue, str(DAY))) == ("done", [])


def test_an_adjustment_that_somebody_takes_back_while_it_is_planned_is_not_posted(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(2)
    venue.sync(OCTOBER)
    before = venue.books.balances()
    assert venue.push([dearer(made_up.first[1], "10.00", revision=2)]).accepted
    decide(venue, "adjust")
    sync_while(venue, lambda: decide(venue, "leave"))
    assert (venue.states()[NAME], venue.books.balances()) == ("posted", before)


def what_waits(venue: Venue) -> Adjusting:
    with venue.engine.database.read() as session:
        joint = load_joint(session, venue.engine._services, session.exec(select(Integration)).one())
        return load_adjustments(session, joint, load_table(session, joint))


def settle(venue: Venue, found: Adjusting) -> None:
    with venue.engine.database.write() as session:
        settle_adjusting(session, found, venue.engine.clock.now())


def test_what_is_decided_while_an_adjustment_comes_to_nothing_stands(ready: Ready, made_up: Month) -> None:
    venue = ready(2)
    venue.sync(OCTOBER)
    assert venue.push([made_up.first[1] | {"revision": 2, "statistics": {"checks": 1, "covers": 1}}]).accepted
    decide(venue, "adjust")
    found = what_waits(venue)
    assert len(found.nothing) == 1
    decide(venue, "leave")
    settle(venue, found)
    assert codes(venue, str(DAY)) == ["day.left"]


@pytest.mark.parametrize("before", ["nothing", "held"])
def test_what_comes_and_is_decided_to_be_adjusted_while_that_before_it_is_settled_is_adjusted(
    ready: Ready, made_up: Month, before: str
) -> None:
    venue = ready(2)
    venue.sync(OCTOBER)
    two = made_up.first[1] | {"revision": 2, "statistics": {"checks": 1, "covers": 1}}
    if before == "held":
        sales = [one | {"account": "NEW"} for one in two["sales"]]
        two |= {"sales": sales}
    assert venue.push([two]).accepted
    decide(venue, "adjust")
    found = what_waits(venue)
    assert (len(found.nothing), len(found.held)) == ((1, 0) if before == "nothing" else (0, 1))
    assert venue.push([dearer(made_up.first[1], "50.00", revision=3)]).accepted
    decide(venue, "adjust")
    told = codes(venue, str(DAY))
    settle(venue, found)
    assert (venue.states()[NAME], codes(venue, str(DAY))) == ("changed", told)
    assert venue.sync().state == "done"
    assert venue.states()[NAME] == "posted"
    expected = made_up.expect([made_up.first[0], dearer(made_up.first[1], "50.00")]).balances
    assert {code: one for code, one in venue.books.balances().items() if one} == expected
