"""What is left of half-posted days: it goes on when it can, and says what keeps it back where it can't."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import select
from tests.engine.conftest import Ready, dearer
from tests.support.chain import Ledger, ShiftedClock, Venue
from tests.support.month import Month

from takings.store.tables import MappingRow
from takings.views import LOCAL, RunView


def unmap(venue: Venue, code: str) -> None:
    """Take a code's decision away, as a ledger that is connected anew without the account does."""
    with venue.engine.database.write() as session:
        for row in session.exec(select(MappingRow).where(MappingRow.code == code)):
            session.delete(row)


def until_the_day_is_full(venue: Venue, calls: int) -> RunView:
    """Sync until the ledger takes no more calls of this day, and let a day pass."""
    assert isinstance(venue.engine.clock, ShiftedClock)
    venue.ledger.reset()
    venue.ledger.switch(limit_day=calls)
    try:
        run = venue.sync()
    finally:
        venue.ledger.switch(limit_day=5000)
    venue.engine.clock.advance(timedelta(days=1))
    return run


@pytest.fixture
def half(ready: Ready, ledger_sandbox: Ledger) -> Venue:
    """Three days whose invoices stand, and whose payments do not."""
    venue = ready(3, clock=ShiftedClock())
    until_the_day_is_full(venue, 8)  # six reads, the contact, the invoices
    assert set(venue.states().values()) == {"partly"}
    return venue


def told(venue: Venue, codes: Sequence[str] = ("mapping.open",)) -> list[tuple[str, str]]:
    """Which of these findings stand beside days, with what they are about."""
    days = venue.engine.days(LOCAL, venue.name)
    return sorted((str(day.business_date), one.subject) for day in days for one in day.findings if one.code in codes)


def test_a_half_posted_day_whose_code_lost_its_mapping_says_so_and_goes_on_when_it_is_mapped(half: Venue) -> None:
    unmap(half, "AMEX")
    run = half.sync()
    assert (run.state, run.counts["partly"]) == ("problems", 3)
    assert told(half) == [(f"2026-10-0{day}", "AMEX") for day in (1, 2, 3)]
    assert [one.code for day in run.held for one in day.findings if one.severity == "error"] == ["mapping.open"] * 3
    assert half.books.payments() == []  # nothing of the rest goes out while a code is open
    half.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", to="617")
    assert half.sync().state == "done"
    assert (len(half.books.invoices()), len(half.books.payments())) == (3, 18)
    assert (set(half.states().values()), told(half)) == ({"posted"}, [])


def test_a_half_posted_adjustment_whose_code_lost_its_mapping_says_so_as_well(
    ready: Ready, made_up: Month, ledger_sandbox: Ledger
) -> None:
    venue = ready(1, clock=ShiftedClock())
    venue.sync()
    venue.push([dearer(made_up.first[0], revision=2)])
    venue.engine.decide(LOCAL, "anchor", [venue.engine.days(LOCAL, "anchor")[0].business_date], decision="adjust")
    until_the_day_is_full(venue, 7)
    assert venue.states() == {"2026-10-01/1": "partly"}
    unmap(venue, "AMEX")
    assert venue.sync().state == "problems"
    assert told(venue) == [("2026-10-01", "AMEX")]
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", to="613")
    assert venue.sync().state == "done"
    assert venue.states() == {"2026-10-01/1": "posted"}


def test_a_payment_method_that_stands_as_a_line_stays_where_it_was_posted(
    ready: Ready, made_up: Month, ledger_sandbox: Ledger
) -> None:
    record = next(one for one in made_up.first if one["trading_day"] == "2026-10-25")
    venue = ready(0, clock=ShiftedClock())
    venue.push([record])
    until_the_day_is_full(venue, 8)
    assert venue.books.balances()["613"] == Decimal("-64.90")  # a line of the invoice, whose payments are left
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", to="617")
    assert venue.sync().state == "done"
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", to="613")
    venue.push([dearer(record, "10.00", revision=2)])
    venue.engine.decide(LOCAL, "anchor", [date(2026, 10, 25)], decision="adjust")
    assert venue.sync().state == "done"
    balances = venue.books.balances()
    assert (balances["613"], balances.get("617", Decimal(0))) == (Decimal("-64.90"), 0)
    assert venue.engine.verify(LOCAL, "anchor").agrees


def balances(venue: Venue, *accounts: str) -> dict[str, Decimal]:
    found = venue.books.balances()
    return {one: found.get(one, Decimal(0)) for one in accounts}


@pytest.mark.parametrize("last", ["611", "617", "616"])
def test_what_is_left_of_an_adjustment_is_what_its_document_lacks_whatever_is_mapped_since(
    ready: Ready, made_up: Month, ledger_sandbox: Ledger, last: str
) -> None:
    def cash_goes(to: str) -> None:
        venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="CASH", to=to)

    venue = ready(1, clock=ShiftedClock())
    venue.sync()
    before = balances(venue, "610", "611", "616", "617")
    cash_goes("617")
    venue.push([dearer(made_up.first[0], "10.00", revision=2)])
    venue.engine.decide(LOCAL, "anchor", [date(2026, 10, 1)], decision="adjust")
    until_the_day_is_full(venue, 7)  # the document stands: it takes all cash off 611, and its payment is left
    assert balances(venue, "611")["611"] == 0
    cash_goes(last)
    assert venue.sync().state == "done"
    assert venue.states() == {"2026-10-01/1": "posted"}
    after = balances(venue, "610", "611", "616", "617")
    wanted = before | {"611": Decimal(0)}
    assert after == wanted | {last: wanted[last] + before["611"] + Decimal("10.00")}
    assert venue.engine.verify(LOCAL, "anchor").agrees
