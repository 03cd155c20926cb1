"""A day is taken back to be posted anew only where it can be, and keeps what was decided of its content."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import select
from tests.engine.conftest import Ready, dearer
from tests.engine.test_guards import by_hand, total_of
from tests.support.chain import Venue
from tests.support.month import Month, Record

from takings.errors import UsageError
from takings.store.tables import Integration
from takings.sync.joint import load_joint, open_target
from takings.sync.phases import Tally
from takings.sync.taking_back import TakingBack
from takings.sync.undoing import UndoScope
from takings.views import LOCAL

DAY, NAME = date(2026, 10, 1), "2026-10-01/1"
SECOND = date(2026, 10, 2)


def with_new_method(record: Record) -> Record:
    """The day again, with a payment by a method that the venue did not have."""
    made = dearer(record, revision=2)
    made["payments"].append({**made["payments"][0], "paymethod": "DIDI", "name": "DiDi"})
    for name in ("counted", "recorded"):
        taken = Decimal(made["payments"][0][name])
        made["payments"][0][name], made["payments"][-1][name] = str(taken - 25), "25.00"
    return made


def codes(venue: Venue) -> list[str]:
    return [one.code for day in venue.engine.days(LOCAL, "anchor") for one in day.findings]


def test_a_day_that_would_be_held_stays_posted_until_it_is_mended(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    before = venue.books.balances()
    assert venue.push([with_new_method(made_up.first[0])]).accepted
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    for _ in range(2):
        run = venue.sync()
        assert (run.state, [one.code for one in run.findings]) == ("problems", ["mapping.open"])
        assert (venue.books.balances(), venue.states()[NAME], codes(venue)) == (before, "changed", ["mapping.open"])
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="DIDI", to="614")
    assert venue.sync().state == "done"
    (invoice,) = venue.books.invoices()
    assert "/g2/" in invoice["Reference"]
    assert (venue.states()[NAME], codes(venue)) == ("posted", [])


def test_a_day_that_the_ledger_would_not_take_stays_posted_until_it_does(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    before = venue.books.balances()
    assert venue.push([dearer(made_up.first[0], revision=2)]).accepted
    account = next(one for one in venue.books.documents()["Accounts"] if one.get("Code") == "201")["AccountID"]
    venue.books.change(f"accounts/{account}", Status="ARCHIVED")
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    run = venue.sync()
    assert (run.state, {one.code for one in run.findings}) == ("problems", {"xero.account_archived"})
    assert (venue.books.balances(), venue.states()[NAME]) == (before, "changed")
    assert codes(venue) == ["xero.account_archived"]
    venue.books.change(f"accounts/{account}", Status="ACTIVE")
    assert venue.sync().state == "done"
    assert ["/g2/" in one["Reference"] for one in venue.books.invoices()] == [True]


def test_a_day_of_a_closed_period_stays_as_it_was_posted_and_says_why(ready: Ready) -> None:
    venue = ready(1)
    venue.sync()
    venue.books.change(PeriodLockDate="2026-10-31")
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost", reason="Mapped otherwise now")
    run = venue.sync()
    assert (run.state, [one.code for one in run.findings]) == ("problems", ["day.locked_adjust_only"])
    assert (venue.states()[NAME], codes(venue)) == ("posted", ["day.locked_adjust_only"])
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="reconsider")
    assert (venue.sync().state, codes(venue)) == ("done", [])


@pytest.fixture
def short(ready: Ready, made_up: Month) -> Venue:
    """A venue with a day posted whose drawer was seven dollars short, by decision."""
    venue = ready(0)
    record = copy.deepcopy(made_up.first[0])
    record["payments"][0]["counted"] = str(Decimal(record["payments"][0]["counted"]) - 7)
    assert venue.push([record]).accepted
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="post_difference", reason="Seven dollars were missing")
    assert venue.sync().state == "done"
    return venue


def test_that_a_difference_is_posted_stays_decided_when_the_day_is_posted_anew(short: Venue) -> None:
    before = short.books.balances()
    short.engine.decide(LOCAL, "anchor", [DAY], decision="repost", reason="Another customer")
    assert short.sync().state == "done"
    (invoice,) = short.books.invoices()
    assert ("/g2/" in invoice["Reference"], short.states()[NAME]) == (True, "posted")
    assert short.books.balances() == before
    decision = short.engine.difference(LOCAL, "anchor", DAY).decision
    assert decision is not None
    assert (decision.decision, decision.reason) == ("post_difference", "Seven dollars were missing")


def test_a_difference_of_an_earlier_revision_is_not_posted_for_the_next_one(short: Venue, made_up: Month) -> None:
    again = copy.deepcopy(made_up.first[0])
    again["revision"] = 2
    again["payments"][0]["counted"] = str(Decimal(again["payments"][0]["counted"]) - 9)
    assert short.push([again]).accepted
    short.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    run = short.sync()
    assert [one.code for one in run.findings] == ["day.unbalanced"]
    assert len(short.books.invoices()) == 1
    short.engine.decide(LOCAL, "anchor", [DAY], decision="reconsider")
    assert short.states()[NAME] == "changed"


def test_every_way_out_of_a_hold_says_who_took_it_and_why(ready: Ready, made_up: Month) -> None:
    venue = ready(0)
    records = [copy.deepcopy(one) for one in made_up.first[:3]]
    for record in records:
        record["payments"][0]["counted"] = str(Decimal(record["payments"][0]["counted"]) - 7)
    assert venue.push([*records, {**with_new_method(made_up.first[3]), "revision": 1}]).accepted
    assert set(venue.states().values()) == {"held"}
    second, third = date(2026, 10, 2), date(2026, 10, 3)
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="post_difference", reason="The float was short")
    venue.engine.decide(LOCAL, "anchor", [second], decision="never", reason="Posted by hand")
    assert venue.push([{**made_up.first[2], "revision": 2}]).accepted  # the third is mended at the till
    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="DIDI", to="614")
    assert venue.sync().state == "done"
    assert list(venue.states().values()) == ["posted", "never", "posted", "posted"]
    events = venue.engine.audit_trail(LOCAL).events
    told = {one.action: (one.principal, one.details.get("day"), one.details.get("reason")) for one in events}
    assert told["day.post_difference"] == ("local", DAY.isoformat(), "The float was short")
    assert told["day.never"] == ("local", second.isoformat(), "Posted by hand")
    assert any(one.action.startswith("mapping") and one.principal == "local" for one in events)
    assert venue.engine.day(LOCAL, "anchor", third).day.revision == 2


def test_a_repost_that_the_ledger_refuses_says_so_in_its_run_and_beside_the_day(ready: Ready) -> None:
    venue = ready(1)
    venue.sync()
    before = venue.books.balances()
    payment = venue.books.payments()[0]["PaymentID"]
    venue.books.change(f"payments/{payment}", reconciled=True)
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost", reason="It was mapped wrongly")
    run = venue.sync()
    said = "This payment has been reconciled and cannot be deleted"
    assert (run.state, [one.verbatim for one in run.findings]) == ("problems", [said])
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert (day.state, [one.verbatim for one in day.findings]) == ("posted", [said])
    assert venue.books.balances() == before
    venue.books.change(f"payments/{payment}", reconciled=False)
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost", reason="It is mended")
    assert venue.sync().state == "done"
    assert (venue.states()[NAME], codes(venue), venue.books.balances()) == ("posted", [], before)


def undo(venue: Venue) -> None:
    assert venue.engine.undo(LOCAL, "anchor", days=[DAY], confirm=1).state == "done"
    assert venue.states()[NAME] == "undone"


def test_that_a_difference_is_posted_stays_decided_when_the_day_is_undone_and_posted_again(short: Venue) -> None:
    before = short.books.balances()
    undo(short)
    short.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert (short.sync().state, short.states()[NAME], short.books.balances()) == ("done", "posted", before)
    undo(short)  # and also after that
    short.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert (short.sync().state, short.states()[NAME], short.books.balances()) == ("done", "posted", before)
    decision = short.engine.difference(LOCAL, "anchor", DAY).decision
    assert decision is not None
    assert (decision.decision, decision.reason) == ("post_difference", "Seven dollars were missing")


def test_that_a_difference_is_posted_can_be_taken_back_while_the_day_is_undone(short: Venue) -> None:
    undo(short)
    assert "reconsider" in short.engine.difference(LOCAL, "anchor", DAY).allowed
    short.engine.decide(LOCAL, "anchor", [DAY], decision="reconsider")
    assert short.states()[NAME] == "undone"
    with pytest.raises(UsageError, match="no decision to take back"):
        short.engine.decide(LOCAL, "anchor", [DAY], decision="reconsider")
    short.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert (short.sync().state, short.states()[NAME], codes(short)) == ("problems", "held", ["day.unbalanced"])
    assert not short.books.invoices()


def test_a_difference_of_another_revision_is_asked_about_again_after_an_undo(short: Venue, made_up: Month) -> None:
    undo(short)
    again = copy.deepcopy(made_up.first[0])
    again["revision"] = 2
    again["payments"][0]["counted"] = str(Decimal(again["payments"][0]["counted"]) - 9)
    assert short.push([again]).accepted
    short.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert (short.sync().state, short.states()[NAME], codes(short)) == ("problems", "held", ["day.unbalanced"])


def test_that_a_day_is_no_other_document_stays_decided_when_it_is_undone_and_posted_again(ready: Ready) -> None:
    venue = ready(1)
    by_hand(venue, total_of(venue, DAY.isoformat()), DAY.isoformat())
    venue.sync()
    assert codes(venue) == ["ledger.looks_posted"]
    venue.engine.confirm_days(LOCAL, "anchor", reason="That one is of the bottle shop")
    assert (venue.sync().state, venue.states()[NAME]) == ("done", "posted")
    undo(venue)
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    assert (venue.sync().state, venue.states()[NAME]) == ("done", "posted")


@pytest.fixture
def week(ready: Ready, made_up: Month) -> Venue:
    """Four days on one document, of which the first two came again: the second is left as it was posted."""
    venue = ready(0)
    venue.engine.configure(LOCAL, "anchor", combining="week")
    assert venue.push(made_up.first[:4]).accepted
    venue.sync()
    again = [dearer(made_up.first[0], "10.00", revision=2), dearer(made_up.first[1], "100.00", revision=2)]
    assert venue.push(again).accepted
    venue.engine.decide(LOCAL, "anchor", [SECOND], decision="leave", reason="A training sale, no money")
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    return venue


def invoiced(venue: Venue) -> Decimal:
    return sum((Decimal(str(one["Total"])) for one in venue.books.invoices()), Decimal(0))


def test_a_day_that_is_left_as_it_was_posted_keeps_its_document_from_being_posted_anew(week: Venue) -> None:
    before, total = week.books.balances(), invoiced(week)
    run = week.sync()
    (told,) = run.findings
    assert (run.state, told.code, told.subject) == ("problems", "day.left_beside", "2026-10-02/1")
    assert (week.books.balances(), week.states()["2026-10-02/1"]) == (before, "posted")
    week.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    assert week.sync().state == "done"
    assert (invoiced(week), week.states()["2026-10-02/1"]) == (total + 10, "posted")


def test_what_was_left_is_posted_anew_with_its_document_once_somebody_reconsiders_it(week: Venue) -> None:
    total = invoiced(week)
    week.sync()
    week.engine.decide(LOCAL, "anchor", [SECOND], decision="reconsider")
    week.sync()
    assert (len(week.books.invoices()), invoiced(week)) == (1, total + 110)
    assert set(week.states().values()) == {"posted"}


def test_a_day_that_somebody_leaves_while_its_repost_is_planned_is_not_taken_back(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(1)
    venue.sync()
    assert venue.push([dearer(made_up.first[0], "10.00", revision=2)]).accepted
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="repost")
    back = taking_back(venue)
    planned = back.plan(UndoScope(days=((DAY, 1),)))
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="leave")
    assert back.begin(planned, anew=True) == []
    assert venue.states()[NAME] == "posted"


def test_a_document_of_which_a_day_is_left_while_its_repost_is_planned_is_not_taken_back(week: Venue) -> None:
    week.engine.decide(LOCAL, "anchor", [SECOND], decision="reconsider")
    back = taking_back(week)
    planned = back.plan(UndoScope(days=((DAY, 1),)))
    week.engine.decide(LOCAL, "anchor", [SECOND], decision="leave")
    assert back.begin(planned, anew=True) == []
    assert "undoing" not in week.states().values()


def taking_back(venue: Venue) -> TakingBack:
    """What a run takes units back with."""
    services = venue.engine._services
    with venue.engine.database.read() as session:
        joint = load_joint(session, services, session.exec(select(Integration)).one())
    return TakingBack(services, joint, open_target(services, joint), tally=Tally())
