"""An undo of many days: what can't be taken back holds up no other day, and what was stopped goes on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.engine.conftest import Ready
from tests.support.chain import Ledger, ShiftedClock, Venue

from takings.domain.period import Period
from takings.errors import NotFound
from takings.views import LOCAL

DAY, LAST = date(2026, 10, 1), date(2026, 10, 3)
PERIOD = Period(DAY, LAST)


def payment_of(venue: Venue, day: int) -> str:
    invoice = venue.books.invoices()[day]["InvoiceID"]
    return next(str(one["PaymentID"]) for one in venue.books.payments() if one["Invoice"]["InvoiceID"] == invoice)


def test_a_reconciled_payment_holds_up_no_other_day_and_its_day_follows_when_it_is_mended(ready: Ready) -> None:
    venue = ready(3)
    empty = venue.books.balances()
    venue.sync()
    payment = payment_of(venue, 1)
    venue.books.change(f"payments/{payment}", reconciled=True)
    run = venue.engine.undo(LOCAL, "anchor", PERIOD, confirm=3)
    assert (run.state, run.counts["undone"]) == ("problems", 2)
    assert [one.verbatim for one in run.findings] == ["This payment has been reconciled and cannot be deleted"]
    assert list(venue.states().values()) == ["undone", "posted", "undone"]
    assert len(venue.books.invoices()) == 1
    assert venue.engine.verify(LOCAL, "anchor").agrees, "the day that stays is whole"
    venue.books.change(f"payments/{payment}", reconciled=False)
    venue.engine.pause(LOCAL, "anchor", "The mapping is wrong")  # what is paused can be undone
    again = venue.engine.undo(LOCAL, "anchor", PERIOD, confirm=1)
    assert (again.state, set(venue.states().values())) == ("done", {"undone"}), again.findings
    assert venue.books.balances() == empty


def test_payments_in_a_batch_leave_their_days_as_they_were(ready: Ready) -> None:
    venue = ready(3)
    venue.sync()
    payment = payment_of(venue, 0)
    venue.books.change(f"payments/{payment}", batch=True)
    venue.books.change(f"payments/{payment_of(venue, 2)}", batch=True)
    preview = venue.engine.preview_undo(LOCAL, "anchor", PERIOD)
    assert (preview.count, {one.code for one in preview.findings}) == (3, {"xero.undo_batch"})
    run = venue.engine.undo(LOCAL, "anchor", PERIOD, confirm=3)
    assert [one.verbatim for one in run.findings] == ["Payments within a batch cannot be deleted."] * 2
    assert all("batch" in one.do for one in run.findings), "the manual step is named"
    assert list(venue.states().values()) == ["posted", "undone", "posted"]


def test_the_same_undo_goes_on_after_the_days_limit(ready: Ready, ledger_sandbox: Ledger) -> None:
    venue = ready(3, clock=ShiftedClock())
    empty = venue.books.balances()
    venue.sync()
    ledger_sandbox.reset()
    ledger_sandbox.switch(limit_day=14)
    try:
        run = venue.engine.undo(LOCAL, "anchor", PERIOD, confirm=3)
        assert (run.state, [one.code for one in run.findings]) == ("failed", ["run.rate_limited"])
        assert "undoing" in venue.states().values()
        assert venue.engine.overview(LOCAL)[0].attention, "the dashboard says that days are half taken back"
    finally:
        ledger_sandbox.switch(limit_day=5000)
    clock = venue.engine.clock
    assert isinstance(clock, ShiftedClock)
    clock.advance(timedelta(days=1))
    left = venue.engine.preview_undo(LOCAL, "anchor", PERIOD)
    assert 0 < left.calls < 19
    run = venue.engine.undo(LOCAL, "anchor", PERIOD, confirm=left.count)
    assert (run.state, set(venue.states().values())) == ("done", {"undone"}), run.findings
    assert venue.books.balances() == empty
    with pytest.raises(NotFound, match="which was taken back already"):
        venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1)
