"""Payments that the ledger refuses after their document's approval: told everywhere, and planned anew once mapped."""

from __future__ import annotations

from decimal import Decimal

from tests.engine.conftest import Ready
from tests.engine.test_payments_after_approval import approve, codes_of_day, drafts, states
from tests.support.chain import OCTOBER, Venue
from tests.support.month import Month

from takings.views import LOCAL
from takings.views.history import Standing

AMEX, OTHER = "613", "617"


def archive(venue: Venue, code: str = AMEX) -> None:
    account = next(one for one in venue.books.documents()["Accounts"] if one.get("Code") == code)
    venue.books.change(f"accounts/{account['AccountID']}", Status="ARCHIVED")


def refused(ready: Ready, *, automatic: bool) -> Venue:
    """A day whose document was approved, and whose card payments the ledger refuses."""
    venue = drafts(ready, 1)
    venue.engine.configure(LOCAL, "anchor", pay_approved=automatic)
    venue.sync()
    approve(venue, 0)
    archive(venue)
    return venue


def moved(made_up: Month, venue: Venue) -> dict[str, Decimal]:
    """What the accounts come to where cards are received in the other account."""
    expected = dict(made_up.expect(made_up.first[:1]).balances)
    expected[OTHER] = expected.get(OTHER, Decimal(0)) + expected.pop(AMEX)
    return expected


def balances(venue: Venue) -> dict[str, Decimal]:
    return {code: amount for code, amount in venue.books.balances().items() if amount}


def test_a_sync_whose_payments_are_refused_ends_with_problems_and_reaches_somebody(ready: Ready) -> None:
    venue = refused(ready, automatic=True)
    for _ in range(2):
        run = venue.sync()
        assert run.state == "problems"
        (told,) = (one for one in run.findings if one.code == "payments.refused")
        assert told.what.startswith("The ledger refused 1 payment for 2026-10-01")
    seen = venue.engine.overview_of(LOCAL, "anchor")
    assert seen.standing is Standing.ATTENTION
    assert [one.what for one in seen.attention] == ["1 document whose payments were refused"]
    alerts = venue.engine.alerts(LOCAL)
    assert (alerts.standing, "1 document whose payments were refused: 2026-10-01" in alerts.text) == (1, True)


def test_asked_for_payments_that_are_refused_end_with_problems(ready: Ready) -> None:
    venue = refused(ready, automatic=False)
    run = venue.engine.post_payments(LOCAL, "anchor", confirm=1)
    assert (run.state, [one.code for one in run.findings]) == ("problems", ["payments.refused"])


def test_mapping_the_payment_method_elsewhere_pays_what_was_refused(ready: Ready, made_up: Month) -> None:
    venue = refused(ready, automatic=True)
    venue.sync()
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", to=OTHER)
    assert venue.sync().state == "done"
    assert balances(venue) == moved(made_up, venue)
    assert (codes_of_day(venue), states(venue)) == ([], [])
    assert venue.engine.verify(LOCAL, "anchor").agrees
    assert venue.engine.overview_of(LOCAL, "anchor").standing is Standing.HEALTHY
    assert venue.engine.alerts(LOCAL).standing == 0
    clearing = venue.engine.clearing_report(LOCAL, "anchor", OCTOBER).accounts
    assert {one.account.partition(" ")[0]: one.total for one in clearing if one.rows}[OTHER] == balances(venue)[OTHER]


def test_what_is_mapped_elsewhere_before_approval_is_paid_there(ready: Ready, made_up: Month) -> None:
    venue = drafts(ready, 1)
    venue.sync()
    archive(venue)
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", to=OTHER)
    approve(venue, 0)
    assert venue.engine.post_payments(LOCAL, "anchor", confirm=1).state == "done"
    assert balances(venue) == moved(made_up, venue)


def test_a_payment_method_left_open_since_leaves_its_payment_out(ready: Ready, made_up: Month) -> None:
    venue = drafts(ready, 1)
    venue.sync()
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", choice="leave_open")
    approve(venue, 0)
    assert venue.engine.post_payments(LOCAL, "anchor", confirm=1).state == "done"
    assert AMEX not in balances(venue)
    assert (codes_of_day(venue), states(venue)) == ([], [])
    assert venue.engine.verify(LOCAL, "anchor").agrees


def test_sales_mapped_otherwise_since_stay_where_they_were_posted(ready: Ready, made_up: Month) -> None:
    venue = drafts(ready, 1)
    venue.sync()
    code = next(one.code for one in venue.engine.mapping(LOCAL, "anchor", dimension="accounts") if one.ref_id)
    venue.engine.set_mapping(LOCAL, "anchor", dimension="accounts", code=code, to="205")
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", to=OTHER)
    approve(venue, 0)
    assert venue.engine.post_payments(LOCAL, "anchor", confirm=1).state == "done"
    assert balances(venue) == moved(made_up, venue)


def test_an_account_that_takes_no_payments_keeps_them_and_is_told(ready: Ready, made_up: Month) -> None:
    venue = refused(ready, automatic=True)
    venue.sync()
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", to=OTHER)
    archive(venue, OTHER)
    run = venue.sync()
    assert run.state == "problems"
    assert len({one.code for one in run.findings}) > 1, run.findings
