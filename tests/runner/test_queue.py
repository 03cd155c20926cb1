"""Runs in the queue: taken once, one of an organisation at a time, taken over from a worker that died."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.runner.conftest import START, World, in_threads

from takings.domain.period import Period
from takings.errors import NotFound, PostingDisabled, UsageError
from takings.runner.port import Stopped
from takings.store.tables import Run
from takings.views import LOCAL, Principal

ROOT = Path(__file__).resolve().parents[2]
WEEK = Period(date(2026, 8, 25), date(2026, 8, 31))


def test_a_run_that_was_asked_for_is_done_by_a_worker(either: World):
    either.add()
    asked = either.engine.request_run(LOCAL, "anchor", period=WEEK)
    assert (asked.state, asked.kind, asked.trigger, asked.position) == ("queued", "sync", "manual", 1)
    assert asked.period == "2026-08-25 to 2026-08-31"
    assert either.engine.execute_run(asked.id)
    done = either.engine.run(LOCAL, asked.id)
    assert (done.state, done.position, done.counts["documents"]) == ("done", 0, 7)
    assert set(either.posted().values()) == {1}
    assert [one.id for one in either.runs()] == [asked.id]


def test_a_run_that_has_ended_is_left_alone(either: World):
    either.add()
    asked = either.engine.request_run(LOCAL, "anchor")
    either.engine.execute_run(asked.id)
    before, reads = either.engine.run(LOCAL, asked.id), len(either.till.asked)
    assert either.engine.execute_run(asked.id)
    assert (either.engine.run(LOCAL, asked.id), len(either.till.asked)) == (before, reads)


def test_of_many_workers_one_gets_a_run(either: World):
    either.add()
    asked = either.engine.request_run(LOCAL, "anchor")
    in_threads(6, lambda: either.engine.execute_run(asked.id))
    assert len(either.till.asked) == 1
    assert either.engine.run(LOCAL, asked.id).state == "done"


def test_asking_twice_for_the_same_is_asking_once(world: World):
    world.add()
    first = world.engine.request_run(LOCAL, "anchor", period=WEEK)
    assert world.engine.request_run(LOCAL, "anchor", period=WEEK).id == first.id
    assert world.engine.request_run(LOCAL, "anchor").id != first.id
    assert world.engine.request_run(LOCAL, "anchor", kind="fetch", period=WEEK).id != first.id


def test_of_an_organisation_one_run_is_begun_at_a_time(world: World):
    world.add("one")
    world.add("two")
    asked = [world.engine.request_run(LOCAL, "one")]
    world.clock.advance(timedelta(seconds=1))
    asked.append(world.engine.request_run(LOCAL, "two"))
    assert world.engine.waiting_runs() == [asked[0].id]
    refused: list[bool] = []
    world.till.on_read = lambda: refused.append(world.engine.execute_run(asked[1].id)) if not refused else None
    assert world.engine.execute_run(asked[0].id)
    assert refused == [False]
    assert world.engine.waiting_runs() == [asked[1].id]


def test_what_a_person_asks_for_goes_before_what_is_due(world: World):
    world.add()
    scheduled = world.engine.request_run(LOCAL, "anchor", trigger="schedule")
    world.clock.advance(timedelta(minutes=5))
    by_hand = world.engine.request_run(LOCAL, "anchor")
    assert world.engine.run(LOCAL, scheduled.id).position == 2
    assert world.engine.run(LOCAL, by_hand.id).position == 1
    assert world.engine.waiting_runs() == [by_hand.id]


def test_the_run_of_a_dead_worker_is_taken_over_and_posts_nothing_twice(either: World):
    either.add()
    asked = either.engine.request_run(LOCAL, "anchor", period=WEEK)
    either.engine.execute_run(asked.id)
    # As its row is when a worker is killed after it has posted and before it has said so.
    either.change_run(asked.id, state="running", worker="gone", seen_at=either.clock.now(), ended_at=None)
    assert either.engine.waiting_runs() == []
    either.engine.execute_run(asked.id)
    assert either.engine.run(LOCAL, asked.id).state == "running"
    either.clock.advance(timedelta(seconds=61))
    assert either.engine.waiting_runs() == [asked.id]
    assert either.engine.execute_run(asked.id)
    assert either.engine.run(LOCAL, asked.id).state == "done"
    assert list(either.posted().values()) == [1] * 7


def test_a_worker_that_is_killed_for_real_leaves_its_run_and_its_lock(either: World, address: str):
    either.add()
    asked = either.engine.request_run(LOCAL, "anchor", period=WEEK)
    arguments = [sys.executable, "-m", "tests.runner.dying", address, asked.id, either.clock.now().isoformat()]
    killed = subprocess.run(arguments, cwd=ROOT, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert either.engine.run(LOCAL, asked.id).state == "running"
    either.clock.advance(timedelta(seconds=61))
    assert either.engine.waiting_runs() == [asked.id]
    assert either.engine.execute_run(asked.id)
    assert either.engine.run(LOCAL, asked.id).state == "done"
    assert list(either.posted().values()) == [1] * 7


def test_a_run_at_which_workers_die_again_and_again_is_given_up(world: World):
    world.add()
    asked = world.engine.request_run(LOCAL, "anchor")
    order = {"period": None, "confirm": None, "attempts": 3}
    world.change_run(asked.id, state="running", worker="gone", seen_at=START - timedelta(hours=1), order=order)
    world.engine.execute_run(asked.id)
    ended = world.engine.run(LOCAL, asked.id)
    assert (ended.state, [one.code for one in ended.findings]) == ("failed", ["run.worker_died"])
    assert world.till.asked == []


def test_a_run_whose_worker_lost_it_does_not_write_over_the_other_ones(world: World):
    world.add()
    asked = world.engine.request_run(LOCAL, "anchor")
    world.till.on_read = lambda: world.change_run(asked.id, worker="another")
    world.engine.execute_run(asked.id)
    assert world.engine.run(LOCAL, asked.id).state == "running"


def test_a_run_that_is_stopped_waits_again_and_goes_on(world: World):
    world.add()
    asked = world.engine.request_run(LOCAL, "anchor", period=WEEK)

    class Stopping:
        done: list[str] = []  # noqa: RUF012

        def step(self, name, work):
            if name == "plan":
                raise Stopped(name)
            self.done.append(name)
            return work()

    world.engine.execute_run(asked.id, Stopping())
    assert Stopping.done == ["pull", "settle", "take_back"]
    waiting = world.engine.run(LOCAL, asked.id)
    assert (waiting.state, waiting.position, waiting.ended_at) == ("queued", 1, None)
    world.run_all()
    assert world.engine.run(LOCAL, asked.id).state == "done"
    assert list(world.posted().values()) == [1] * 7


def test_steps_that_are_remembered_are_not_repeated_and_count_all_the_same(world: World):
    """What a durable runner does: a run dies after a phase, and another process replays what was remembered."""
    world.add()
    kept: dict[str, object] = {}

    class Remembering:
        def __init__(self, until: str = "") -> None:
            self.until = until

        def step(self, name, work):
            if name == self.until:
                raise Stopped(name)
            if name not in kept:
                kept[name] = work()
            return kept[name]

    asked = world.engine.request_run(LOCAL, "anchor", period=WEEK)
    for until in ("settle", "take_back", "plan", "send", "count", ""):
        world.engine.execute_run(asked.id, Remembering(until))
    ended = world.engine.run(LOCAL, asked.id)
    assert len(world.till.asked) == 1
    assert (ended.state, ended.counts["received"], ended.counts["documents"]) == ("done", 7, 7)
    assert list(world.posted().values()) == [1] * 7
    assert list(kept) == ["pull", "settle", "take_back", "plan", "send", "count"]


# --- Taking back, refusing -----------------------------------------------------------------------------------


def test_a_run_can_be_taken_back_until_it_begins(world: World):
    world.add()
    asked = world.engine.request_run(LOCAL, "anchor")
    assert world.engine.cancel_run(LOCAL, asked.id).state == "cancelled"
    with pytest.raises(UsageError, match="is not waiting any more; it is cancelled"):
        world.engine.cancel_run(LOCAL, asked.id)
    world.engine.execute_run(asked.id)
    assert world.till.asked == []
    assert world.engine.integration(LOCAL, "anchor").last_run is None


def test_nobody_sees_or_cancels_another_owners_run(world: World):
    world.add()
    asked = world.engine.request_run(LOCAL, "anchor")
    for act in (world.engine.run, world.engine.cancel_run):
        with pytest.raises(NotFound, match="There is no run"):
            act(Principal(owner="stranger"), asked.id)


def test_a_paused_integration_is_refused_at_once_and_in_the_queue(world: World):
    world.add()
    asked = world.engine.request_run(LOCAL, "anchor")
    world.engine.pause(LOCAL, "anchor", "Stocktake.")
    with pytest.raises(PostingDisabled, match=r"anchor is paused and posts nothing\. Stocktake\."):
        world.engine.request_run(LOCAL, "anchor")
    world.engine.execute_run(asked.id)
    ended = world.engine.run(LOCAL, asked.id)
    assert (ended.state, [one.code for one in ended.findings]) == ("cancelled", ["run.posting_disabled"])
    assert world.posted() == {}


def test_without_a_ledger_days_are_fetched_and_none_are_posted(world: World):
    world.engine.provision(LOCAL, name="anchor", source="fake:till", target="fake:ledger")
    with pytest.raises(PostingDisabled, match="not connected to a ledger"):
        world.engine.request_run(LOCAL, "anchor")
    asked = world.engine.request_run(LOCAL, "anchor", kind="fetch", period=WEEK)
    world.engine.execute_run(asked.id)
    ended = world.engine.run(LOCAL, asked.id)
    assert (ended.kind, ended.state, ended.counts) == ("fetch", "done", {"received": 7, "new": 7})
    assert len(world.engine.days(LOCAL, "anchor")) == 7


def test_fetching_stores_and_posts_nothing(world: World):
    world.add()
    run = world.engine.fetch(LOCAL, "anchor", WEEK)
    assert (run.kind, run.state, run.counts) == ("fetch", "done", {"received": 7, "new": 7})
    assert {one.state for one in world.engine.days(LOCAL, "anchor")} == {"pending"}
    assert world.posted() == {}


def test_a_preview_in_the_queue_counts_what_a_sync_would_post(world: World):
    world.add()
    asked = world.engine.request_run(LOCAL, "anchor", kind="preview", period=WEEK)
    world.engine.execute_run(asked.id)
    with world.engine.database.read() as session:
        kept = session.get_one(Run, asked.id).survey
    assert kept is not None
    assert (kept["documents"], kept["total"], kept["held"], kept["organisation"]) == (7, "770.00", 0, "Fake books")
    assert world.posted() == {}


# --- The past ------------------------------------------------------------------------------------------------


def test_days_of_the_past_wait_in_a_queued_run_that_nobody_confirmed(world: World):
    world.add(start=date(2026, 8, 30))
    asked = world.engine.request_run(LOCAL, "anchor", period=WEEK)
    world.engine.execute_run(asked.id)
    ended = world.engine.run(LOCAL, asked.id)
    assert [one.code for one in ended.findings] == ["run.waits_for_confirmation"]
    assert len(world.posted()) == 2


@pytest.mark.parametrize(("confirm", "state", "documents"), [(7, "done", 7), (6, "problems", 0)])
def test_days_of_the_past_are_posted_if_they_are_as_many_as_confirmed(
    world: World, confirm: int, state: str, documents: int
):
    world.add(start=date(2026, 9, 1))
    asked = world.engine.request_run(LOCAL, "anchor", period=WEEK, confirm=confirm)
    world.engine.execute_run(asked.id)
    ended = world.engine.run(LOCAL, asked.id)
    assert (ended.state, len(world.posted())) == (state, documents)
    assert bool(ended.findings) is (state == "problems")


# --- What goes wrong -----------------------------------------------------------------------------------------


def test_a_fault_ends_the_run_and_not_the_worker(world: World, caplog: pytest.LogCaptureFixture):
    world.add()
    asked = world.engine.request_run(LOCAL, "anchor")
    world.engine.plugins.guard = None  # type: ignore[assignment,method-assign]
    assert world.engine.execute_run(asked.id)
    ended = world.engine.run(LOCAL, asked.id)
    assert (ended.state, [one.code for one in ended.findings]) == ("failed", ["run.fault"])
    assert "failed" in caplog.text


def test_progress_is_kept_at_most_once_a_second(world: World):
    world.add()
    asked = world.engine.request_run(LOCAL, "anchor")
    seen = []

    def look() -> None:
        view = world.engine.run(LOCAL, asked.id)
        seen.append((view.state, view.progress))

    world.till.on_read = look
    world.engine.execute_run(asked.id)
    assert seen == [("running", None)]
    with world.engine.database.read() as session:
        row = session.get_one(Run, asked.id)
        assert (row.progress, row.seen_at) == ({}, world.clock.now())
