"""The runner of threads: everything once, one of an organisation at a time, nothing lost when it stops."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.runner.conftest import DAY, MakeWorld, World

from takings.domain.schedule import Every, Schedule
from takings.errors import DatabaseBusy
from takings.runner.inline import InlineRunner
from takings.runner.port import Runner, Steps, Stopped, Waiting
from takings.views import LOCAL, RunView

PATIENCE = 120
DAILY = Schedule(every=Every.DAY, timezone="Australia/Sydney")


class Queue:
    """Runs in memory, in place of a database's."""

    def __init__(self, *waiting: tuple[str, str]) -> None:
        self.waiting = [Waiting(*one) for one in waiting]
        self.begun: list[str] = []
        self.going: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.organisations = dict(waiting)
        self.work: Callable[[str, Steps], None] = lambda run_id, steps: None
        self.lock = threading.Lock()

    def look(self, limit: int, without: Collection[str]) -> list[Waiting]:
        with self.lock:
            return [one for one in self.waiting if one.organisation not in without][:limit]

    def execute(self, run_id: str, steps: Steps) -> bool:
        organisation = self.organisations.get(run_id, run_id)
        with self.lock:
            if run_id in self.begun:
                return True
            self.begun.append(run_id)
            self.waiting = [one for one in self.waiting if one.run_id != run_id]
            self.going[organisation] += 1
            self.most[organisation] = max(self.most[organisation], self.going[organisation])
        try:
            self.work(run_id, steps)
        finally:
            with self.lock:
                self.going[organisation] -= 1
        return True

    def beat(self, run_ids: list[str]) -> None:
        pass


@contextmanager
def started(queue: Queue, workers: int = 4) -> Iterator[InlineRunner]:
    runner = InlineRunner(execute=queue.execute, look=queue.look, beat=queue.beat, workers=workers)
    port: Runner = runner
    port.start()
    try:
        yield runner
    finally:
        port.stop(timedelta(seconds=PATIENCE))


def test_each_run_is_run_once_and_one_of_an_organisation_at_a_time():
    queue = Queue(*((f"run-{n}", f"organisation-{n % 5}") for n in range(60)))
    with started(queue) as runner:
        for one in queue.look(60, ()):
            runner.submit(one.run_id, one.organisation)
            runner.submit(one.run_id, one.organisation)
        runner.drain()
    assert sorted(queue.begun) == sorted(f"run-{n}" for n in range(60))
    assert set(queue.most.values()) == {1}


def test_what_others_put_into_the_queue_is_found():
    queue = Queue(("left behind", "one"), ("by another process", "two"))
    done = threading.Semaphore(0)
    queue.work = lambda run_id, steps: done.release()
    with started(queue):
        assert all(done.acquire(timeout=PATIENCE) for _ in range(2))
    assert set(queue.begun) == {"left behind", "by another process"}


def test_organisations_run_side_by_side():
    queue = Queue(("one", "a"), ("two", "b"))
    together = threading.Barrier(2)
    queue.work = lambda run_id, steps: together.wait(PATIENCE) and None
    with started(queue, workers=2) as runner:
        runner.drain()
    assert not together.broken


@pytest.mark.parametrize("problem", [ValueError("no such thing"), DatabaseBusy("here")])
def test_a_run_that_raises_ends_no_thread(problem: Exception, caplog: pytest.LogCaptureFixture):
    queue = Queue(("bad", "a"), ("good", "b"))

    def work(run_id: str, steps: Steps) -> None:
        if run_id == "bad":
            raise problem

    queue.work = work
    with started(queue, workers=1) as runner:
        runner.drain()
    assert set(queue.begun) == {"bad", "good"}
    assert "run bad could not be run" in caplog.text


def test_a_runner_that_stops_ends_after_the_phase_under_way():
    queue = Queue(("long", "a"))
    began, go_on = threading.Event(), threading.Event()
    phases: list[str] = []

    def work(run_id: str, steps: Steps) -> None:
        def pull() -> None:
            began.set()
            assert go_on.wait(PATIENCE)
            phases.append("pull")

        steps.step("pull", pull)
        with pytest.raises(Stopped):
            steps.step("settle", lambda: phases.append("settle"))

    queue.work = work
    with started(queue) as runner:
        assert began.wait(PATIENCE)
        stopping = threading.Thread(target=runner.stop, args=(timedelta(seconds=PATIENCE),))
        stopping.start()
        runner.submit("too late", "b")
        go_on.set()
        stopping.join(PATIENCE)
        assert not stopping.is_alive()
    assert phases == ["pull"]
    assert queue.begun == ["long"]


def test_a_runner_that_stops_waits_no_longer_than_its_grace():
    queue = Queue(("stuck", "a"))
    began, go_on = threading.Event(), threading.Event()

    def work(run_id: str, steps: Steps) -> None:
        began.set()
        go_on.wait(PATIENCE)

    queue.work = work
    with started(queue) as runner:
        assert began.wait(PATIENCE)
        runner.stop(timedelta(0))
        assert not go_on.is_set()
        go_on.set()


# --- With an engine ------------------------------------------------------------------------------------------


class Ended:
    """Waits for runs to end."""

    def __init__(self) -> None:
        self.views: list[RunView] = []
        self._more = threading.Semaphore(0)

    def __call__(self, view: RunView) -> None:
        self.views.append(view)
        self._more.release()

    def wait(self, count: int = 1) -> None:
        for _ in range(count):
            assert self._more.acquire(timeout=PATIENCE)


def test_a_worker_runs_what_becomes_due_and_what_is_asked_for(either: World):
    id_ = either.add("anchor", DAILY)
    ended = Ended()
    with either.engine.running(workers=2, told=ended):
        either.clock.advance(DAY)
        ended.wait()
        asked = either.engine.request_run(LOCAL, id_)
        ended.wait()
    assert [one.trigger for one in ended.views] == ["schedule", "manual"]
    assert ended.views[1].id == asked.id
    assert {one.state for one in ended.views} == {"done"}
    assert list(either.posted().values()) == [1] * 7


def test_a_worker_picks_up_what_an_earlier_process_left(either: World):
    either.add()
    left = either.engine.request_run(LOCAL, "anchor")
    killed = either.engine.request_run(LOCAL, "anchor", kind="fetch")
    long_ago = either.clock.now() - timedelta(minutes=5)
    either.change_run(killed.id, state="running", worker="killed", seen_at=long_ago)
    ended = Ended()
    with either.engine.running(told=ended):
        ended.wait(2)
    assert {one.id for one in ended.views} == {left.id, killed.id}
    assert {one.state for one in ended.views} == {"done"}


def test_two_workers_share_a_queue_and_post_each_day_once(make_world: MakeWorld, either: World, address: str):
    other = make_world(address, beside=either, clock=either.clock)
    for n in range(6):
        either.add(f"venue {n}")
    asked = {either.engine.request_run(LOCAL, f"venue {n}").id for n in range(6)}
    ended = Ended()
    with either.engine.running(workers=2, told=ended), other.engine.running(workers=2, told=ended):
        ended.wait(6)
    assert {one.id for one in ended.views} == asked
    # All six are the same venue to the same books: one posts its days, and the others hold them back.
    assert set(either.posted().values()) == {1}
    assert len(either.posted()) == 7


def test_a_run_that_a_stop_interrupts_is_finished_by_the_next_worker(world: World):
    world.add()
    began = threading.Event()
    with world.engine.running(scheduled=False) as runner:
        world.till.on_read = lambda: (began.set(), runner.stopping.wait(PATIENCE))
        asked = world.engine.request_run(LOCAL, "anchor")
        assert began.wait(PATIENCE)
    view = world.engine.run(LOCAL, asked.id)
    assert (view.state, view.position) == ("queued", 1)
    assert world.posted() == {}
    world.engine.run_due()
    assert world.engine.run(LOCAL, asked.id).state == "done"
    assert list(world.posted().values()) == [1] * 7


def test_what_is_due_is_run_at_once_and_then_it_returns(world: World):
    for name in ("one", "two"):
        world.add(name, DAILY)
    world.clock.advance(DAY)
    before = set(threading.enumerate())
    told: list[RunView] = []
    world.engine.run_due(told=told.append)
    assert sorted(one.integration for one in told) == ["one", "two"]
    world.engine.run_due(told=told.append)
    assert len(told) == 2
    assert set(threading.enumerate()) <= before


def test_no_workers_run_nothing(world: World):
    world.add("anchor", DAILY)
    asked = world.engine.request_run(LOCAL, "anchor")
    before = set(threading.enumerate())
    with world.engine.running(workers=0):
        assert set(threading.enumerate()) <= before
    assert world.engine.run(LOCAL, asked.id).state == "queued"
