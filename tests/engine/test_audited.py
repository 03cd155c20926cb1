"""Who decided and who started something stands in the audit trail, with what they saw and with the request or run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.engine.conftest import Ready, dearer
from tests.support.chain import OCTOBER, Venue, as_body
from tests.support.month import Month

from takings.domain.schedule import Every, Schedule
from takings.views import LOCAL, Principal
from takings.views.history import AuditView

ANN = Principal(owner=LOCAL.owner, name="ann", request_id="request-7")
FIRST = date(2026, 10, 1)


def events(venue: Venue, action: str = "") -> list[AuditView]:
    found = venue.engine.audit_trail(LOCAL, venue.name).events
    return [one for one in found if action in ("", one.action)]


def test_who_confirmed_history_is_kept_with_what_was_shown(ready: Ready, made_up: Month) -> None:
    venue = ready(3)
    run = venue.engine.sync(ANN, "anchor", OCTOBER, confirm=3, pull=False)
    (event,) = events(venue, "history.confirmed")
    assert (event.principal, event.request_id) == ("ann", run.id)
    expected = made_up.expect(made_up.first[:3])
    details = dict(event.details)
    assert Decimal(details.pop("total")) == expected.total
    assert details.pop("organisation").startswith("Venue ")
    assert details == {"count": 3, "currency": "AUD", "first": "2026-10-01", "last": "2026-10-03"}
    venue.engine.sync(ANN, "anchor", OCTOBER, pull=False)
    assert len(events(venue, "history.confirmed")) == 1


def test_who_took_a_document_back_is_kept_with_the_run(ready: Ready) -> None:
    venue = ready(1)
    venue.sync()
    run = venue.engine.undo(ANN, "anchor", days=[FIRST], confirm=1)
    (event,) = events(venue, "unit.undone")
    assert (event.principal, event.request_id) == ("ann", run.id)


def test_who_asked_for_a_run_is_kept_with_the_request_also_where_it_waits(ready: Ready) -> None:
    venue = ready(1)
    direct = venue.engine.sync(ANN, "anchor", OCTOBER, confirm=1, pull=False)
    queued = [
        venue.engine.request_run(ANN, "anchor", period=OCTOBER),
        venue.engine.request_undo(ANN, "anchor", days=[FIRST], confirm=1),
        venue.engine.request_payments(ANN, "anchor", confirm=1),
    ]
    asked = events(venue, "run.requested")[::-1]
    assert {(one.principal, one.request_id) for one in asked} == {("ann", "request-7")}
    told: list[tuple[Any, ...]] = [(one.details["run"], one.details["kind"]) for one in asked]
    assert told == [(direct.id, "sync"), *((one.id, one.kind) for one in queued)]


def test_what_is_decided_or_set_has_the_request_in_which_it_was(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    engine = venue.engine
    venue.push([dearer(made_up.first[0], revision=2)])
    engine.decide(ANN, "anchor", [FIRST], decision="leave", reason="A training sale")
    engine.set_late_changes(ANN, "anchor", "ask")
    engine.configure(ANN, "anchor", combining="week")
    engine.set_schedule(ANN, "anchor", Schedule(every=Every.DAY))
    engine.set_checks(ANN, "anchor", "daily")
    engine.set_pay_approved(ANN, "anchor", True)
    engine.set_alerts(ANN, "books@shop.example")
    engine.new_token(ANN, "anchor")
    engine.pause(ANN, "anchor", "Stocktake")
    engine.resume(ANN, "anchor")
    engine.cancel_run(ANN, engine.request_run(ANN, "anchor").id)
    engine.verify(ANN, "anchor")
    engine.import_file(ANN, "anchor", as_body([made_up.first[1]]), name="days.json")
    engine.disconnect(ANN, "anchor")
    made = [one for one in engine.audit_trail(LOCAL, limit=200).events if one.principal == "ann"]
    assert len(made) == 15
    assert {one.action: one.request_id for one in made} == {one.action: "request-7" for one in made}
