"""Calls that the ledger answers with an error: what was not accepted is sent again or held, and never twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.faults.world import Bench, World
from tests.support.sync_starter import SyncProcess
from tests.support.takings_of import Takings, takings_of

PASSING: dict[str, dict[str, Any]] = {
    "429": {"do": "status", "status": 429, "retry_after": 1},
    "503": {"do": "status", "status": 503, "retry_after": 1},
    "500": {"do": "status", "status": 500},
    "delay": {"do": "delay", "ms": 300},
}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("500", "payment"),
        pytest.param("429", "payment", marks=pytest.mark.soak),
        pytest.param("503", "invoice", marks=pytest.mark.soak),
        pytest.param("500", "invoice", marks=pytest.mark.soak),
        pytest.param("delay", "payment", marks=pytest.mark.soak),
    ],
)
def test_a_passing_error_in_the_middle_of_the_batches_posts_nothing_twice(
    bench: Bench, error: str, kind: str
) -> None:
    world = bench.world(takings_of(60))
    fault = dict(PASSING[error])
    ident = world.fault(fault.pop("do"), kind, nth=2, **fault)
    if world.sync().state != "done":
        world.sync_to_the_end()
    assert world.ledger.used(ident) == 1
    world.assert_exactly_once()


@pytest.mark.soak
@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_error_to_the_contacts_creation_posts_nothing_twice(bench: Bench, status: int) -> None:
    world = bench.world(takings_of(2))
    world.fault("status", "contact", status=status, retry_after=1)
    if world.sync().state != "done":
        world.sync_to_the_end()
    world.assert_exactly_once()


def test_a_refused_contact_is_told_and_created_by_a_later_sync(bench: Bench) -> None:
    world = bench.world(takings_of(2))
    world.fault("status", "contact", status=400)
    run = world.sync()
    assert run.state != "done"
    assert world.standing("invoice") == 0
    world.sync_to_the_end()
    world.assert_exactly_once()


@pytest.mark.parametrize("numbering", ["builtin:dated", "builtin:ledger"])
def test_a_refused_invoice_holds_its_day_while_the_others_stand(bench: Bench, numbering: str) -> None:
    world = bench.world(takings_of(4), numbering=numbering)
    process = lock_first_day_meanwhile(world)
    assert process.finish()["state"] == "problems"
    world.assert_ledger_holds(without_first(world.takings))
    run = world.sync()
    assert [day.business_date for day in run.held] == [world.takings.first]
    world.assert_ledger_holds(without_first(world.takings))
    world.ledger.lock_through(world.tenant, None)
    world.sync_to_the_end()
    world.assert_exactly_once()


def test_a_refused_invoice_and_a_kill_leave_each_document_once(bench: Bench) -> None:
    world = bench.world(takings_of(4))
    lock_first_day_meanwhile(world, trip={"resource": "Invoices", "when": "read"}).wait_killed()
    world.sync()
    world.assert_ledger_holds(without_first(world.takings))
    world.ledger.lock_through(world.tenant, None)
    world.sync_to_the_end()
    world.assert_exactly_once()


@pytest.mark.parametrize("killed", [False, True], ids=["no kill", "killed"])
@pytest.mark.parametrize("per_payment", [True, False], ids=["verdicts", "summarised"])
def test_refused_payments_leave_the_others_of_their_call_standing(
    bench: Bench, per_payment: bool, killed: bool
) -> None:
    world = bench.world(takings_of(3))
    account = world.accounts["payment_methods", "AMEX"]
    bench.ledger.switch(payments_per_element=per_payment)
    try:
        world.fault("hold_before_commit", "payment")
        process = world.start(**({"trip": {"resource": "Payments", "when": "read"}} if killed else {}))
        bench.ledger.held()
        bench.ledger.change(world.tenant, "accounts", account, {"Status": "ARCHIVED"})
        bench.ledger.release()
        if killed:
            process.wait_killed()
        elif process.finish():
            assert world.standing("payment") == 6
        assert world.sync().state == "problems"
        assert world.standing("payment") <= 6
        bench.ledger.change(world.tenant, "accounts", account, {"Status": "ACTIVE"})
        world.sync_to_the_end()
    finally:
        bench.ledger.switch(payments_per_element=True)
    world.assert_exactly_once()


def test_the_rest_of_a_held_day_is_kept_back(bench: Bench) -> None:
    """Its invoice stands when a payment's account is archived: what was planned before is not sent any more."""
    world = bench.world(takings_of(2))
    account = world.accounts["payment_methods", "AMEX"]
    world.start(trip={"resource": "Invoices", "when": "read"}).wait_killed()
    bench.ledger.change(world.tenant, "accounts", account, {"Status": "ARCHIVED"})
    run = world.sync()
    assert (run.state, len(run.held)) == ("problems", 2)
    assert world.standing("payment") == 0
    bench.ledger.change(world.tenant, "accounts", account, {"Status": "ACTIVE"})
    world.sync_to_the_end()
    world.assert_exactly_once()


def lock_first_day_meanwhile(world: World, **order: Any) -> SyncProcess:
    """Start a sync and lock the first day after its survey, so that the ledger refuses that day's invoice alone."""
    world.fault("hold_before_commit", "invoice")
    process = world.start(**order)
    world.ledger.held()
    world.ledger.lock_through(world.tenant, world.takings.first.isoformat())
    world.ledger.release()
    return process


def without_first(takings: Takings) -> Takings:
    """Return the takings of the later days."""
    return replace(takings, records=takings.records[1:])
