"""Days that somebody should look at are held until somebody has, with who did and why; everything else goes on."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select
from tests.engine.conftest import Ready, bring_catalogue, dearer
from tests.support.chain import CALLBACK, OCTOBER, ShiftedClock, Venue
from tests.support.month import Month, Record

from takings.domain.period import Period
from takings.errors import ConfirmationNeeded, NotFound, UsageError
from takings.plugin import Call, Operation
from takings.store.tables import Integration
from takings.sync.concerns import load_concerns
from takings.sync.joint import load_joint, open_target
from takings.views import LOCAL, Principal

HUGE = "90000.00"


def codes(venue: Venue, day: str) -> list[str]:
    (found,) = [one for one in venue.engine.days(LOCAL, venue.name) if str(one.business_date) == day]
    return [one.code for one in found.findings]


def with_a_huge_day(ready: Ready, made_up: Month, place: int = 7) -> tuple[Venue, str]:
    """A venue with eight days, one of which is far larger than the others."""
    venue = ready(0)
    days = [dearer(one, HUGE) if n == place else one for n, one in enumerate(made_up.first[:8])]
    venue.push(days)
    return venue, days[place]["trading_day"]


def by_hand(venue: Venue, total: Decimal, day: str, **more: Any) -> dict[str, Any]:
    """Make an invoice that nobody made here, in the ledger."""
    line = {"Description": "Takings", "Quantity": 1, "UnitAmount": str(total), "AccountCode": "201"}
    invoice = {
        "Type": "ACCREC",
        "Contact": {"Name": "Cash customer"},
        "Date": day,
        "DueDate": day,
        "LineAmountTypes": "Inclusive",
        "Status": "AUTHORISED",
        "LineItems": [line],
        **more,
    }
    made: dict[str, Any] = venue.books.change("invoices", **invoice)
    return made


def total_of(venue: Venue, day: str) -> Decimal:
    (found,) = [one for one in venue.engine.days(LOCAL, venue.name) if str(one.business_date) == day]
    return found.total


def test_a_day_of_ten_times_the_usual_size_is_held_and_the_others_are_posted(ready: Ready, made_up: Month) -> None:
    venue, day = with_a_huge_day(ready, made_up)
    preview = venue.engine.preview(LOCAL, venue.name, OCTOBER)
    assert [str(one.business_date) for one in preview.held if one.findings[0].code == "day.unusual_size"] == [day]
    run = venue.sync()
    assert (run.state, venue.states()[f"{day}/1"]) == ("problems", "held")
    assert codes(venue, day) == ["day.unusual_size"]
    assert "posted" in venue.states().values()
    with pytest.raises(ConfirmationNeeded, match="--confirm 1, not 2"):
        venue.engine.confirm_days(LOCAL, venue.name, reason="Cup day", count=2)
    with pytest.raises(UsageError, match="needs a reason"):
        venue.engine.confirm_days(LOCAL, venue.name, reason=" ")
    with pytest.raises(NotFound):
        venue.engine.confirm_days(LOCAL, venue.name, Period(date(2026, 9, 1), date(2026, 9, 2)), reason="Cup day")
    assert venue.states()[f"{day}/1"] == "held"


def test_confirming_days_posts_them_and_keeps_who_and_why(ready: Ready, made_up: Month) -> None:
    venue, day = with_a_huge_day(ready, made_up)
    venue.sync()
    asked = venue.engine.to_confirm(LOCAL, venue.name)
    assert (asked.count, asked.total, asked.period) == (1, total_of(venue, day), day)
    ann = Principal(owner=LOCAL.owner, name="ann")
    decided = venue.engine.confirm_days(ann, venue.name, OCTOBER, reason="Cup day", count=1)
    assert [one.state for one in decided.days] == ["pending"]
    venue.sync()
    assert venue.states()[f"{day}/1"] == "posted"
    events = venue.engine.audit_trail(LOCAL, venue.name).events
    (event,) = [one for one in events if one.action == "day.post_anyway"]
    assert (event.principal, event.details["reason"], event.details["day"]) == ("ann", "Cup day", day)
    assert "times what such a day usually does" in event.details["confirmed"][0]
    assert codes(venue, day) == ["day.unusual_size"]  # as good to know, beside the day
    assert venue.engine.to_confirm(LOCAL, venue.name).count == 0
    venue.push([dearer(made_up.first[9], HUGE)])  # the season has begun
    venue.sync()
    assert venue.states()[f"{made_up.first[9]['trading_day']}/1"] == "posted"


def still_held(venue: Venue, day: str) -> bool:
    """Whether a day is held as it was, in every face that tells of it."""
    asked = venue.engine.to_confirm(LOCAL, venue.name)
    told = venue.engine.overview_of(LOCAL, venue.name)
    return (venue.states()[f"{day}/1"], codes(venue, day), asked.count, told.standing.value) == (
        "held", ["day.unusual_size"], 1, "attention",
    )  # fmt: skip


def test_what_others_do_meanwhile_frees_no_held_day(ready: Ready, made_up: Month) -> None:
    venue, day = with_a_huge_day(ready, made_up)
    venue.sync()
    assert still_held(venue, day)
    first = date(2026, 10, 1)
    venue.engine.undo(LOCAL, venue.name, days=[first], confirm=1)
    assert still_held(venue, day), "an undo of another day"
    venue.engine.decide(LOCAL, venue.name, [first], decision="repost")
    venue.sync(Period(first, first))
    assert still_held(venue, day), "a sync of another day"
    bring_catalogue(venue, made_up)
    assert still_held(venue, day), "a catalogue"
    venue.map_all()
    assert still_held(venue, day), "a mapping"
    venue.sync()
    assert still_held(venue, day), "the next sync"


def test_a_held_day_is_posted_when_what_held_it_is_gone(ready: Ready) -> None:
    venue = ready(3)
    made = by_hand(venue, total_of(venue, "2026-10-02"), "2026-10-02")
    venue.sync()
    venue.books.change(f"invoices/{made['InvoiceID']}", Status="VOIDED")
    assert venue.sync().state == "done"
    assert set(venue.states().values()) == {"posted"}
    assert codes(venue, "2026-10-02") == []


def test_a_held_day_that_may_be_posted_again_waits_where_nobody_confirmed_it(ready: Ready) -> None:
    venue = ready(3)
    made = by_hand(venue, total_of(venue, "2026-10-02"), "2026-10-02")
    for confirm in (None, 1):
        with pytest.raises(ConfirmationNeeded):
            venue.sync(confirm=confirm)
    assert venue.states()["2026-10-02/1"] == "held"
    venue.books.change(f"invoices/{made['InvoiceID']}", Status="VOIDED")
    with pytest.raises(ConfirmationNeeded):
        venue.sync(confirm=None)
    assert (venue.states()["2026-10-02/1"], codes(venue, "2026-10-02")) == ("pending", [])


def test_a_week_with_a_held_day_goes_on_when_what_held_it_is_gone(ready: Ready) -> None:
    venue = ready(7)
    venue.engine.configure(LOCAL, venue.name, combining="week")
    made = by_hand(venue, total_of(venue, "2026-10-02"), "2026-10-02")
    venue.sync()
    assert venue.states()["2026-10-02/1"] == "held"
    venue.books.change(f"invoices/{made['InvoiceID']}", Status="VOIDED")
    venue.sync()
    assert venue.states()["2026-10-02/1"] == "posted"


def test_a_day_with_nothing_to_confirm_can_t_be_confirmed(ready: Ready) -> None:
    venue = ready(1)
    with pytest.raises(UsageError, match="is pending, not held"):
        venue.engine.decide(LOCAL, venue.name, [OCTOBER.first], decision="post_anyway", reason="It is right")


def test_reconsidering_and_a_new_revision_both_end_a_confirmation(ready: Ready, made_up: Month) -> None:
    venue, day = with_a_huge_day(ready, made_up)
    venue.sync()
    venue.engine.confirm_days(LOCAL, venue.name, reason="Cup day")
    venue.engine.decide(LOCAL, venue.name, [date.fromisoformat(day)], decision="reconsider")
    venue.sync()
    venue.engine.confirm_days(LOCAL, venue.name, reason="Cup day")
    venue.push([dearer(made_up.first[7], "95000.00", revision=2)])
    venue.sync()
    assert venue.states()[f"{day}/1"] == "held"


def test_a_confirmed_day_that_was_undone_is_posted_again_without_asking_twice(ready: Ready, made_up: Month) -> None:
    venue, day = with_a_huge_day(ready, made_up)
    venue.sync()
    venue.engine.confirm_days(LOCAL, venue.name, reason="Cup day")
    venue.sync()
    wanted = [date.fromisoformat(day)]
    venue.engine.undo(LOCAL, venue.name, days=wanted, confirm=1)
    venue.engine.decide(LOCAL, venue.name, wanted, decision="repost")
    venue.sync()
    assert venue.states()[f"{day}/1"] == "posted"


def test_the_policy_does_not_post_a_changed_day_of_ten_times_the_usual_size(ready: Ready, made_up: Month) -> None:
    venue = ready(8)
    venue.sync()
    venue.engine.set_late_changes(LOCAL, venue.name, "repost")
    day = made_up.first[7]["trading_day"]
    venue.push([dearer(made_up.first[7], HUGE, revision=2), dearer(made_up.first[4], revision=2)])
    venue.sync()
    assert venue.states()[f"{day}/1"] == "changed"
    assert venue.states()[f"{made_up.first[4]['trading_day']}/1"] == "posted"
    assert "day.unusual_size" in codes(venue, day)
    venue.engine.decide(LOCAL, venue.name, [date.fromisoformat(day)], decision="repost")
    venue.sync()
    assert venue.states()[f"{day}/1"] == "posted"


def test_a_day_that_somebody_posted_by_hand_is_held_also_by_a_draft(ready: Ready) -> None:
    venue = ready(3)
    by_hand(venue, total_of(venue, "2026-10-02"), "2026-10-02", Status="DRAFT", InvoiceNumber="HAND-7")
    run = venue.sync()
    assert list(venue.states().values()) == ["posted", "held", "posted"]
    (finding,) = [one for day in run.held for one in day.findings]
    assert finding.code == "ledger.looks_posted"
    assert "HAND-7 for Cash customer of 2026-10-02" in finding.what
    assert finding.do
    venue.sync()
    assert codes(venue, "2026-10-02") == ["ledger.looks_posted"]
    assert len(venue.books.documents()["Invoices"]) == 3


def test_another_amount_another_date_or_a_voided_document_holds_nothing(ready: Ready) -> None:
    venue = ready(3)
    total = total_of(venue, "2026-10-02")
    by_hand(venue, total + 1, "2026-10-02")
    by_hand(venue, total, "2026-10-09")
    voided = by_hand(venue, total, "2026-10-02")
    venue.books.change(f"invoices/{voided['InvoiceID']}", Status="VOIDED")
    venue.sync()
    assert set(venue.states().values()) == {"posted"}


def test_a_day_that_looks_posted_can_be_posted_anyway_or_never(ready: Ready) -> None:
    venue = ready(3)
    for day in ("2026-10-02", "2026-10-03"):
        by_hand(venue, total_of(venue, day), day)
    venue.sync()
    second, third = date(2026, 10, 2), date(2026, 10, 3)
    assert "post_anyway" in venue.engine.difference(LOCAL, venue.name, second).allowed
    venue.engine.decide(LOCAL, venue.name, [second], decision="post_anyway", reason="The other is a wedding")
    venue.engine.decide(LOCAL, venue.name, [third], decision="never", reason="Posted by hand")
    venue.sync()
    assert list(venue.states().values()) == ["posted", "posted", "never"]
    told = venue.engine.difference(LOCAL, venue.name, second)
    assert told.decision is not None
    assert (told.decision.decision, told.decision.reason) == ("post_anyway", "The other is a wedding")


def journal_by_hand(venue: Venue, total: Decimal, day: date) -> None:
    """Post a day's takings by a manual journal, as a bookkeeper does."""
    with venue.engine.database.read() as session:
        joint = load_joint(session, venue.engine._services, session.exec(select(Integration)).one())
    target = open_target(venue.engine._services, joint)
    account = {one.code: one.id for one in target.chart().accounts}
    lines = [{"Description": "Takings", "LineAmount": str(amount), "AccountID": account[code]}
             for amount, code in ((-total, "201"), (total, "611"))]  # fmt: skip
    payload = {"Narration": "Takings by hand", "Date": day.isoformat(), "Status": "POSTED",
               "LineAmountTypes": "NoTax", "JournalLines": lines}  # fmt: skip
    operation = Operation(key="by-hand/journal.1", kind="journal", payload=payload)
    body = target.prepare("journal", [operation])
    target.execute(Call(key=f"by-hand-{day}", kind="journal", operations=(operation,), body=body))


def test_looking_at_journals_asks_for_the_permission_to_read_them(ready: Ready) -> None:
    venue = ready(0)
    venue.engine.configure(LOCAL, venue.name, target_settings={"journals_of_others": True})
    begun = venue.engine.begin_connect(LOCAL, venue.name, CALLBACK)
    assert "accounting.manualjournals" in begun


@pytest.mark.parametrize(("looks", "state"), [("true", "held"), ("false", "posted")])
def test_a_recent_day_posted_by_a_journal_is_held_where_journals_are_looked_at(
    ready: Ready, made_up: Month, looks: str, state: str
) -> None:
    venue = ready(1, clock=ShiftedClock(), target_settings={"shape": "journal"})  # so that journals may be written
    venue.engine.configure(
        LOCAL, venue.name, target_settings={"shape": "payments", "journals_of_others": looks == "true"}
    )
    venue.sync()
    venue.engine.clock.advance(timedelta(days=3))
    yesterday = (venue.engine.clock.now() + timedelta(hours=11)).date() - timedelta(days=1)
    venue.push([made_up.first[1] | {"trading_day": yesterday.isoformat()}])
    journal_by_hand(venue, total_of(venue, yesterday.isoformat()), yesterday)
    venue.sync(None)
    assert venue.states()[f"{yesterday}/1"] == state


def test_a_further_document_that_looks_like_a_confirmed_day_is_asked_about_as_well(ready: Ready) -> None:
    venue = ready(2)
    total = total_of(venue, "2026-10-02")
    by_hand(venue, total, "2026-10-02")
    venue.sync()
    venue.engine.confirm_days(LOCAL, venue.name, reason="The other is a wedding")
    by_hand(venue, total, "2026-10-02")
    venue.sync()
    assert venue.states()["2026-10-02/1"] == "held"


def test_our_own_documents_of_any_generation_look_like_nobody_s(ready: Ready) -> None:
    venue = ready(2)
    venue.sync()
    for _ in range(2):
        venue.engine.undo(LOCAL, venue.name, days=[date(2026, 10, 2)], confirm=1)
        venue.engine.decide(LOCAL, venue.name, [date(2026, 10, 2)], decision="repost")
        assert venue.sync().state == "done"
    (standing,) = [one for one in venue.books.invoices() if "2026-10-02" in one["Reference"]]
    assert standing["Reference"].endswith("/g3/invoice.1")


def test_our_own_document_whose_reference_was_changed_by_hand_looks_like_nobody_s(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(1)
    venue.sync()
    (invoice,) = venue.books.invoices()
    venue.books.change(f"invoices/{invoice['InvoiceID']}", Reference="Till 1")
    other = made_up.first[0] | {"sequence": 2}
    venue.push([other])
    venue.sync()
    assert venue.states() == {"2026-10-01/1": "posted", "2026-10-01/2": "posted"}


def emptied(record: Record) -> Record:
    """The same close without anything taken."""
    lists = ("sales", "surcharges", "tips", "vouchers_sold", "deposits_taken", "account_payments", "cash_movements")
    nothing = {name: record[name] | {"amount": "0.00"} for name in ("rounding", "variance") if record.get(name)}
    return record | {name: [] for name in (*lists, "payments")} | nothing


def test_closes_without_takings_after_trading_days_are_told_once_and_stay_a_concern(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(0)
    days = made_up.first[:20]
    assert venue.push([*days[:16], *map(emptied, days[16:])]).accepted
    preview = venue.engine.preview(LOCAL, venue.name, OCTOBER)
    assert "run.days_empty" in [one.code for one in preview.findings]
    told = [[one.subject for one in venue.sync(None).findings if one.code == "run.days_empty"] for _ in range(2)]
    assert told == [[days[16]["trading_day"]], []]
    with venue.engine.database.read() as session:
        concerns = load_concerns(session, venue.engine.clock.now())[LOCAL.owner]
    assert [one.subject for one in concerns if one.sort == "empty"] == [days[16]["trading_day"]]


def test_the_question_before_history_tells_of_closes_that_are_missing(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    venue.push([one for one in made_up.first[:20] if one["trading_day"] != "2026-10-14"])
    with pytest.raises(ConfirmationNeeded, match="1 close missing"):
        venue.sync(confirm=None)
