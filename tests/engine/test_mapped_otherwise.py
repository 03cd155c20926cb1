"""Payments of drafts whose method is mapped otherwise since: they go there, or nowhere, and never where it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.engine.conftest import Ready, dearer
from tests.engine.test_payments_after_approval import DAY, approve, codes_of_day, drafts, invoices, states
from tests.engine.test_refused_payments import archive, balances
from tests.support.chain import Venue
from tests.support.month import Month

from takings.views import LOCAL

TOLD = "payments.mapped_otherwise"


def map_cash(venue: Venue, to: str) -> None:
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="CASH", to=to)


def in_another_shape(venue: Venue) -> None:
    map_cash(venue, "612")
    venue.engine.configure(LOCAL, "anchor", target_settings={"shape": "balanced"})


def left_out(venue: Venue) -> None:
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="CASH", choice="do_not_post")


def where_nothing_is_paid(venue: Venue) -> None:
    map_cash(venue, "612")
    venue.books.change("accounts/612", EnablePaymentsToAccount=False)


def back(venue: Venue) -> None:
    """Undo all of these."""
    map_cash(venue, "611")
    venue.engine.configure(LOCAL, "anchor", target_settings={"shape": "payments"})
    venue.books.change("accounts/612", EnablePaymentsToAccount=True)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (in_another_shape, ()),
        (left_out, ("mapping.left_out_does_not_cancel",)),
        (where_nothing_is_paid, ("xero.account_takes_no_payments",)),
    ],
)
@pytest.mark.parametrize("automatic", [True, False])
def test_nothing_is_paid_where_a_method_was_mapped_before(
    ready: Ready, made_up: Month, happens: Callable[[Venue], None], why: tuple[str, ...], automatic: bool
) -> None:
    venue = drafts(ready, 1)
    venue.engine.configure(LOCAL, "anchor", pay_approved=automatic)
    venue.sync()
    happens(venue)
    approve(venue, 0)
    for _ in range(2):
        run = venue.sync() if automatic else venue.engine.post_payments(LOCAL, "anchor", confirm=1)
        assert (run.state, tuple(one.code for one in run.findings)) == ("problems", (*why, TOLD))
        assert venue.books.payments() == []
        assert codes_of_day(venue) == [TOLD]
    waiting = venue.engine.unpaid(LOCAL, "anchor")
    assert (waiting.count, [one.state for one in waiting.documents]) == (0, ["kept"])
    assert [one.code for one in waiting.documents[0].findings] == [TOLD]
    back(venue)
    assert venue.engine.unpaid(LOCAL, "anchor").count == 1
    run = venue.sync() if automatic else venue.engine.post_payments(LOCAL, "anchor", confirm=1)
    assert run.state == "done", run.findings
    assert balances(venue) == made_up.expect(made_up.first[:1]).balances
    assert (codes_of_day(venue), states(venue)) == ([], [])


def test_a_document_that_is_kept_back_leaves_the_others_to_be_paid(ready: Ready, made_up: Month) -> None:
    venue = drafts(ready, 1)
    venue.sync()
    left_out(venue)
    cards = [one | {"paymethod": one["paymethod"].replace("CASH", "UBER")} for one in made_up.first[1]["payments"]]
    assert venue.push([made_up.first[1] | {"payments": cards}]).accepted
    venue.sync()
    approve(venue, 0, 1)
    assert (venue.engine.unpaid(LOCAL, "anchor").count, states(venue)) == (1, ["kept", "ready"])
    run = venue.engine.post_payments(LOCAL, "anchor", confirm=1)
    assert TOLD in {one.code for one in run.findings}
    (paid,) = {one["Invoice"]["InvoiceID"] for one in venue.books.payments()}
    assert paid == invoices(venue)[1]["InvoiceID"]


def test_what_else_of_a_day_is_open_keeps_no_payment_back(ready: Ready, made_up: Month) -> None:
    venue = drafts(ready, 1)
    venue.engine.configure(LOCAL, "anchor", pay_approved=True)
    venue.sync()
    code = next(one.code for one in venue.engine.mapping(LOCAL, "anchor", dimension="accounts") if one.ref_id)
    venue.engine.set_mapping(LOCAL, "anchor", dimension="accounts", code=code, choice="do_not_post")
    approve(venue, 0)
    assert TOLD not in {one.code for one in venue.sync().findings}
    assert balances(venue) == made_up.expect(made_up.first[:1]).balances


def test_payments_of_a_draft_that_adjusts_are_kept_back_as_well(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    before = balances(venue)
    venue.engine.configure(LOCAL, "anchor", target_settings={"status": "DRAFT"}, pay_approved=True)
    assert venue.push([dearer(made_up.first[0], revision=2)]).accepted
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    venue.sync()
    left_out(venue)
    (draft,) = (one for one in invoices(venue) if one["Status"] == "DRAFT")
    venue.books.change(f"invoices/{draft['InvoiceID']}", Status="AUTHORISED")
    paid = len(venue.books.payments())
    run = venue.sync()
    assert (run.state, TOLD in {one.code for one in run.findings}) == ("problems", True)
    assert len(venue.books.payments()) == paid
    back(venue)
    assert venue.sync().state == "done"
    assert balances(venue) != before
    assert balances(venue) == made_up.expect([dearer(made_up.first[0])]).balances


def test_a_refusal_and_what_keeps_it_back_are_told_until_both_are_over(ready: Ready) -> None:
    venue = drafts(ready, 1)
    venue.engine.configure(LOCAL, "anchor", pay_approved=True)
    venue.sync()
    approve(venue, 0)
    archive(venue)
    venue.sync()
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", to="617")
    venue.books.change("accounts/617", EnablePaymentsToAccount=False)
    for _ in range(2):
        run = venue.sync()
        assert {TOLD, "payments.refused"} <= {one.code for one in run.findings}
        assert TOLD in codes_of_day(venue)
    venue.books.change("accounts/617", EnablePaymentsToAccount=True)
    assert venue.sync().state == "done"
    assert (codes_of_day(venue), states(venue)) == ([], [])
