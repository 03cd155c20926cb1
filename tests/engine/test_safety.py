"""Nothing is posted twice or unasked when the world around the engine goes wrong."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select
from tests.engine.conftest import Ready, bring_catalogue, dearer
from tests.support.chain import OCTOBER, TARGET, Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month

from takings.errors import Overtaken
from takings.plugin import Call, Operation
from takings.store.journal import CallRow, OperationRow, UnitRow
from takings.store.states import OperationState
from takings.sync.calls import mark_calling
from takings.sync.joint import open_target
from takings.sync.operations import load_operations
from takings.views import LOCAL


class Interfering(httpx.BaseTransport):
    """Lets calls through, and does something with the first write to a resource."""

    def __init__(self, resource: str, answer: Any) -> None:
        self._inner, self._resource, self._answer = httpx.HTTPTransport(), resource, answer
        self.struck = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        reply = None
        if request.method == "PUT" and request.url.path.endswith(self._resource) and not self.struck:
            self.struck += 1
            reply = self._answer(self._inner, request)
        return reply or self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def keys_of(venue: Venue) -> list[str]:
    return [str(one["Reference"]) for one in venue.books.invoices()]


def copy_database(venue: Venue, to: Path) -> None:
    with sqlite3.connect(venue.engine.database.place) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()


def put_back(venue: Venue, copy: Path) -> None:
    place = Path(venue.engine.database.place)
    venue.engine.database.close()
    for leftover in (place.with_name(place.name + "-wal"), place.with_name(place.name + "-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copy(copy, place)


def test_a_database_put_back_from_a_copy_posts_nothing_twice(
    ready: Ready, made_up: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venue = ready(3)
    closed = httpx.Response(503, text="The Organisation is offline")
    transport = Interfering("/Invoices", lambda inner, request: closed)
    monkeypatch.setattr(venue.engine._pool, "_transport", transport)  # intents are written, nothing is accepted
    monkeypatch.setattr(venue.engine._pool, "_client", None)
    assert venue.sync().state == "failed"
    assert transport.struck == 1
    copy_database(venue, tmp_path / "copy.db")
    assert venue.sync().state == "done"
    assert len(keys_of(venue)) == 3
    put_back(venue, tmp_path / "copy.db")
    assert venue.sync().state == "done"
    assert sorted(keys_of(venue)) == sorted(set(keys_of(venue)))
    assert len(keys_of(venue)) == 3
    assert venue.engine.verify(LOCAL, "anchor").agrees
    transport.close()


def test_a_copy_of_a_day_posted_in_part_finds_what_it_was_posted_anew_with(
    ready: Ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venue = ready(1)
    transport = Interfering(
        "/Payments", lambda inner, request: httpx.Response(503, text="The Organisation is offline")
    )
    monkeypatch.setattr(venue.engine._pool, "_transport", transport)
    monkeypatch.setattr(venue.engine._pool, "_client", None)
    assert venue.sync().state == "failed"
    copy_database(venue, tmp_path / "copy.db")
    assert venue.sync().state == "done"
    venue.engine.decide(LOCAL, "anchor", [date(2026, 10, 1)], decision="repost")
    assert venue.sync().state == "done"
    balances, keys = venue.books.balances(), keys_of(venue)
    put_back(venue, tmp_path / "copy.db")
    for _ in range(2):
        run = venue.sync()
        assert {one.code for day in run.held for one in day.findings} == {"ledger.posted_anew"}
    assert venue.engine.undo(LOCAL, "anchor", days=[date(2026, 10, 1)], confirm=1).state == "done"
    venue.engine.decide(LOCAL, "anchor", [date(2026, 10, 1)], decision="repost")
    assert venue.sync().state == "done"
    assert (list(venue.states().values()), venue.books.balances(), keys_of(venue)) == (["posted"], balances, keys)
    assert venue.engine.verify(LOCAL, "anchor").agrees
    transport.close()


def test_a_gateways_503_after_the_call_was_carried_out_posts_nothing_twice(
    ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    def carried_out(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        inner.handle_request(request).read()
        return httpx.Response(503, text="upstream connect error or disconnect/reset before headers")

    venue = ready(3)
    transport = Interfering("/Invoices", carried_out)
    monkeypatch.setattr(venue.engine._pool, "_transport", transport)
    monkeypatch.setattr(venue.engine._pool, "_client", None)
    venue.sync()
    venue.sync()
    assert transport.struck == 1
    assert len(keys_of(venue)) == len(set(keys_of(venue))) == 3
    assert venue.engine.verify(LOCAL, "anchor").agrees
    transport.close()


def test_a_run_that_was_overtaken_stops_before_its_next_call(ready: Ready) -> None:
    venue = ready(1)
    venue.sync()
    with venue.engine.database.read() as session:
        organisation = session.exec(select(UnitRow.organisation)).one()
        done = load_operations(session, organisation, state=OperationState.DONE)
    with pytest.raises(Overtaken), venue.engine.database.write() as session:
        mark_calling(session, done[:1], 1)
    with venue.engine.database.read() as session:
        assert set(session.exec(select(OperationRow.state))) == {"done"}


def test_a_clock_set_back_never_sends_under_a_key_that_may_be_dead(ready: Ready) -> None:
    venue = ready(1)
    venue.sync()
    clock: Any = venue.engine.clock
    with venue.engine.database.write() as session:
        call = session.exec(select(CallRow).where(CallRow.kind == "invoice")).one()
        operation = session.exec(select(OperationRow).where(OperationRow.kind == "invoice")).one()
        call.state, operation.state, operation.receipt = "open", "calling", {}
        call.first_sent_at = clock.now() + timedelta(minutes=15)
        session.add(call)
        session.add(operation)
    writes = venue.ledger.writes()
    venue.sync()
    clock.advance(timedelta(minutes=2))
    assert venue.sync().state == "done"
    assert venue.ledger.writes() == writes
    assert len(keys_of(venue)) == 1
    with venue.engine.database.read() as session:
        assert session.exec(select(CallRow.state).where(CallRow.kind == "invoice")).one() == "settled"


def test_two_integrations_of_one_venue_hold_what_the_other_posts(
    ready: Ready, make_venue: MakeVenue, made_up: Month
) -> None:
    first = ready(2)
    first.sync()
    other = make_venue(beside=first, books=first.books, name="second")
    bring_catalogue(other, made_up)
    other.map_all()
    other.push(made_up.first[:3])
    run = other.sync()
    assert [one.findings[0].code for one in run.held] == ["unit.posted_elsewhere"] * 2
    assert run.counts["documents"] == 1
    assert len(keys_of(first)) == 3


def test_what_one_integration_took_back_another_one_posts(
    ready: Ready, make_venue: MakeVenue, made_up: Month
) -> None:
    first = ready(2)
    first.sync()
    other = make_venue(beside=first, books=first.books, name="second")
    bring_catalogue(other, made_up)
    other.map_all()
    other.push(made_up.first[:2])
    first.engine.undo(LOCAL, "anchor", OCTOBER, confirm=2)
    first.engine.pause(LOCAL, "anchor", "moved")
    assert len(other.engine.preview(LOCAL, "second", OCTOBER).documents) == 2
    assert (other.sync().state, set(other.states().values())) == ("done", {"posted"})
    assert [one.split("/")[-2] for one in keys_of(other)] == ["g2", "g2"]
    first.engine.resume(LOCAL, "anchor")
    first.engine.decide(LOCAL, "anchor", [OCTOBER.first], decision="repost")
    assert [one.findings[0].code for one in first.sync().held] == ["unit.posted_elsewhere"]
    assert len(keys_of(other)) == 2


def test_what_one_integration_took_back_by_an_opposite_document_another_one_posts(
    ready: Ready, make_venue: MakeVenue, made_up: Month
) -> None:
    first = ready(1)
    empty = first.books.balances()
    first.sync()
    posted = first.books.balances()
    first.books.change(PeriodLockDate="2026-10-31")
    first.engine.undo(LOCAL, "anchor", days=[OCTOBER.first], confirm=1)
    first.books.change(PeriodLockDate="2026-09-30")
    assert len(first.books.credit_notes()) == 1, "both stand"
    assert first.books.balances() == empty
    other = make_venue(beside=first, books=first.books, name="second")
    bring_catalogue(other, made_up)
    other.map_all()
    other.push(made_up.first[:1])
    other.sync()
    assert other.states() == {"2026-10-01/1": "posted"}
    assert other.books.balances() == posted


def lose_database(venue: Venue, make_venue: MakeVenue, month: Month) -> Venue:
    """The same venue in a database of its own, as after a loss."""
    again = make_venue(books=venue.books)
    bring_catalogue(again, month)
    again.map_all()
    return again


def test_a_payment_that_somebody_deleted_is_not_posted_again_unasked(
    ready: Ready, make_venue: MakeVenue, made_up: Month
) -> None:
    venue = ready(1)
    venue.sync()
    payment = venue.books.payments()[0]
    venue.books.change(f"payments/{payment['PaymentID']}", status="DELETED")
    again = lose_database(venue, make_venue, made_up)
    again.push(made_up.first[:1])
    for _ in range(3):
        run = again.sync()
        assert run.state == "problems"
        assert "ledger.voided" in {finding.code for day in run.held for finding in day.findings}
        assert len(venue.books.payments()) == 5


def test_a_document_that_somebody_voided_is_posted_anew_by_decision(
    ready: Ready, make_venue: MakeVenue, made_up: Month
) -> None:
    venue = ready(1)
    venue.sync()
    balances = venue.books.balances()
    for payment in venue.books.payments():
        venue.books.change(f"payments/{payment['PaymentID']}", status="DELETED")
    (invoice,) = venue.books.invoices()
    venue.books.change(f"invoices/{invoice['InvoiceID']}", Status="VOIDED")
    again = lose_database(venue, make_venue, made_up)
    again.push(made_up.first[:1])
    day = date(2026, 10, 1)
    run = again.sync()
    assert {one.code for held in run.held for one in held.findings} == {"ledger.voided"}
    assert "repost" in again.engine.difference(LOCAL, "anchor", day).allowed
    again.engine.decide(LOCAL, "anchor", [day], decision="repost")
    assert again.sync().state == "done"
    assert [key.split("/")[3] for key in keys_of(again)] == ["g2"]
    assert venue.books.balances() == balances


def test_a_half_posted_day_with_a_payment_that_somebody_deleted_is_posted_anew_by_decision(
    ready: Ready, make_venue: MakeVenue, made_up: Month
) -> None:
    venue = ready(1)
    venue.sync()
    balances = venue.books.balances()
    venue.books.change(f"payments/{venue.books.payments()[0]['PaymentID']}", status="DELETED")
    again = lose_database(venue, make_venue, made_up)
    again.push(made_up.first[:1])
    again.sync()
    again.engine.decide(LOCAL, "anchor", [date(2026, 10, 1)], decision="repost")
    assert again.sync().state == "done"
    assert (venue.books.balances(), list(again.states().values())) == (balances, ["posted"])


def test_a_day_that_was_amended_while_the_database_was_lost_is_held(
    ready: Ready, make_venue: MakeVenue, made_up: Month
) -> None:
    venue = ready(1)
    venue.sync()
    again = lose_database(venue, make_venue, made_up)
    again.push([dearer(made_up.first[0], revision=2)])
    run = again.sync()
    assert "ledger.stands_otherwise" in {finding.code for finding in run.held[0].findings}
    assert (run.counts["documents"], len(keys_of(venue))) == (0, 1)


def test_verify_finds_a_document_that_stands_twice(ready: Ready) -> None:
    venue = ready(1)
    venue.sync()
    document = venue.books.invoices()[0]
    target = opened_target(venue)
    row = Operation(
        key=document["Reference"],
        kind="invoice",
        payload={
            "Type": "ACCREC",
            "Status": "AUTHORISED",
            "Contact": {"ContactID": document["Contact"]["ContactID"]},
            "Date": "2026-10-01",
            "DueDate": "2026-10-01",
            "LineAmountTypes": "Inclusive",
            "Reference": document["Reference"],
            "LineItems": [{"Description": "copy", "LineAmount": "1.00", "AccountCode": "200", "TaxType": "OUTPUT"}],
        },
    )
    body = target.prepare("invoice", [row])
    target.execute(Call(key="copy", kind="invoice", operations=(row,), body=body))
    found = venue.engine.verify(LOCAL, "anchor")
    assert not found.agrees
    assert [one.code for one in found.differences] == ["verify.doubled"]


def opened_target(venue: Venue) -> Any:
    with venue.engine.database.read() as session:
        joint = venue.engine._joint(session, LOCAL, "anchor")
    assert joint.integration.target_component == TARGET
    return open_target(venue.engine._services, joint)
