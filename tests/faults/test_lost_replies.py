"""Replies that never come, without any crash: the same bytes go again under the same key, or the ledger is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.faults.test_kills import KEY_DEAD
from tests.faults.world import RESOURCES, Bench
from tests.support.takings_of import takings_of

from takings.connect.budget import LONGEST_WAIT
from takings.host import PluginHost
from takings.sync.calls import key_lives, may_look_up

DROPS = ("drop_before", "commit_then_drop", "drop_then_commit_later")


SOAKED = [
    pytest.param(drop, kind, marks=pytest.mark.soak)
    for drop in DROPS
    for kind in RESOURCES
    if (drop, kind) != ("drop_then_commit_later", "payment")
]


@pytest.mark.parametrize(("drop", "kind"), [("drop_then_commit_later", "payment"), *SOAKED])
def test_a_lost_reply_is_made_up_for_in_the_same_sync(bench: Bench, drop: str, kind: str) -> None:
    world = bench.world(takings_of(3))
    more = {"seconds": 0.2} if drop == "drop_then_commit_later" else {}
    ident = world.fault(drop, kind, **more)
    world.sync_to_the_end()
    assert world.ledger.used(ident) == 1
    world.await_late_commits()
    world.assert_exactly_once()


@pytest.mark.parametrize(("drop", "kind"), [("commit_then_drop", "payment"), ("drop_then_commit_later", "invoice")])
def test_a_sync_that_gets_no_reply_at_all_is_finished_by_the_next(bench: Bench, drop: str, kind: str) -> None:
    world = bench.world(takings_of(3))
    more = {"seconds": 0.2} if drop == "drop_then_commit_later" else {}
    ident = world.fault(drop, kind, times=3, **more)
    run = world.sync()
    assert (run.state, world.ledger.used(ident), world.open_calls()) == ("failed", 3, [kind])
    world.sync_to_the_end()
    world.await_late_commits()
    world.assert_exactly_once()


@pytest.mark.parametrize("kind", ["invoice", "payment"])
def test_an_error_after_a_lost_reply_proves_nothing(bench: Bench, kind: str) -> None:
    """The first sending is still under way while the second is answered 500: a look-up now would find nothing."""
    world = bench.world(takings_of(3))
    world.fault("drop_then_commit_later", kind, seconds=0.5)
    world.fault("status", kind, status=500)
    world.sync()
    world.await_late_commits()
    bench.pass_time(KEY_DEAD)
    world.sync_to_the_end()
    world.assert_exactly_once()


def test_an_error_to_the_next_sync_proves_nothing_either(bench: Bench) -> None:
    world = bench.world(takings_of(3))
    world.fault("drop_then_commit_later", "invoice", seconds=0.5)
    world.start(trip={"resource": "Invoices", "when": "lost"}).wait_killed()
    world.fault("status", "invoice", status=500)
    world.sync()
    world.await_late_commits()
    bench.pass_time(KEY_DEAD)
    world.sync_to_the_end()
    world.assert_exactly_once()


SOON, LATE = (200, 300), tuple(range(20, 420, 20))


@pytest.mark.parametrize(
    "age", [*SOON, *(pytest.param(age, marks=pytest.mark.soak) for age in LATE if age not in SOON)]
)
def test_a_call_sent_again_late_in_its_keys_life_is_not_looked_up_too_early(bench: Bench, age: int) -> None:
    """Whenever the same bytes went again last, a look-up comes only when they can't be on their way any more."""
    world = bench.world(takings_of(1))
    world.fault("drop_before", "invoice")
    world.start(trip={"resource": "Invoices", "when": "lost"}).wait_killed()
    bench.pass_time(age)
    world.fault("drop_then_commit_later", "invoice", seconds=0.5)
    world.sync()
    bench.pass_time(30)
    world.sync()
    world.await_late_commits()
    bench.pass_time(KEY_DEAD)
    world.sync_to_the_end()
    world.assert_exactly_once()


def test_a_call_is_not_sent_again_when_its_key_may_die_before_its_turn() -> None:
    life, sent = timedelta(minutes=6), datetime(2026, 10, 1, tzinfo=UTC)
    target = PluginHost.load().target("xero:accounting")
    assert target.idempotency_life == life
    ages = [timedelta(seconds=second) for second in range(600)]
    assert all(age + LONGEST_WAIT < life for age in ages if key_lives(target, sent, sent + age))
    last = max(age for age in ages if key_lives(target, sent, sent + age))
    assert all(age > last + LONGEST_WAIT for age in ages if may_look_up(target, sent, sent + age))
