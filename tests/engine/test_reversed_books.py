"""What is reversed by an opposite document stands in the reports with it, and is verified like what was posted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.engine.conftest import bring_catalogue
from tests.support.chain import OCTOBER, Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month

from takings.domain.period import Period
from takings.views import LOCAL

DAY, NOVEMBER = date(2026, 10, 1), Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture(scope="module")
def reversed_(make_lasting: MakeVenue, made_up: Month) -> Venue:
    """A venue with two days posted, of which the first was taken back after its month was closed."""
    venue = make_lasting()
    bring_catalogue(venue, made_up)
    venue.map_all()
    assert venue.push(made_up.first[:2]).accepted
    venue.sync()
    venue.books.change(PeriodLockDate="2026-10-31")
    return venue


@pytest.fixture(scope="module")
def undone(reversed_: Venue) -> tuple[Venue, list[str]]:
    """The venue, and the numbers that the undo's answer names."""
    run = reversed_.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1)
    assert run.state == "done"
    return reversed_, [one.number for one in run.documents]


def test_the_answer_the_sheet_and_the_history_name_the_opposite_document(undone: tuple[Venue, list[str]]) -> None:
    venue, named = undone
    (note,) = venue.books.credit_notes()
    assert len(named) == 2
    assert note["CreditNoteNumber"] in named
    (close,) = venue.engine.day_sheet(LOCAL, "anchor", DAY).closes
    assert [(one.number, one.day.month) for one in close.documents] == list(zip(named, (10, 11), strict=True))
    assert [one.number for one in venue.engine.day(LOCAL, "anchor", DAY).documents] == named
    first = venue.engine.month_summary(LOCAL, "anchor", DAY).days[0]
    assert (list(first.numbers), first.posted, first.tax) == (named, 0, 0)


def test_both_documents_move_the_clearing_accounts_on_their_own_dates(undone: tuple[Venue, list[str]]) -> None:
    venue, named = undone
    october = venue.engine.clearing_report(LOCAL, "anchor", OCTOBER)
    november = venue.engine.clearing_report(LOCAL, "anchor", NOVEMBER)
    assert {row.document for one in november.accounts for row in one.rows} == {named[1]}
    assert named[0] in {row.document for one in october.accounts for row in one.rows}
    balances = venue.books.balances()
    codes = {one.id: one.code for one in venue.engine.refresh_ledger(LOCAL, "anchor").accounts}
    later = {one.id: one.total for one in november.accounts}
    assert all(balances.get(codes[one.id], Decimal(0)) == one.total + later[one.id] for one in october.accounts)


def test_a_removed_refund_of_an_opposite_document_is_found(undone: tuple[Venue, list[str]]) -> None:
    venue, named = undone
    checked = venue.engine.verify(LOCAL, "anchor")
    assert (checked.agrees, checked.documents) == (True, 3)
    refund = next(one for one in venue.books.payments() if "/undo_refund." in one["Reference"])
    venue.books.change(f"payments/{refund['PaymentID']}", status="DELETED")
    found = venue.engine.verify(LOCAL, "anchor", OCTOBER)
    assert [one.code for one in found.differences] == ["verify.payment_removed"]
    assert named[1] in found.differences[0].what
    assert [one.number for one in venue.engine.drift(LOCAL, "anchor").drifted] == [named[1]]
