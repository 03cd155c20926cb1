"""Random fault schedules with two workers: whatever happened, nothing is doubled, and in the end the books are right.

`make soak` runs a thousand of them: five seeds on each store, a hundred schedules each.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.faults.machine import Shared, TwoWorkers
from tests.faults.rig import Rig
from tests.support import postgres

from takings_xero.sandbox import Sandbox

SEEDS = range(1, 6)
STORES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@contextmanager
def shared(rig: Rig) -> Iterator[Shared]:
    """Give a database and a ledger for many schedules."""
    rig.cases += 1
    folder = rig.folder / f"machine-{rig.cases}"
    folder.mkdir()
    with ExitStack() as stack:
        database = str(folder / "takings.db")
        if rig.server is None:
            shutil.copy(rig.schema, database)
        else:
            database = stack.enter_context(postgres.database(rig.server))
        sandbox = stack.enter_context(Sandbox(folder / "ledger", clock=rig.clock.seconds, auto_consent=True))
        sandbox.world.switch(limit_minute=None, limit_day=None, limit_concurrent=None)
        engine = stack.enter_context(rig.engine(database, sandbox))
        engine.upgrade()
        yield Shared(rig, sandbox, database, engine)


def run_schedules(rig: Rig, number: int, *, schedules: int, steps: int) -> Shared:
    """Run so many schedules of a seed, each on a venue of its own."""
    with shared(rig) as one:
        run_state_machine_as_test(
            seed(number)(lambda: TwoWorkers(one)),
            settings=settings(
                max_examples=schedules,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        return one


def test_a_few_schedules_of_faults_double_and_lose_nothing(sqlite_rig: Rig) -> None:
    assert run_schedules(sqlite_rig, 0, schedules=15, steps=4).schedules >= 15


@pytest.mark.soak
@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("number", SEEDS)
def test_any_schedule_of_faults_doubles_and_loses_nothing(
    request: pytest.FixtureRequest, schedules: list[str], store: str, number: int
) -> None:
    ran = run_schedules(request.getfixturevalue(f"{store}_rig"), number, schedules=100, steps=8)
    assert ran.schedules >= 100
    schedules.append(f"{store}, seed {number}: {ran.schedules} schedules, {ran.steps} steps, {ran.deaths} deaths")
