"""Decisions about changed and held days, and undo, from the engine to the ledger's own trial balance."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.engine.conftest import Ready, dearer
from tests.support.chain import Ledger, ShiftedClock, Venue
from tests.support.month import Month

from takings.domain.period import Period
from takings.errors import ConfirmationNeeded, NotFound, UsageError
from takings.plugin import Call, Done, Operation
from takings.sync.joint import open_target
from takings.views import LOCAL

DAY = date(2026, 10, 1)
NAME = "2026-10-01/1"


def changed(venue: Venue, month: Month, by: str = "10.00") -> None:
    """Post the first day, and have it come again dearer."""
    venue.sync()
    assert venue.push([dearer(month.first[0], by, revision=2)]).accepted
    assert venue.states()[NAME] == "changed"


def live(venue: Venue) -> list[dict[str, Any]]:
    return venue.books.invoices()


def test_undo_brings_every_account_back_to_what_it_was(ready: Ready) -> None:
    venue = ready(3)
    before = venue.books.balances()
    venue.sync()
    preview = venue.engine.preview_undo(LOCAL, "anchor", Period(DAY, date(2026, 10, 3)))
    assert (preview.count, len(preview.documents), preview.left) == (3, 3, ())
    payments = len(venue.books.payments())
    assert (preview.payments, preview.calls) == (payments, payments + 1)
    assert preview.seconds >= 1
    run = venue.engine.undo(LOCAL, "anchor", Period(DAY, date(2026, 10, 3)), confirm=3)
    assert (run.kind, run.state, run.counts["undone"]) == ("undo", "done", 3), run.findings
    assert venue.books.balances() == before
    assert (live(venue), venue.books.payments()) == ([], [])
    assert set(venue.states().values()) == {"undone"}


def test_what_was_undone_is_not_posted_again_unasked(ready: Ready) -> None:
    venue = ready(1)
    venue.sync()
    venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1)
    assert venue.sync().counts["documents"] == 0
    assert (venue.states()[NAME], live(venue)) == ("undone", [])


def test_undo_asks_first_and_counts(ready: Ready) -> None:
    venue = ready(2)
    venue.sync()
    with pytest.raises(ConfirmationNeeded, match="would be taken back from"):
        venue.engine.undo(LOCAL, "anchor", Period(DAY, date(2026, 10, 2)))
    with pytest.raises(ConfirmationNeeded):
        venue.engine.undo(LOCAL, "anchor", Period(DAY, date(2026, 10, 2)), confirm=3)
    assert len(live(venue)) == 2
    with pytest.raises(NotFound):
        venue.engine.undo(LOCAL, "anchor", Period(date(2026, 9, 1), date(2026, 9, 2)), confirm=1)


def test_a_run_can_be_undone_and_leaves_the_others(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    first = venue.sync()
    assert venue.push([made_up.first[1]]).accepted
    venue.sync()
    venue.engine.undo(LOCAL, "anchor", run=first.id, confirm=1)
    assert venue.states() == {NAME: "undone", "2026-10-02/1": "posted"}


def test_undone_and_posted_again_leaves_one_live_document_with_a_new_number(ready: Ready) -> None:
    venue = ready(1)
    venue.engine.configure(LOCAL, "anchor", numbering="builtin:dated")
    venue.sync()
    after = venue.books.balances()
    (old,) = live(venue)
    venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1)
    decided = venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert (decided.to_do, decided.days[0].state) == (True, "pending")
    run = venue.sync()
    assert run.state == "done", run.findings
    (new,) = live(venue)
    assert old["InvoiceID"] != new["InvoiceID"]
    assert new["InvoiceNumber"] == f"{old['InvoiceNumber']}-R2"
    assert new["Reference"].rpartition("/")[0] == old["Reference"].rpartition("/")[0].replace("/g1", "/g2")
    assert venue.books.balances() == after
    assert venue.engine.verify(LOCAL, "anchor").agrees


def test_a_changed_day_is_shown_line_by_line_and_nothing_changes_until_somebody_decides(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(1)
    changed(venue, made_up)
    before = venue.books.balances()
    venue.sync()
    assert venue.books.balances() == before
    view = venue.engine.difference(LOCAL, "anchor", DAY)
    differing = [one for one in view.lines if one.change]
    assert {one.kind for one in differing} >= {"account", "payment_method"}
    assert all(one.now - one.posted == one.change for one in view.lines)
    assert view.differs
    assert view.total - view.posted_total == Decimal("10.00")
    assert (view.posted_revision, view.revision, view.decision) == (1, 2, None)
    assert set(view.allowed) == {"repost", "adjust", "leave"}


def test_reposting_a_changed_day_leaves_one_live_document_with_the_new_content(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    changed(venue, made_up)
    other = ready(0)
    other.push([dearer(made_up.first[0], revision=2)])
    other.sync()
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost", reason="The owner said so")
    run = venue.sync()
    assert (run.state, run.counts["undone"], run.counts["documents"]) == ("done", 1, 1), run.findings
    assert len(live(venue)) == 1
    assert venue.states()[NAME] == "posted"
    assert venue.books.balances() == other.books.balances()
    assert venue.engine.verify(LOCAL, "anchor").agrees


def test_adjusting_a_changed_day_adds_the_difference_today(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    changed(venue, made_up)
    other = ready(0)
    other.push([dearer(made_up.first[0], revision=2)])
    other.sync()
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    run = venue.sync()
    assert run.state == "done", run.findings
    first, second = live(venue)
    assert (first["Total"], second["Total"]) != (second["Total"], Decimal(10))
    assert {one["Total"] for one in (first, second)} >= {Decimal("10.00")}
    assert venue.states()[NAME] == "posted"
    assert untaxed(venue.books.balances()) == untaxed(other.books.balances())
    assert venue.engine.verify(LOCAL, "anchor").agrees
    assert venue.sync().counts["documents"] == 0


def untaxed(balances: dict[str, Decimal]) -> dict[str, Decimal]:
    """The balances with each account's cents of tax put aside: tax is rounded by document."""
    return {code: amount.quantize(Decimal("0.1")) for code, amount in balances.items() if code not in ("820",)}


def test_an_adjusted_day_is_undone_whole(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    empty = venue.books.balances()
    changed(venue, made_up, "-10.00")
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    assert venue.sync().state == "done"
    run = venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=2)
    assert (run.state, run.counts["undone"]) == ("done", 2), run.findings
    assert (venue.books.balances(), venue.states()[NAME]) == (empty, "undone")


def test_a_day_adjusted_twice_and_then_reposted_stands_once(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    changed(venue, made_up)
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    venue.sync()
    venue.push([dearer(made_up.first[0], "25.00", revision=3)])
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    assert venue.sync().state == "done"
    assert len(live(venue)) == 3
    venue.push([dearer(made_up.first[0], "5.00", revision=4)])
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert venue.sync().state == "done"
    (only,) = live(venue)
    assert "/g4/" in only["Reference"]
    assert venue.engine.verify(LOCAL, "anchor").agrees


def test_leaving_a_change_keeps_what_was_posted_until_the_next_one(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    changed(venue, made_up)
    before = venue.books.balances()
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="leave", reason="A training sale")
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [one.code for one in day.findings]) == ("posted", ["day.left"])
    assert "A training sale" in day.findings[0].why
    assert venue.sync().state == "done"
    assert venue.books.balances() == before
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="reconsider")
    assert venue.states()[NAME] == "changed"
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="leave")
    venue.push([dearer(made_up.first[0], "20.00", revision=3)])
    assert venue.states()[NAME] == "changed"


def test_a_policy_decides_about_late_changes_and_is_told_in_the_audit_trail(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.engine.set_late_changes(LOCAL, "anchor", "adjust")
    changed(venue, made_up)
    assert venue.sync().state == "done"
    assert (len(live(venue)), venue.states()[NAME]) == (2, "posted")
    events = venue.engine.audit_trail(LOCAL).events
    assert [(one.principal, one.details["day"]) for one in events if one.action == "day.adjust"] == [
        ("policy", "2026-10-01")
    ]


def test_a_closed_period_can_be_adjusted_and_not_reposted(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    changed(venue, made_up)
    venue.books.change(PeriodLockDate="2026-10-31")
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    before = venue.books.balances()
    venue.sync()
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [one.code for one in day.findings]) == ("changed", ["day.locked_adjust_only"])
    assert venue.books.balances() == before
    assert "repost" not in venue.engine.difference(LOCAL, "anchor", DAY).allowed
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    assert venue.sync().state == "done"
    assert sorted(one["DateString"][:10] for one in live(venue)) == ["2026-10-01", "2026-11-01"]


def test_undo_in_a_closed_period_reverses_by_an_opposite_document(ready: Ready) -> None:
    venue = ready(2)
    before = venue.books.balances()
    venue.sync()
    venue.books.change(PeriodLockDate="2026-10-31")
    preview = venue.engine.preview_undo(LOCAL, "anchor", days=[DAY])
    assert [one.code for one in preview.findings] == ["xero.undo_reversed"]
    run = venue.engine.undo(LOCAL, "anchor", Period(DAY, date(2026, 10, 2)), confirm=2)
    assert run.state == "done", run.findings
    assert venue.books.balances() == before
    notes = venue.books.documents()["CreditNotes"]
    assert {one["Status"] for one in notes} == {"PAID"}
    assert set(venue.states().values()) == {"undone"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reconciled": True}, "This payment has been reconciled and cannot be deleted"),
        ({"batch": True}, "Payments within a batch cannot be deleted."),
    ],
)
def test_what_cannot_be_removed_is_said_in_the_ledgers_words_and_nothing_else_is_touched(
    ready: Ready, change: dict[str, bool], words: str
) -> None:
    venue = ready(1)
    venue.sync()
    before = venue.books.balances()
    payment = venue.books.payments()[-1]["PaymentID"]
    venue.books.change(f"payments/{payment}", **change)
    preview = venue.engine.preview_undo(LOCAL, "anchor", days=[DAY])
    assert [one.severity for one in preview.findings] == ["warning"]
    run = venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1)
    assert (run.state, [one.verbatim for one in run.findings]) == ("problems", [words])
    assert run.findings[0].do
    assert (venue.books.balances(), venue.states()[NAME]) == (before, "posted")
    venue.books.change(f"payments/{payment}", **dict.fromkeys(change, False))
    run = venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1)
    assert (run.state, venue.states()[NAME]) == ("done", "undone"), run.findings


def test_a_foreign_payment_keeps_the_day_from_being_undone(ready: Ready) -> None:
    venue = ready(1)
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="CASH", choice="leave_open")
    venue.sync()
    (invoice,) = live(venue)
    before = venue.books.balances()
    pay_by_hand(venue, invoice)
    preview = venue.engine.preview_undo(LOCAL, "anchor", days=[DAY])
    assert (preview.count, [one.code for one in preview.findings]) == (0, ["xero.undo_foreign_payment"])
    assert len(preview.left) == 1
    run = venue.engine.undo(LOCAL, "anchor", days=[DAY])
    assert (run.state, venue.states()[NAME]) == ("problems", "posted")
    assert venue.books.balances() != before


def pay_by_hand(venue: Venue, invoice: dict[str, Any]) -> None:
    """Enter a payment as another app of the ledger does, through the ledger's own API."""
    with venue.engine.database.read() as session:
        joint = venue.engine._joint(session, LOCAL, "anchor")
    target = open_target(venue.engine._services, joint)
    payload = {
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        "Account": {"Code": "611"},
        "Date": "2026-10-01",
        "Amount": "12.00",
        "Reference": "by hand",
    }
    operation = Operation(key="by hand", kind="payment", payload=payload)
    call = Call(key="by hand", kind="payment", operations=(operation,), body=target.prepare("payment", [operation]))
    (outcome,) = target.execute(call)
    assert isinstance(outcome, Done), outcome


def test_an_unbalanced_day_is_posted_with_its_difference_on_the_variance_account(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(0)
    record = copy.deepcopy(made_up.first[0])
    record["payments"][0]["counted"] = str(Decimal(record["payments"][0]["counted"]) - 7)
    venue.push([record])
    assert venue.states()[NAME] == "held"
    with pytest.raises(UsageError, match="needs a reason"):
        venue.engine.decide(LOCAL, "anchor", [DAY], decision="post_difference")
    decided = venue.engine.decide(
        LOCAL, "anchor", [DAY], decision="post_difference", reason="Seven dollars were missing"
    )
    assert decided.days[0].state == "pending", decided.days[0].findings
    assert venue.sync().state == "done"
    assert venue.states()[NAME] == "posted"
    assert [one["Status"] for one in live(venue)] == ["PAID"]  # the lines come to what was counted
    assert venue.engine.verify(LOCAL, "anchor").agrees


def test_a_day_that_is_never_posted_stays_out_with_who_and_why(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    with pytest.raises(UsageError, match="needs a reason"):
        venue.engine.decide(LOCAL, "anchor", [DAY], decision="never")
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="never", reason="Posted by hand")
    venue.push([dearer(made_up.first[0], revision=2)])
    assert (venue.sync().counts["documents"], venue.states()[NAME]) == (0, "never")
    decision = venue.engine.difference(LOCAL, "anchor", DAY).decision
    assert decision is not None
    assert (decision.decision, decision.by, decision.reason) == ("never", "local", "Posted by hand")
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="reconsider")
    assert venue.sync().counts["documents"] == 1


def test_a_decision_that_a_day_does_not_allow_decides_about_none(ready: Ready, made_up: Month) -> None:
    venue = ready(2)
    changed(venue, made_up)
    with pytest.raises(UsageError, match="2026-10-02/1 is posted, not changed"):
        venue.engine.decide(LOCAL, "anchor", [DAY, date(2026, 10, 2)], decision="adjust")
    assert venue.engine.difference(LOCAL, "anchor", DAY).decision is None
    with pytest.raises(UsageError, match="There is no decision"):
        venue.engine.decide(LOCAL, "anchor", [DAY], decision="shrug")


def test_a_lost_database_does_not_post_a_reposted_day_again(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    changed(venue, made_up)
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    venue.sync()
    anew = ready(0, books=venue.books)
    anew.push([dearer(made_up.first[0], revision=2)])
    run = anew.sync()
    assert len(live(venue)) == 1, run.findings
    assert anew.states()[NAME] == "posted"


def test_an_undo_that_meets_the_daily_limit_goes_on_the_next_day(ready: Ready, ledger_sandbox: Ledger) -> None:
    venue = ready(2, clock=ShiftedClock())
    venue.sync()
    ledger_sandbox.reset()
    ledger_sandbox.switch(limit_day=13)
    try:
        run = venue.engine.undo(LOCAL, "anchor", Period(DAY, date(2026, 10, 2)), confirm=2)
    finally:
        ledger_sandbox.switch(limit_day=5000)
    assert (run.state, [one.code for one in run.findings]) == ("failed", ["run.rate_limited"])
    assert set(venue.states().values()) == {"undoing"}
    assert venue.books.payments()
    clock = venue.engine.clock
    assert isinstance(clock, ShiftedClock)
    clock.advance(timedelta(days=1))
    run = venue.sync()
    assert (run.state, run.counts["undone"]) == ("done", 2), run.findings
    assert (live(venue), venue.books.payments()) == ([], [])


def test_a_worker_undoes_what_was_put_into_the_queue(ready: Ready) -> None:
    venue = ready(2)
    venue.sync()
    with pytest.raises(UsageError, match="needs the count"):
        venue.engine.request_undo(LOCAL, "anchor", days=[DAY])
    wrong = venue.engine.request_undo(LOCAL, "anchor", days=[DAY], confirm=2)
    assert venue.engine.execute_run(wrong.id)
    found = venue.engine.run(LOCAL, wrong.id)
    assert (found.state, [one.code for one in found.findings]) == ("problems", ["undo.count_differs"])
    right = venue.engine.request_undo(LOCAL, "anchor", days=[DAY], confirm=1)
    assert venue.engine.execute_run(right.id)
    assert (venue.engine.run(LOCAL, right.id).state, venue.states()[NAME]) == ("done", "undone")
