"""Random schedules of faults, kills and pauses: whatever happened, in the end everything stands once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.faults.test_kills import KEY_DEAD
from tests.faults.world import RESOURCES, Bench, World
from tests.support.takings_of import takings_of

pytestmark = pytest.mark.soak

FAULTS: dict[str, dict[str, Any]] = {
    "drop_before": {},
    "commit_then_drop": {},
    "drop_then_commit_later": {"seconds": 0.3},
    "delay": {"ms": 100},
    "hold_before_commit": {},
    "hold_after_commit": {},
    "429": {"do": "status", "status": 429, "retry_after": 1},
    "500": {"do": "status", "status": 500},
    "503": {"do": "status", "status": 503, "retry_after": 1},
    "400": {"do": "status", "status": 400},
}


@dataclass(frozen=True)
class Step:
    """One sync in a process of its own: faults of the ledger, where it kills itself, and the pause after it."""

    faults: tuple[tuple[str, str, int, int], ...]
    trip: tuple[str, str, int] | None
    together: bool
    pause: int


kinds = st.sampled_from(sorted(RESOURCES))
struck = st.tuples(st.sampled_from(sorted(FAULTS)), kinds, st.integers(1, 2), st.integers(1, 3))
steps = st.builds(
    Step,
    faults=st.lists(struck, max_size=3).map(tuple),
    trip=st.none() | st.tuples(kinds, st.sampled_from(["before", "lost", "read"]), st.integers(1, 2)),
    together=st.booleans(),
    pause=st.sampled_from([0, 0, 20, 150, 250, 330, 600]),
)


@settings(
    max_examples=120,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    days=st.sampled_from([1, 2, 60]), numbering=st.sampled_from(["ledger", "dated"]), plan=st.lists(steps, max_size=5)
)
def test_any_schedule_of_faults_and_kills_ends_with_everything_once(
    shared_bench: Bench, days: int, numbering: str, plan: list[Step]
) -> None:
    bench = shared_bench
    world = bench.world(takings_of(days), numbering=f"builtin:{numbering}")
    for step in plan:
        take(world, step)
        bench.ledger.clear_faults()
        world.await_late_commits()
        bench.pass_time(step.pause)
    bench.pass_time(KEY_DEAD)
    for _ in range(3):
        if world.sync().state == "done":
            break
    world.assert_exactly_once()


def take(world: World, step: Step) -> None:
    """Run the syncs of a step to their end; one whose call is held is killed."""
    for name, kind, nth, times in step.faults:
        more = dict(FAULTS[name])
        world.fault(more.pop("do", name), kind, nth=nth if times == 1 else None, times=times, **more)
    order: dict[str, Any] = {}
    if step.trip:
        kind, when, nth = step.trip
        order["trip"] = {"resource": RESOURCES[kind], "when": when, "nth": nth}
    running = [world.start(**order)]
    if step.together:
        running.append(world.start())
    for process in running:
        while not process.ended():
            if world.ledger.held_within(0.05):
                process.kill()
                break
        else:
            process.end()
