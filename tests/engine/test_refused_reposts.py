"""A repost that the ledger refuses in the middle: another way is tried at once, and later syncs try again."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import update
from tests.engine.conftest import Ready, dearer
from tests.engine.test_half_done import failing
from tests.support.chain import OCTOBER, Venue
from tests.support.month import Month

from takings.domain.period import Period
from takings.store.journal import UnitRow
from takings.views import LOCAL, RunView

DAY, NAME = date(2026, 10, 1), "2026-10-01/1"


@pytest.fixture
def decided(ready: Ready) -> tuple[Venue, dict[str, Decimal]]:
    """A venue with a day posted that is to be posted anew, and its books."""
    venue = ready(1)
    venue.sync()
    before = venue.books.balances()
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost", reason="It was mapped wrongly")
    return venue, before


def codes(run: RunView) -> set[str]:
    return {one.code for one in run.findings}


def generations(venue: Venue) -> list[str]:
    """The generations of the documents that stand, an opposite one with what it is."""
    papers = [*venue.books.invoices(), *venue.books.credit_notes()]
    return ["/".join(one["Reference"].split("/")[-2:]) for one in papers]


def assert_reported(venue: Venue) -> None:
    """The reports say of each clearing account what the ledger does."""
    codes_of = {one.id: one.code for one in venue.engine.refresh_ledger(LOCAL, "anchor").accounts}
    balances = venue.books.balances()
    months = (OCTOBER, Period(date(2026, 11, 1), date(2026, 11, 30)))
    reports = [venue.engine.clearing_report(LOCAL, "anchor", one) for one in months]
    totals: Counter[str] = Counter()
    for account in (one for report in reports for one in report.accounts):
        totals[codes_of[account.id]] += account.total  # type: ignore[assignment]
    assert totals == {code: balances.get(code, 0) for code in totals}


def test_what_stands_of_a_day_that_is_taken_back_in_part_is_in_the_reports(
    decided: tuple[Venue, dict[str, Decimal]],
) -> None:
    venue, _ = decided
    assert_reported(venue)
    with failing(venue, "POST", "Invoices", status=400), failing(venue, "PUT", "CreditNotes", status=400):
        venue.sync()
    assert not venue.books.payments()
    assert_reported(venue)
    (close,) = venue.engine.day_sheet(LOCAL, "anchor", DAY).closes
    ((document, state),) = [(one.kind, one.state) for one in close.documents]
    assert (document, state) == ("invoice", "undoing")
    month = venue.engine.month_summary(LOCAL, "anchor", DAY)
    assert month.days[0].posted == close.total


def test_a_day_that_is_being_posted_is_in_the_reports_with_what_stands(ready: Ready) -> None:
    venue = ready(1)
    with failing(venue, "PUT", "Payments", status=400, times=9):
        venue.sync()
    assert venue.states()[NAME] == "partly"
    with venue.engine.database.write() as session:  # as a process leaves it that is killed now
        session.execute(update(UnitRow).values(state="posting"))  # type: ignore[arg-type]
    assert_reported(venue)
    (close,) = venue.engine.day_sheet(LOCAL, "anchor", DAY).closes
    assert [one.kind for one in close.documents] == ["invoice"]


def test_a_repost_whose_invoice_the_ledger_will_not_void_is_reversed_instead(
    decided: tuple[Venue, dict[str, Decimal]],
) -> None:
    venue, before = decided
    with failing(venue, "POST", "Invoices", status=400):
        run = venue.sync()
    assert (run.state, codes(run), venue.states()[NAME]) == ("done", set(), "posted")
    assert generations(venue) == ["g1/invoice.1", "g2/invoice.1", "g1/undo_creditnote.1"]
    assert venue.books.balances() == before
    assert venue.engine.verify(LOCAL, "anchor").agrees
    assert_reported(venue)


def test_a_repost_refused_halfway_is_tried_again_by_each_sync(decided: tuple[Venue, dict[str, Decimal]]) -> None:
    venue, before = decided
    for _ in range(2):
        with failing(venue, "POST", "Invoices", status=400), failing(venue, "PUT", "CreditNotes", status=400):
            run = venue.sync()
        assert (run.state, venue.states()[NAME]) == ("problems", "undoing")
        assert "undo.not_finished" in codes(run)
        assert len(codes(run)) == 2, "the ledger's own refusal is told too"
        assert venue.engine.day(LOCAL, "anchor", DAY).day.findings
    run = venue.sync()
    assert (run.state, codes(run), venue.states()[NAME]) == ("done", set(), "posted")
    assert generations(venue) == ["g2/invoice.1"]
    assert venue.books.balances() == before


def test_a_repost_refused_halfway_takes_the_newest_revision_when_it_goes_on(
    decided: tuple[Venue, dict[str, Decimal]], made_up: Month
) -> None:
    venue, before = decided
    with failing(venue, "POST", "Invoices", status=400), failing(venue, "PUT", "CreditNotes", status=400):
        venue.sync()
    assert venue.push([dearer(made_up.first[0], "10.00", revision=2)]).accepted
    assert venue.sync().state == "done"
    assert (venue.states()[NAME], generations(venue)) == ("posted", ["g2/invoice.1"])
    assert venue.books.balances() != before
    assert venue.engine.day(LOCAL, "anchor", DAY).day.revision == 2


def test_a_repost_refused_halfway_waits_where_the_period_was_closed_meanwhile(
    decided: tuple[Venue, dict[str, Decimal]],
) -> None:
    venue, before = decided
    with failing(venue, "POST", "Invoices", status=400), failing(venue, "PUT", "CreditNotes", status=400):
        venue.sync()
    venue.books.change(PeriodLockDate="2026-10-31")
    run = venue.sync()
    assert (run.state, venue.states()[NAME]) == ("problems", "undoing")
    (locked,) = [one for one in run.findings if one.code == "day.locked_adjust_only"]
    assert "undo the day" in locked.do
    venue.books.change(PeriodLockDate=None)
    assert (venue.sync().state, venue.states()[NAME]) == ("done", "posted")
    assert venue.books.balances() == before


def test_a_day_that_was_taken_back_goes_on_showing_what_was_posted_of_it(ready: Ready) -> None:
    venue = ready(1)
    venue.sync()
    (posted,) = venue.engine.day(LOCAL, "anchor", DAY).documents
    assert venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1).state == "done"
    (document,) = venue.engine.day(LOCAL, "anchor", DAY).documents
    assert (document.state, document.payments) == ("undone", posted.payments)
    assert posted.payments


def test_a_repost_of_which_nothing_can_be_removed_is_reversed_too(ready: Ready) -> None:
    venue = ready(1, target_settings={"shape": "journal"})
    venue.sync()
    before = venue.books.balances()
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost", reason="It was mapped wrongly")
    with failing(venue, "POST", "ManualJournals", status=400):
        run = venue.sync()
    assert (run.state, codes(run), venue.states()[NAME]) == ("done", set(), "posted")
    assert venue.books.balances() == before
    assert len(venue.books.documents()["ManualJournals"]) == 3


def test_a_day_whose_adjustment_can_not_be_taken_back_is_not_undone_without_it(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    empty = venue.books.balances()
    venue.sync()
    assert venue.push([dearer(made_up.first[0], revision=2)]).accepted
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    venue.sync()
    adjusted = next(one for one in venue.books.payments() if "/g2/" in one["Reference"])
    venue.books.change(f"payments/{adjusted['PaymentID']}", reconciled=True)
    run = venue.engine.undo(LOCAL, "anchor", OCTOBER, confirm=2)
    assert (run.state, venue.states()[NAME]) == ("problems", "undoing")
    assert generations(venue) == ["g2/invoice.1"]
    venue.books.change(f"payments/{adjusted['PaymentID']}", reconciled=False)
    again = venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1)
    assert (again.state, venue.states()[NAME], venue.books.balances()) == ("done", "undone", empty)
