"""Drafts whose payments wait: offered once approved, posted once, never on what was edited, undone with the rest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.engine.conftest import Ready, dearer
from tests.support.chain import Venue
from tests.support.month import Month

from takings.domain.findings import Severity
from takings.errors import ConfirmationNeeded, UsageError
from takings.views import LOCAL

DAY = date(2026, 10, 1)


def drafts(ready: Ready, days: int = 2, status: str = "DRAFT", **more: Any) -> Venue:
    return ready(days, target_settings={"status": status}, **more)


def invoices(venue: Venue) -> list[dict[str, Any]]:
    return sorted(venue.books.documents()["Invoices"], key=lambda one: str(one["Reference"]))


def approve(venue: Venue, *places: int) -> None:
    for place in places:
        venue.books.change(f"invoices/{invoices(venue)[place]['InvoiceID']}", Status="AUTHORISED")


def states(venue: Venue) -> list[str]:
    return [one.state for one in venue.engine.unpaid(LOCAL, "anchor").documents]


def codes_of_day(venue: Venue) -> list[str]:
    return [one.code for one in venue.engine.days(LOCAL, "anchor")[0].findings]


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_payments_wait_until_somebody_approves_the_invoice(ready: Ready, made_up: Month, status: str) -> None:
    venue = drafts(ready, status=status)
    run = venue.sync()
    assert (run.state, run.counts["documents"]) == ("done", 2), run.findings
    assert {one["Status"] for one in invoices(venue)} == {status}
    assert (venue.books.payments(), any(venue.books.balances().values())) == ([], False)
    assert set(venue.states().values()) == {"posted"}
    assert "payments.wait_for_approval" in {one.code for one in venue.engine.days(LOCAL, "anchor")[0].findings}
    assert venue.engine.verify(LOCAL, "anchor").agrees
    waiting = venue.engine.unpaid(LOCAL, "anchor")
    assert (waiting.count, waiting.automatic, states(venue)) == (0, False, ["waiting", "waiting"])
    assert waiting.documents[0].status == status
    assert venue.engine.post_payments(LOCAL, "anchor", confirm=0).state == "done"
    assert venue.books.payments() == []


def test_payments_are_offered_after_approval_and_posted_once(ready: Ready, made_up: Month) -> None:
    venue = drafts(ready)
    venue.sync()
    approve(venue, 0)
    run = venue.sync()
    assert [one.code for one in run.findings if one.code.startswith("payments.")] == ["payments.ready"]
    assert venue.books.payments() == [], "they are offered, and nobody has asked for them"
    check = venue.engine.request_run(LOCAL, "anchor", kind="verify")
    assert venue.engine.execute_run(check.id)
    assert [one.code for one in venue.engine.run(LOCAL, check.id).findings] == ["payments.ready"]
    offered = venue.engine.unpaid(LOCAL, "anchor")
    assert (offered.count, states(venue)) == (1, ["ready", "waiting"])
    with pytest.raises(ConfirmationNeeded, match="1 document for 2026-10-01"):
        venue.engine.post_payments(LOCAL, "anchor")
    paid = venue.engine.post_payments(LOCAL, "anchor", confirm=1)
    assert (paid.kind, paid.state) == ("payments", "done"), paid.findings
    balances = {code: amount for code, amount in venue.books.balances().items() if amount}
    assert balances == made_up.expect(made_up.first[:1]).balances
    assert not [one for one in venue.engine.days(LOCAL, "anchor")[0].findings if one.code.startswith("payments.")]
    before = len(venue.books.payments())
    venue.engine.post_payments(LOCAL, "anchor", confirm=0)
    venue.sync()
    assert (len(venue.books.payments()), states(venue)) == (before, ["waiting"])
    assert venue.engine.verify(LOCAL, "anchor").agrees


def test_a_sync_posts_them_by_itself_where_the_integration_says_so(ready: Ready, made_up: Month) -> None:
    venue = drafts(ready)
    assert venue.engine.configure(LOCAL, "anchor", pay_approved=True).pay_approved
    venue.sync()
    approve(venue, 0, 1)
    assert venue.sync().state == "done"
    balances = {code: amount for code, amount in venue.books.balances().items() if amount}
    assert balances == made_up.expect(made_up.first[:2]).balances
    assert venue.engine.unpaid(LOCAL, "anchor").documents == ()


def test_a_worker_posts_them_when_they_are_put_into_the_queue(ready: Ready) -> None:
    venue = drafts(ready, 1)
    venue.sync()
    approve(venue, 0)
    with pytest.raises(UsageError, match="need the count"):
        venue.engine.request_payments(LOCAL, "anchor")
    wrong = venue.engine.request_payments(LOCAL, "anchor", confirm=2)
    assert venue.engine.execute_run(wrong.id)
    found = venue.engine.run(LOCAL, wrong.id)
    assert (found.state, [one.code for one in found.findings]) == ("problems", ["payments.count_differs"])
    queued = venue.engine.request_payments(LOCAL, "anchor", confirm=1)
    assert (queued.kind, queued.state) == ("payments", "queued")
    assert venue.engine.execute_run(queued.id)
    assert venue.engine.run(LOCAL, queued.id).state == "done"
    assert venue.books.payments()


@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_what_was_edited_or_deleted_before_its_approval_is_told_and_not_paid(ready: Ready, change: str) -> None:
    venue = drafts(ready)
    venue.engine.configure(LOCAL, "anchor", pay_approved=True)
    venue.sync()
    first = invoices(venue)[0]["InvoiceID"]
    if change == "edited":
        lines = [{"Description": "Only this", "Quantity": 1, "UnitAmount": 5, "AccountCode": "201"}]
        venue.books.change(f"invoices/{first}", LineItems=lines, Status="AUTHORISED")
    else:
        venue.books.change(f"invoices/{first}", Status="DELETED")
    run = venue.sync()
    code = "payments.document_changed" if change == "edited" else "payments.document_gone"
    assert [one.code for one in run.findings if one.code.startswith("payments.")] == [code]
    assert (venue.books.payments(), states(venue)) == ([], ["changed" if change == "edited" else "gone", "waiting"])
    assert codes_of_day(venue) == [code], "nothing is there to be approved"
    assert [one.code for one in venue.engine.days(LOCAL, "anchor")[1].findings] == ["payments.wait_for_approval"]
    assert not venue.engine.verify(LOCAL, "anchor").agrees


def test_a_day_says_how_its_draft_stands_as_soon_as_somebody_looks(ready: Ready) -> None:
    venue = drafts(ready, 1)
    venue.sync()
    first = invoices(venue)[0]["InvoiceID"]
    approve(venue, 0)
    assert states(venue) == ["ready"]
    assert codes_of_day(venue) == ["payments.ready"]
    venue.books.change(f"invoices/{first}", Status="VOIDED")
    venue.engine.verify(LOCAL, "anchor")
    (gone,) = venue.engine.days(LOCAL, "anchor")[0].findings
    assert (gone.code, gone.do) == ("payments.document_gone", "Undo the day, then decide to post it anew or never")
    venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1)
    assert codes_of_day(venue) == []


def test_undo_takes_drafts_and_paid_invoices_back_alike(ready: Ready) -> None:
    venue = drafts(ready)
    venue.sync()
    approve(venue, 0)
    venue.engine.post_payments(LOCAL, "anchor", confirm=1)
    run = venue.engine.undo(LOCAL, "anchor", days=[DAY, date(2026, 10, 2)], confirm=2)
    assert run.state == "done", run.findings
    assert [one["Status"] for one in invoices(venue)] == ["VOIDED", "DELETED"]
    assert (venue.books.payments(), any(venue.books.balances().values())) == ([], False)
    assert set(venue.states().values()) == {"undone"}
    assert venue.engine.unpaid(LOCAL, "anchor").documents == ()


def test_a_lost_database_pays_nothing_twice(ready: Ready, made_up: Month) -> None:
    lost = drafts(ready)
    lost.sync()
    approve(lost, 0)
    lost.engine.post_payments(LOCAL, "anchor", confirm=1)
    standing = lost.books.documents()
    anew = drafts(ready, books=lost.books)
    anew.sync()
    assert anew.books.documents() == standing
    approve(anew, 1)
    for _ in range(2):
        waiting = anew.engine.unpaid(LOCAL, "anchor")
        anew.engine.post_payments(LOCAL, "anchor", confirm=waiting.count)
    balances = {code: amount for code, amount in anew.books.balances().items() if amount}
    assert balances == made_up.expect(made_up.first[:2]).balances


def test_a_payment_that_the_ledger_refuses_is_told_with_the_day_and_tried_again(ready: Ready, made_up: Month) -> None:
    venue = drafts(ready, 1)
    venue.engine.configure(LOCAL, "anchor", pay_approved=True)
    venue.sync()
    approve(venue, 0)
    venue.books.change("accounts/611", EnablePaymentsToAccount=False)
    run = venue.sync()
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, len(day.findings) > 1) == ("posted", True), run.findings
    venue.books.change("accounts/611", EnablePaymentsToAccount=True)
    assert venue.sync().state == "done"
    assert not [one for one in venue.engine.days(LOCAL, "anchor")[0].findings if one.severity is Severity.ERROR]
    balances = {code: amount for code, amount in venue.books.balances().items() if amount}
    assert balances == made_up.expect(made_up.first[:1]).balances


def test_a_refused_payment_of_a_draft_that_adjusts_is_told_with_its_day(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    venue.engine.configure(LOCAL, "anchor", target_settings={"status": "DRAFT"}, pay_approved=True)
    assert venue.push([dearer(made_up.first[0], revision=2)]).accepted
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    venue.sync()
    assert codes_of_day(venue) == ["payments.wait_for_approval"]
    (draft,) = (one for one in invoices(venue) if one["Status"] == "DRAFT")
    venue.books.change(f"invoices/{draft['InvoiceID']}", Status="AUTHORISED")
    venue.books.change("accounts/611", EnablePaymentsToAccount=False)
    venue.sync()
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [one.severity for one in day.findings].count(Severity.ERROR)) == ("posted", 1), day.findings
    venue.books.change("accounts/611", EnablePaymentsToAccount=True)
    assert venue.sync().state == "done"
    assert codes_of_day(venue) == []
    balances = {code: amount for code, amount in venue.books.balances().items() if amount}
    assert balances == made_up.expect([dearer(made_up.first[0])]).balances


def test_what_a_draft_of_a_day_waits_for_is_told_while_its_adjustment_is_approved(
    ready: Ready, made_up: Month
) -> None:
    venue = drafts(ready, 1)
    venue.engine.configure(LOCAL, "anchor", pay_approved=True)
    venue.sync()
    assert venue.push([dearer(made_up.first[0], revision=2)]).accepted
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    venue.sync()
    adjusting = next(one for one in invoices(venue) if Decimal(one["Total"]) == 10)
    venue.books.change(f"invoices/{adjusting['InvoiceID']}", Status="AUTHORISED")
    venue.sync()
    assert codes_of_day(venue) == ["payments.wait_for_approval"]
    approve(venue, 0)
    venue.sync()
    assert codes_of_day(venue) == []
