"""Two syncs that are started at the same instant, for one venue or for one organisation."""

from __future__ import annotations

import time

import pytest
from tests.faults.world import Bench
from tests.support.takings_of import takings_of


@pytest.mark.parametrize("days", [1, 30])
def test_two_syncs_at_once_post_everything_once(bench: Bench, days: int) -> None:
    world = bench.world(takings_of(days))
    start_at = time.time() + 0.2
    both = [world.start(start_at=start_at) for _ in range(2)]
    assert [process.finish()["state"] for process in both] == ["done", "done"]
    world.assert_exactly_once()


def test_two_syncs_at_once_finish_what_a_killed_one_left(bench: Bench) -> None:
    world = bench.world(takings_of(3))
    world.fault("commit_then_drop", "payment")
    world.start(trip={"resource": "Payments", "when": "lost"}).wait_killed()
    start_at = time.time() + 0.2
    both = [world.start(start_at=start_at) for _ in range(2)]
    assert [process.finish()["state"] for process in both] == ["done", "done"]
    world.assert_exactly_once()


def test_a_sync_waits_for_the_one_that_posts_and_takes_over_when_it_is_killed(bench: Bench) -> None:
    world = bench.world(takings_of(3))
    world.fault("hold_after_commit", "invoice")
    first = world.start()
    world.ledger.held()
    second = world.start()
    first.kill()
    assert second.finish()["state"] == "done"
    world.ledger.release()
    world.assert_exactly_once()


def test_a_killed_sync_leaves_its_organisation_to_be_synced_at_once(bench: Bench) -> None:
    world = bench.world(takings_of(2))
    world.fault("hold_before_commit", "contact")
    first = world.start()
    world.ledger.held()
    first.kill()
    begun = time.monotonic()
    world.sync_to_the_end()
    assert time.monotonic() - begun < 60
    world.ledger.release()
    world.await_late_commits()
    world.assert_exactly_once()
