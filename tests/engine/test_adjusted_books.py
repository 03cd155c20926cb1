"""Reports, checks and lists agree with the ledger after days were adjusted, taken back and posted anew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.engine.conftest import Ready, bring_catalogue, dearer
from tests.support.chain import OCTOBER, Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month

from takings.domain.period import Period
from takings.engine.printing import print_html
from takings.views import LOCAL
from takings.views.reports import MonthSummary

DAY, NOVEMBER = date(2026, 10, 1), Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def adjusted(ready: Ready, made_up: Month) -> Venue:
    """A venue with three days posted, of which the first was adjusted on the first of November."""
    return adjusting(ready(3), made_up)


@pytest.fixture(scope="module")
def lasting(make_lasting: MakeVenue, made_up: Month) -> Venue:
    """The same for tests that only look."""
    venue = make_lasting()
    bring_catalogue(venue, made_up)
    venue.map_all()
    assert venue.push(made_up.first[:3]).accepted
    return adjusting(venue, made_up)


def adjusting(venue: Venue, made_up: Month) -> Venue:
    venue.sync()
    assert venue.push([dearer(made_up.first[0], revision=2)]).accepted
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    assert venue.sync().state == "done"
    assert len(venue.books.invoices()) == 4
    return venue


def month(venue: Venue) -> MonthSummary:
    return venue.engine.month_summary(LOCAL, "anchor", DAY)


def agrees_with_the_ledger(venue: Venue) -> None:
    """The accounts of the month's summary moved as the ledger's trial balance says."""
    summary, balances = month(venue), venue.books.balances()
    codes = {one.id: one.code for one in venue.engine.refresh_ledger(LOCAL, "anchor").accounts}
    moved = {codes[one.id]: one.amount - one.tax for one in summary.accounts}
    moved["820"] = -summary.tax
    assert {code: one for code, one in moved.items() if one} == {code: one for code, one in balances.items() if one}


def test_what_adjusts_a_day_is_reported_with_it(lasting: Venue) -> None:
    agrees_with_the_ledger(lasting)
    summary = month(lasting)
    assert (summary.documents, summary.waiting, summary.days[0].state) == (4, 0, "posted")
    assert len(summary.days[0].numbers) == 2
    (close,) = lasting.engine.day_sheet(LOCAL, "anchor", DAY).closes
    assert [one.day for one in close.documents] == [DAY, date(2026, 11, 1)]
    assert [one.number for one in close.documents] == list(summary.days[0].numbers)
    assert sum((one.total for one in close.documents), Decimal(0)) == close.total


def test_clearing_accounts_move_on_the_dates_that_the_ledger_has(lasting: Venue) -> None:
    october = lasting.engine.clearing_report(LOCAL, "anchor", OCTOBER)
    november = lasting.engine.clearing_report(LOCAL, "anchor", NOVEMBER)
    assert [row.amount for one in november.accounts for row in one.rows] == [Decimal("10.00")]
    assert november.currency == "AUD"
    balances = lasting.books.balances()
    codes = {one.id: one.code for one in lasting.engine.refresh_ledger(LOCAL, "anchor").accounts}
    both = {one.id: one.total for one in october.accounts}
    for one in november.accounts:
        both[one.id] += one.total
    assert {codes[id_]: total for id_, total in both.items() if total} == {
        code: balances[code] for code in (codes[id_] for id_ in both) if balances.get(code)
    }


def test_a_month_tells_what_lies_between_it_and_the_ledgers_month(lasting: Venue) -> None:
    october = month(lasting)
    november = lasting.engine.month_summary(LOCAL, "anchor", NOVEMBER.first)
    (later,) = october.dated_elsewhere
    assert (later.number, later.day, later.days) == (october.days[0].numbers[1], NOVEMBER.first, str(DAY))
    assert later.total == Decimal("10.00")
    assert november.dated_here == october.dated_elsewhere
    assert (october.dated_here, november.dated_elsewhere) == ((), ())
    assert later.number in print_html(october)
    assert later.number in print_html(november)


def test_what_was_taken_back_is_in_no_report_and_what_was_posted_anew_once(adjusted: Venue) -> None:
    adjusted.engine.undo(LOCAL, "anchor", days=[DAY], confirm=2)
    agrees_with_the_ledger(adjusted)
    summary = month(adjusted)
    assert (summary.documents, summary.days[0].state, summary.days[0].posted) == (2, "undone", 0)
    assert summary.waiting == summary.days[0].total
    assert not any(one.rows for one in adjusted.engine.clearing_report(LOCAL, "anchor", NOVEMBER).accounts)
    adjusted.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert adjusted.sync().state == "done"
    agrees_with_the_ledger(adjusted)
    summary = month(adjusted)
    assert (summary.documents, summary.waiting, len(summary.days[0].numbers)) == (3, 0, 1)


def test_a_close_that_is_taken_back_needs_a_person_less_than_one_that_is_held(
    adjusted: Venue, made_up: Month
) -> None:
    adjusted.engine.undo(LOCAL, "anchor", days=[DAY], confirm=2)
    second = dict(made_up.first[0], sequence=2)
    second["payments"] = [{**one, "counted": "1.00"} for one in second["payments"]]
    assert adjusted.push([second]).accepted
    assert adjusted.states()["2026-10-01/2"] == "held"
    assert month(adjusted).days[0].state == "held"


def edited(venue: Venue) -> str:
    """Have somebody renumber the document that adjusts; returns its key."""
    (invoice,) = [one for one in venue.books.invoices() if "/g2/" in one["Reference"]]
    venue.books.change(f"invoices/{invoice['InvoiceID']}", InvoiceNumber="BY-HAND")
    return str(invoice["Reference"])


def test_a_check_reads_what_adjusts_a_day_with_the_days_of_its_month(adjusted: Venue) -> None:
    key = edited(adjusted)
    found = adjusted.engine.verify(LOCAL, "anchor", OCTOBER)
    assert [one.subject for one in found.differences] == [key]
    assert adjusted.engine.verify(LOCAL, "anchor", NOVEMBER).documents == 0
    assert [one.document for one in adjusted.engine.drift(LOCAL, "anchor").drifted] == [key]


def test_a_document_that_is_taken_back_differs_no_longer(adjusted: Venue) -> None:
    edited(adjusted)
    adjusted.engine.verify(LOCAL, "anchor", OCTOBER)
    assert adjusted.engine.integration(LOCAL, "anchor").state == "needs_attention"
    assert adjusted.engine.undo(LOCAL, "anchor", days=[DAY], confirm=2).state == "done"
    assert adjusted.engine.drift(LOCAL, "anchor").drifted == ()
    view = adjusted.engine.integration(LOCAL, "anchor")
    assert (view.state, view.reason) == ("active", "")
    assert adjusted.engine.verify(LOCAL, "anchor").agrees


def void(venue: Venue, day: int) -> None:
    """Do what a person does in the ledger: remove a document's payments, and void it."""
    invoice = venue.books.invoices()[day]
    for payment in venue.books.payments():
        if payment["Invoice"]["InvoiceID"] == invoice["InvoiceID"]:
            venue.books.change(f"payments/{payment['PaymentID']}", status="DELETED")
    venue.books.change(f"invoices/{invoice['InvoiceID']}", Status="VOIDED")


def test_a_document_that_somebody_voided_is_undone_without_a_call(adjusted: Venue) -> None:
    void(adjusted, 1)
    assert not adjusted.engine.verify(LOCAL, "anchor").agrees
    assert [one.code for one in month(adjusted).drift] == ["verify.voided"]
    second = date(2026, 10, 2)
    preview = adjusted.engine.preview_undo(LOCAL, "anchor", days=[second])
    assert (preview.count, preview.calls) == (1, 0)
    run = adjusted.engine.undo(LOCAL, "anchor", days=[second], confirm=1)
    assert (run.state, adjusted.states()["2026-10-02/1"]) == ("done", "undone")
    assert adjusted.engine.drift(LOCAL, "anchor").drifted == ()
    agrees_with_the_ledger(adjusted)


def test_a_document_that_somebody_voided_is_posted_anew_when_that_is_decided(adjusted: Venue) -> None:
    venue, second = adjusted, date(2026, 10, 2)
    void(venue, 1)
    assert (venue.sync().counts["documents"], len(venue.books.invoices())) == (0, 3)
    venue.engine.decide(LOCAL, "anchor", [second], decision="repost")
    assert venue.sync().state == "done"
    assert (venue.states()["2026-10-02/1"], len(venue.books.invoices())) == ("posted", 4)
    assert venue.engine.verify(LOCAL, "anchor").agrees
    agrees_with_the_ledger(venue)


def test_the_view_of_a_day_shows_the_second_generation_with_its_close(lasting: Venue) -> None:
    (day, *_) = lasting.engine.days(LOCAL, "anchor")
    assert (day.state, day.revision) == ("posted", 2)
    shown = lasting.engine.preview_undo(LOCAL, "anchor", days=[DAY])
    assert {one.sequence for one in shown.documents} == {1}
    detail = lasting.engine.day(LOCAL, "anchor", DAY)
    assert [one.total for one in detail.documents][1] == Decimal("10.00")


def test_no_policy_adjusts_a_day_again_whose_adjustment_was_taken_back(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    before = venue.books.balances()
    venue.engine.set_late_changes(LOCAL, "anchor", "adjust")
    assert venue.push([dearer(made_up.first[0], revision=2)]).accepted
    run = venue.sync()
    assert venue.engine.undo(LOCAL, "anchor", run=run.id, confirm=1).state == "done"
    venue.sync()
    assert (venue.books.balances(), list(venue.states().values())) == (before, ["changed"])
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    assert venue.sync().state == "done"
    assert len(venue.books.invoices()) == 2
