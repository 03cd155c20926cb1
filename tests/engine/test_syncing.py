"""What a sync does when something stands in its way, and that the next one goes on where it stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from tests.engine.conftest import Ready, bring_catalogue
from tests.support.chain import MORNING, OCTOBER, Ledger, ShiftedClock, Venue, agree, day_of, open_engine
from tests.support.fixtures import MakeVenue
from tests.support.month import Month

from takings.errors import PostingDisabled
from takings.host import PluginHost
from takings.store.journal import AuditEvent, NumberRow
from takings.store.tables import Integration
from takings.views import LOCAL, Principal
from takings_impos.simulator import Options, Simulator

DAY = "2026-10-01/1"


def set_state(venue: Venue, state: str) -> None:
    with venue.engine.database.write() as session:
        row = session.exec(select(Integration)).one()
        row.state = state
        session.add(row)


# --- States of an integration --------------------------------------------------------------------------------


def test_a_paused_integration_posts_nothing(ready: Ready) -> None:
    venue = ready(1)
    set_state(venue, "paused")
    with pytest.raises(PostingDisabled, match="anchor is paused and posts nothing"):
        venue.sync()
    assert venue.books.invoices() == []
    assert venue.engine.runs(LOCAL) == []


def test_an_authorisation_that_ended_needs_attention_and_connecting_again_mends_it(
    ready: Ready, ledger_sandbox: Ledger, made_up: Month
) -> None:
    venue = ready(1)
    venue.sync()
    venue.push(made_up.first[1:2])
    venue.books.change("disconnect")
    run = venue.sync()
    assert run.state == "failed"
    (finding,) = [one for one in run.findings if one.code.startswith("run.")]
    assert finding.code == "run.disconnected"
    assert "connect it again" in finding.what
    view = venue.engine.integration(LOCAL, "anchor")
    assert (view.state, view.reason) == ("needs_attention", finding.what)
    assert venue.states()["2026-10-02/1"] == "pending"
    view = venue.connect()
    assert (view.state, view.reason) == ("active", "")
    assert venue.sync().counts["documents"] == 1
    assert len(venue.books.invoices()) == 2


def test_a_point_of_sale_that_was_not_authorised_is_told_so(make_venue: MakeVenue) -> None:
    with Simulator(Options(stopped_at=MORNING)) as simulator:
        venue = make_venue(simulator)
        simulator.state.forget_tokens()
        run = venue.sync(pull=True)
        assert run.state == "failed"
        assert [one.code for one in run.findings] == ["run.authorisation_expired"]
        assert "not_authorised" in run.findings[0].verbatim


# --- The ledger says no --------------------------------------------------------------------------------------


def test_a_locked_period_holds_its_days_until_it_is_opened(ready: Ready) -> None:
    venue = ready(3)
    venue.books.change(PeriodLockDate="2026-10-02")
    run = venue.sync()
    assert run.counts["documents"] == 1
    assert [(str(one.business_date), [f.code for f in one.findings]) for one in run.held] == [
        ("2026-10-01", ["xero.locked"]),
        ("2026-10-02", ["xero.locked"]),
    ]
    assert [day_of(one) for one in venue.books.invoices()] == ["2026-10-03"]
    venue.books.change(PeriodLockDate=None)
    assert venue.sync().counts["documents"] == 2
    assert set(venue.states().values()) == {"posted"}


def test_an_archived_account_holds_the_day_until_the_code_is_mapped_anew(ready: Ready) -> None:
    venue = ready(1)
    venue.books.change("accounts/203", Status="ARCHIVED")
    run = venue.sync()
    assert (run.counts["held"], run.counts["documents"]) == (1, 0)
    (found,) = run.held[0].findings
    assert (found.code, found.where, found.subject) == ("xero.account_archived", "map:accounts", "MERCH")
    assert "Merchandise Sales" in run.held[0].findings[0].what
    venue.engine.set_mapping(LOCAL, "anchor", dimension="accounts", code="MERCH", to="200")
    assert venue.states() == {DAY: "pending"}
    assert venue.sync().counts["documents"] == 1


def test_an_archived_contact_holds_everything_and_is_told_once(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    (contact,) = venue.books.documents()["Contacts"]
    venue.books.change(f"contacts/{contact['ContactID']}", ContactStatus="ARCHIVED")
    venue.push(made_up.first[1:3])
    run = venue.sync()
    assert (run.state, run.counts["documents"]) == ("problems", 0)
    assert "xero.contact_archived" in {one.code for one in run.findings}
    assert len(venue.books.invoices()) == 1


@contextmanager
def while_payments_are_on_their_way(venue: Venue) -> Iterator[list[Any]]:
    """Sync in another thread, hold its call with payments, run the block, and let the call go on."""
    control, http = venue.ledger.control, venue.ledger.http
    match = {"method": "PUT", "resource": "Payments", "tenant": venue.books.tenant}
    rule = {"do": "hold_before_commit", "match": match}
    assert http.post(f"{control}/faults", json=rule).status_code == 200
    runs: list[Any] = []
    thread = threading.Thread(target=lambda: runs.append(venue.sync()))
    thread.start()
    try:
        held = http.get(f"{control}/held", params={"wait_for": 1, "timeout": 15}).json()
        assert len(held) == 1
        yield runs
    finally:
        http.delete(f"{control}/faults")
        http.post(f"{control}/held/release")
        thread.join(120)


def test_a_half_posted_day_goes_on_after_its_mapping_was_mended(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    with while_payments_are_on_their_way(venue) as runs:
        venue.books.change("accounts/613", Status="ARCHIVED")
    (run,) = runs
    assert (run.counts["documents"], venue.states()) == (0, {DAY: "partly"})
    (day,) = run.held
    assert day.findings
    assert any("613" in str(one) or "AMEX" in str(one) or one.verbatim for one in day.findings)
    standing = {one["PaymentID"] for one in venue.books.payments()}
    assert len(standing) == 5

    venue.engine.set_mapping(LOCAL, "anchor", dimension="payment_methods", code="AMEX", to="617")
    run = venue.sync()
    assert (run.counts["documents"], venue.states()) == (1, {DAY: "posted"})
    (day,) = venue.engine.days(LOCAL, "anchor")
    assert "error" not in {one.severity for one in day.findings}
    assert len(venue.books.invoices()) == 1
    payments = {one["PaymentID"]: one for one in venue.books.payments()}
    (added,) = payments.keys() - standing
    assert standing < payments.keys()
    amex = next(one["counted"] for one in made_up.first[0]["payments"] if one["paymethod"] == "AMEX")
    assert (payments[added]["Account"]["Code"], payments[added]["Amount"]) == ("617", Decimal(amex))
    verified = venue.engine.verify(LOCAL, "anchor")
    assert verified.agrees, verified.differences


@pytest.fixture
def stopped(ready: Ready, ledger_sandbox: Ledger) -> Venue:
    """A venue whose first sync ran into the ledger's day limit after the invoices, before the payments."""
    venue = ready(3, clock=ShiftedClock())
    ledger_sandbox.reset()
    ledger_sandbox.switch(limit_day=8)  # six reads, the contact, the invoices
    try:
        run = venue.sync()
    finally:
        ledger_sandbox.switch(limit_day=5000)
    assert run.state == "failed"
    assert [one.code for one in run.findings] == ["run.rate_limited"]
    assert "day limit" in run.findings[0].what
    assert (len(venue.books.invoices()), venue.books.payments()) == (3, [])
    assert set(venue.states().values()) == {"partly"}
    return venue


def a_day_later(venue: Venue) -> None:
    assert isinstance(venue.engine.clock, ShiftedClock)
    venue.engine.clock.advance(timedelta(days=1))


def check_all_posted(venue: Venue) -> None:
    assert (len(venue.books.invoices()), len(venue.books.payments())) == (3, 18)
    assert set(venue.states().values()) == {"posted"}
    assert venue.engine.verify(LOCAL, "anchor").agrees


def test_what_holds_the_rest_of_a_half_posted_day_back_is_told_beside_it(stopped: Venue) -> None:
    a_day_later(stopped)
    stopped.books.change("accounts/613", Status="ARCHIVED")
    run = stopped.sync()
    told = {one.code for day in run.held for one in day.findings if one.severity == "error"}
    assert (run.state, run.counts["partly"], told) == ("problems", 3, {"xero.account_archived"})
    stopped.books.change("accounts/613", Status="ACTIVE")
    assert stopped.sync().state == "done"
    check_all_posted(stopped)
    left = [one for day in stopped.engine.days(LOCAL, "anchor") for one in day.findings if one.severity == "error"]
    assert left == []


def test_a_day_cap_stops_the_run_and_the_next_process_goes_on(stopped: Venue, all_plugins: PluginHost) -> None:
    a_day_later(stopped)
    clock, keys = stopped.engine.clock, stopped.engine.keys
    assert isinstance(clock, ShiftedClock)
    with open_engine(stopped.engine.database.place, all_plugins, stopped.ledger, clock=clock, keys=keys) as engine:
        venue = replace(stopped, engine=engine)
        run = venue.sync()
        assert (run.state, run.counts["documents"]) == ("done", 3)
        check_all_posted(venue)


def test_a_day_cap_stops_the_run_and_the_next_day_goes_on_in_the_same_process(stopped: Venue) -> None:
    a_day_later(stopped)
    run = stopped.sync()
    assert (run.state, run.counts.get("documents")) == ("done", 3)
    check_all_posted(stopped)


@pytest.mark.parametrize("numbering", ["builtin:ledger", "builtin:dated"])
def test_a_database_set_up_anew_posts_nothing_twice(ready: Ready, numbering: str) -> None:
    lost = ready(3, numbering=numbering)
    lost.sync()
    before = lost.books.documents()
    anew = ready(3, books=lost.books, numbering=numbering)
    preview = anew.engine.preview(LOCAL, "anchor", OCTOBER)
    assert len(preview.documents) + len(preview.held) <= 3
    run = anew.sync()
    assert (run.counts["documents"], run.counts["taken_over"], set(anew.states().values())) == (0, 3, {"posted"})
    assert anew.books.documents() == before
    days = [one.number for one in anew.engine.days(LOCAL, "anchor")]
    assert days == [one["InvoiceNumber"] for one in anew.books.invoices()]
    assert anew.engine.verify(LOCAL, "anchor").agrees


# --- Numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("numbering", ["builtin:ledger", "builtin:dated"])
def test_days_and_runs_show_the_number_that_the_ledger_holds(ready: Ready, numbering: str) -> None:
    venue = ready(2, numbering=numbering)
    run = venue.sync()
    held = [one["InvoiceNumber"] for one in venue.books.invoices()]
    assert [one.number for one in run.documents] == held
    assert [one.number for one in venue.engine.days(LOCAL, "anchor")] == held
    assert all(held)


def numbers(venue: Venue) -> list[str]:
    return [one["InvoiceNumber"] for one in venue.books.invoices()]


def test_each_close_of_a_day_has_its_own_number(ready: Ready, made_up: Month) -> None:
    venue = ready(0, numbering="builtin:dated", numbering_settings={"prefix": "BAR-"})
    venue.push([one for one in made_up.first if one["trading_day"] in ("2026-10-17", "2026-10-18")])
    venue.sync()
    assert numbers(venue) == ["BAR-26101700", "BAR-26101800", "BAR-26101801"]
    with venue.engine.database.read() as session:
        assert {row.state for row in session.exec(select(NumberRow))} == {"used"}


def test_a_number_that_stands_in_the_ledger_holds_the_day_and_is_never_replaced(ready: Ready, made_up: Month) -> None:
    venue = ready(1, numbering="builtin:dated")
    venue.sync()
    venue.books.change("invoices/S26100100", InvoiceNumber="S26100200")
    venue.push(made_up.first[1:2])
    run = venue.sync()
    assert run.counts["documents"] == 0
    assert "xero.number_taken" in {one.code for one in run.held[0].findings}
    assert numbers(venue) == ["S26100200"]
    venue.books.change("invoices/S26100200", InvoiceNumber="S26100100")
    assert venue.sync().counts["documents"] == 1
    assert numbers(venue) == ["S26100100", "S26100200"]


def test_two_integrations_of_one_organisation_and_prefix_never_share_a_number(
    ready: Ready, make_venue: MakeVenue, made_up: Month
) -> None:
    first = ready(1, numbering="builtin:dated")
    other = make_venue(beside=first, books=first.books, name="second", numbering="builtin:dated")
    site = made_up.first[0]["site"] | {"id": "9001", "name": "The Other Hotel"}
    bring_catalogue(other, replace(made_up, catalogue=made_up.catalogue | {"site": site}))
    other.map_all()
    assert other.push([made_up.first[0] | {"site": site}]).accepted
    first.sync()
    other.sync()
    assert sorted(numbers(first)) == ["S26100100", "S26100101"]


# --- What is kept --------------------------------------------------------------------------------------------


def test_runs_tell_who_asked_for_what_and_what_it_came_to(ready: Ready, made_up: Month) -> None:
    venue = ready(2)
    ann = Principal(owner="local", name="Ann")
    venue.engine.sync(ann, "anchor", OCTOBER, confirm=agree, pull=False)
    venue.sync(trigger="schedule")
    newest, first = venue.engine.runs(LOCAL)
    assert (first.principal, first.trigger, first.period) == ("Ann", "manual", "2026-10-01 to 2026-10-31")
    assert (first.state, first.counts["documents"], first.counts["operations"]) == ("done", 2, 15)
    assert (newest.trigger, newest.counts["documents"]) == ("schedule", 0)
    assert first.ended_at is not None
    assert first.started_at <= first.ended_at <= newest.started_at
    assert [one.id for one in venue.engine.runs(LOCAL, "anchor", 1)] == [newest.id]
    documents = [(one.business_date, one.number, one.total) for one in venue.engine.verify(LOCAL, "anchor").checked]
    assert len(documents) == 2


def test_everything_that_was_done_stands_in_the_audit_trail(ready: Ready) -> None:
    venue = ready(1)
    venue.sync()
    venue.engine.revoke_token(LOCAL, "anchor")
    with venue.engine.database.read() as session:
        events = session.exec(select(AuditEvent).order_by(AuditEvent.id)).all()  # type: ignore[arg-type]
    assert {one.owner for one in events} == {"local"}
    id_ = venue.engine.integration(LOCAL, "anchor").id
    assert {one.integration_id for one in events} <= {id_, ""}
    actions = [one.action for one in events if one.action != "mapping.decided"]
    assert actions[:2] == ["integration.provisioned", "token.created"]
    assert actions[-5:-2] == ["records.push", "run.requested", "history.confirmed"]
    assert actions[-2:] == ["run.ended", "token.revoked"]
    ended = next(one for one in events if one.action == "run.ended")
    assert ended.request_id == venue.engine.runs(LOCAL)[0].id
    assert ended.details["documents"] == 1


def test_no_secret_stands_readable_anywhere_in_the_database(
    ready: Ready, ledger_sandbox: Ledger, tmp_path: Path
) -> None:
    venue = ready(1)
    venue.sync()
    venue.books.change("disconnect")
    venue.sync()
    secrets = {venue.token, ledger_sandbox.sandbox.ready()["installation"]["client_secret"]}
    for access, refresh in ledger_sandbox.sandbox.world.store.rows("select access, refresh from tokens"):
        secrets |= {access, refresh}
    assert len(secrets) >= 4
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*.db*") if path.is_file())
    assert b"The Anchor Hotel" in content
    assert [one for one in secrets if one and one.encode() in content] == []


def test_two_runs_at_once_post_each_day_once(ready: Ready) -> None:
    venue = ready(3)
    with while_payments_are_on_their_way(venue) as runs:
        second = threading.Thread(target=lambda: runs.append(venue.sync(confirm=None)))
        second.start()
    second.join(120)
    assert sorted(one.counts.get("documents", 0) for one in runs) == [0, 3]
    assert (len(venue.books.invoices()), len(venue.books.payments())) == (3, 18)
