"""`kill -9` at each kind of call, at each point of its life, with each fault: the next sync leaves everything once.

Each case says how a process is killed, which proves that the point was reached, and what happens until the next sync.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

import pytest
from tests.faults.hits import Hits
from tests.faults.world import RESOURCES, Bench, World
from tests.support.takings_of import TENDERS, takings_of

DAYS = 3
COUNTS = {"contact": 1, "invoice": DAYS, "payment": DAYS * len(TENDERS)}

#: Longer than any ledger remembers a key, and than a call may be on its way.
KEY_DEAD = 600.0

Kill = Callable[[World, str], None]


@dataclass(frozen=True)
class Case:
    """A way to die: at which `point` of the call, by which `fault`; `stands` whether the ledger has it at that moment
    (None: it comes to stand by and by).

    With `late` the call is carried out only after the next sync; with `key_dead` ten minutes pass before that sync.
    """

    point: str
    fault: str
    kill: Kill
    stands: bool | None
    late: bool = False
    key_dead: bool = False

    def __str__(self) -> str:
        return f"{self.point}: {self.fault}"


def die_before_sending(world: World, kind: str) -> None:
    world.start(trip={"resource": RESOURCES[kind], "when": "before"}).wait_killed()


def die_after_reading(world: World, kind: str) -> None:
    world.start(trip={"resource": RESOURCES[kind], "when": "read"}).wait_killed()


def die_while_held(do: str, *, released: bool) -> Kill:
    """Return a killer: the ledger holds the call, the process is killed, and the ledger goes on or waits."""

    def kill(world: World, kind: str) -> None:
        world.fault(do, kind)
        process = world.start()
        (call,) = world.ledger.held()
        assert call["path"].endswith(RESOURCES[kind])
        process.kill()
        if released:
            world.ledger.release()
            world.await_standing(kind, COUNTS[kind])

    return kill


def die_of_no_reply(do: str, *, lands: bool = False, **fault: float) -> Kill:
    """Return a killer: the ledger cuts the connection, and the process is killed when it learns of it."""

    def kill(world: World, kind: str) -> None:
        ident = world.fault(do, kind, **fault)
        world.start(trip={"resource": RESOURCES[kind], "when": "lost"}).wait_killed()
        assert world.ledger.used(ident) == 1
        if lands:
            world.await_standing(kind, COUNTS[kind])

    return kill


BEFORE, AFTER = "hold_before_commit", "hold_after_commit"
LATER = "drop_then_commit_later"

CASES = (
    Case("intent written", "killed", die_before_sending, stands=False),
    Case("sent", "held, late commit", die_while_held(BEFORE, released=True), stands=True),
    Case("sent", "held past next sync", die_while_held(BEFORE, released=False), stands=False, late=True),
    Case("sent", "drop_before", die_of_no_reply("drop_before"), stands=False),
    Case("sent", "drop_before, key dead", die_of_no_reply("drop_before"), stands=False, key_dead=True),
    Case("sent", LATER, die_of_no_reply(LATER, seconds=0.5), stands=None, late=True),
    Case("sent", f"{LATER}, key dead", die_of_no_reply(LATER, lands=True, seconds=0.2), stands=True, key_dead=True),
    Case("committed", "held", die_while_held(AFTER, released=False), stands=True),
    Case("committed", "commit_then_drop", die_of_no_reply("commit_then_drop"), stands=True),
    Case("committed", "commit_then_drop, key dead", die_of_no_reply("commit_then_drop"), stands=True, key_dead=True),
    Case("reply read", "killed", die_after_reading, stands=True),
)

#: Ways that `make soak` adds.
LONG = (
    Case("intent written", "killed, key dead", die_before_sending, stands=False, key_dead=True),
    Case("reply read", "killed, key dead", die_after_reading, stands=True, key_dead=True),
)


def each_way_once() -> list[object]:
    """Each way to die at each kind of call; beside `make soak` each way at one kind, and the kinds in turn."""
    kinds, chosen = list(RESOURCES), dict(zip(map(str, CASES), cycle(RESOURCES), strict=False))
    return [
        pytest.param(case, kind, marks=() if chosen.get(str(case)) == kind else pytest.mark.soak)
        for case in (*CASES, *LONG)
        for kind in kinds
    ]


@pytest.mark.parametrize(("case", "kind"), each_way_once(), ids=str)
def test_a_killed_sync_leaves_each_document_and_payment_once(bench: Bench, hits: Hits, case: Case, kind: str) -> None:
    world = bench.world(takings_of(DAYS))
    case.kill(world, kind)
    assert world.open_calls() == [kind]
    if case.stands is not None:
        assert world.standing(kind) == (COUNTS[kind] if case.stands else 0)
    hits.count(case.point, case.fault, kind)
    if case.key_dead:
        bench.pass_time(KEY_DEAD)
    world.sync_to_the_end()
    if case.late:
        world.ledger.release()
        world.await_late_commits()
    world.assert_exactly_once()


def test_a_sync_killed_again_and_again_leaves_each_payment_once(bench: Bench) -> None:
    world = bench.world(takings_of(DAYS))
    for kind in RESOURCES:
        for when in ("before", "read"):
            world.start(trip={"resource": RESOURCES[kind], "when": when}).wait_killed()
    world.sync_to_the_end()
    world.assert_exactly_once()


def test_a_sync_killed_with_several_calls_under_way_posts_only_the_rest(bench: Bench) -> None:
    world = bench.world(takings_of(60))
    world.start(trip={"resource": "Payments", "when": "read", "nth": 2}).wait_killed()
    assert set(world.open_calls()) == {"payment"}
    world.sync_to_the_end()
    world.assert_exactly_once()
