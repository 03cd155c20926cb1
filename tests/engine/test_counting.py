"""One count everywhere: what a preview shows, a question asks and a sync tells is what is written."""

from __future__ import annotations

from typing import Any

import pytest
from tests.engine.conftest import Ready, bring_catalogue
from tests.engine.test_house_accounts import JONES, SMITH, with_customers
from tests.support.chain import OCTOBER, Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month

from takings.store.states import RunState
from takings.store.tables import Run
from takings.views import LOCAL, Confirmation, RunView


def asked_and_synced(venue: Venue) -> tuple[list[int], RunView]:
    """Sync, and return the counts that were asked about, and the run."""
    asked: list[int] = []

    def agree(question: Confirmation) -> bool:
        asked.append(question.count)
        return True

    return asked, venue.sync(confirm=agree)


def with_house_accounts(ready: Ready, month: Month, **more: Any) -> Venue:
    """A venue with four days, of which two have customers with accounts of their own."""
    venue = ready(0, target_settings={"house_accounts": "customers"})
    if more:
        venue.engine.configure(LOCAL, "anchor", **more)
    records = [
        with_customers(month.first[0], (SMITH, "120.50"), (JONES, "80.00")),
        month.first[1],
        with_customers(month.first[2], (SMITH, "9.50")),
        month.first[3],
    ]
    assert venue.push(records).accepted
    return venue


@pytest.mark.parametrize(("combining", "count"), [("close", 7), ("month", 4)])
def test_the_documents_of_customers_are_counted_alike_everywhere(
    ready: Ready, made_up: Month, combining: str, count: int
) -> None:
    venue = with_house_accounts(ready, made_up, combining=combining)
    if combining == "month":
        closed = [day for day in OCTOBER if day.day > 4]
        venue.engine.set_closed(LOCAL, "anchor", closed)
    preview = venue.engine.preview(LOCAL, "anchor", OCTOBER)
    asked, run = asked_and_synced(venue)
    assert len(venue.books.invoices()) == count
    assert (len(preview.documents), asked) == (count, [count])
    assert (run.counts["documents"], run.counts["payments"]) == (count, preview.payments)
    assert len(run.documents) == count
    assert venue.engine.preview_undo(LOCAL, "anchor", OCTOBER).count == count
    assert venue.engine.undo(LOCAL, "anchor", OCTOBER, confirm=count).counts["undone"] == count


def test_a_preview_of_the_setup_is_confirmed_by_its_count_where_customers_have_accounts(
    ready: Ready, made_up: Month
) -> None:
    venue = with_house_accounts(ready, made_up)
    engine = venue.engine
    shown = engine.request_run(LOCAL, "anchor", kind="preview", period=OCTOBER, pull=False)
    engine.run_due(workers=1)
    with engine.database.read() as session:
        count = (session.get_one(Run, shown.id).survey or {})["documents"]
    first = engine.request_run(LOCAL, "anchor", period=OCTOBER, confirm=count, pull=False, trigger="setup")
    engine.run_due(workers=1)
    run = engine.run(LOCAL, first.id)
    assert (run.state, run.counts["documents"]) == (RunState.DONE.value, 7), run.findings


def test_what_stands_of_a_lost_database_is_not_asked_about_and_not_counted_as_made(
    ready: Ready, make_venue: MakeVenue, made_up: Month
) -> None:
    lost = ready(3)
    lost.sync()
    venue = make_venue(books=lost.books, name="anew")
    bring_catalogue(venue, made_up)
    venue.map_all()
    assert venue.push(made_up.first[:5]).accepted
    preview = venue.engine.preview(LOCAL, "anew", OCTOBER)
    asked, run = asked_and_synced(venue)
    assert len(venue.books.invoices()) == 5
    assert (len(preview.documents), asked) == (2, [2])
    assert (run.counts["documents"], run.counts["payments"]) == (2, preview.payments)
    assert run.counts["taken_over"] == 3
    assert [str(one.business_date) for one in run.documents] == ["2026-10-04", "2026-10-05"]
    again = venue.engine.run_detail(LOCAL, run.id).run
    assert [one.business_date for one in again.documents] == [one.business_date for one in run.documents]
    assert venue.engine.preview_undo(LOCAL, "anew", OCTOBER).count == 5
