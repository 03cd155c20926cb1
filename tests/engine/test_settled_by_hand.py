"""Drafts that somebody paid in the ledger as soon as they were approved: told, and never paid a second time."""

from __future__ import annotations

import pytest
from tests.engine.conftest import Ready
from tests.engine.test_house_accounts import pay_by_hand
from tests.engine.test_payments_after_approval import approve, codes_of_day, drafts, invoices, states

from takings.views import LOCAL


@pytest.mark.parametrize("automatic", [False, True], ids=["asked", "by itself"])
def test_a_payment_entered_by_hand_keeps_ours_back(ready: Ready, automatic: bool) -> None:
    venue = drafts(ready, 1)
    venue.engine.configure(LOCAL, "anchor", pay_approved=automatic)
    venue.sync()
    approve(venue, 0)
    cash = venue.engine.unpaid(LOCAL, "anchor").documents[0].payments[0]
    pay_by_hand(venue, invoices(venue)[0]["InvoiceID"], str(cash.amount))
    assert states(venue) == ["changed"]
    before = venue.books.balances()
    run = venue.sync()
    told = next(one for one in run.findings if one.code == "payments.document_changed")
    assert f"is paid or credited with {cash.amount:,} AUD that did not come from here" in told.what
    assert venue.engine.unpaid(LOCAL, "anchor").count == 0
    venue.engine.post_payments(LOCAL, "anchor", confirm=0)
    assert venue.books.balances() == before
    assert codes_of_day(venue) == ["payments.document_changed"]


def test_a_payment_of_ours_that_stands_already_keeps_the_others_back_no_more(ready: Ready) -> None:
    venue = drafts(ready, 1)
    venue.engine.configure(LOCAL, "anchor", pay_approved=True)
    venue.sync()
    approve(venue, 0)
    venue.books.change("accounts/611", EnablePaymentsToAccount=False)
    venue.sync()
    assert venue.books.payments()
    assert states(venue) == ["ready"]
