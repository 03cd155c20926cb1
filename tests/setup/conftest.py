"""Setups with fake systems in memory, on a database of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.fixtures import schema_file

from takings.engine import Engine
from takings.host import PluginHost
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.testing import FakeSource, FakeTarget, FixedClock, fake_host
from takings.views import LOCAL, StepResult, StepView

__all__ = ["schema_file"]

#: Ten in the morning of the 5th of November at the fake venue, in Melbourne.
NOON = datetime(2026, 11, 4, 23, 0, tzinfo=UTC)
NAME = "corner"


@dataclass
class Setup:
    """An engine with one draft integration, answered step by step."""

    engine: Engine
    clock: FixedClock

    def step(self, key: str) -> StepView:
        return self.engine.setup_step(LOCAL, NAME, key)

    def answer(self, key: str, action: str = "continue", version: str = "", **values: Any) -> StepResult:
        return self.engine.submit_step(LOCAL, NAME, key, values=values, action=action, version=version)

    def states(self) -> dict[str, str]:
        return {one.key: one.state.value for one in self.engine.setup(LOCAL, NAME).steps}

    def answer_all(self) -> None:
        """Answer everything before the review as a person does who is in a hurry."""
        self.answer("connect.target")
        self.engine.refresh_catalogue(LOCAL, NAME)
        self.answer("send", end_of_day=True)
        for dimension in ("taxes", "methods", "accounts"):
            self.answer(f"map.{dimension}", "use_suggestions")
            table = self.step(f"map.{dimension}").table
            assert table is not None
            rest = {row.code: f"post:{table.candidates[0].value}" for row in table.rows if row.choice == "open"}
            assert self.answer(f"map.{dimension}", **rest).saved
        self.answer("other_direction")
        assert self.answer("advanced.target").saved


MakeSetup = Callable[..., Setup]


@pytest.fixture
def make_setup(tmp_path: Path, schema_file: Path) -> Iterator[MakeSetup]:
    """Give a function that provisions an integration of fake systems, or of the declarations that are given."""
    import shutil

    with ExitStack() as stack:

        def make(*declarations: Any, host: PluginHost | None = None) -> Setup:
            file = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
            shutil.copy(schema_file, file)
            parts = declarations or (FakeSource().declaration(), FakeTarget().declaration())
            clock = FixedClock(NOON)
            engine = stack.enter_context(
                Engine(Database(file), host or fake_host(*parts), keys=KeyRing.generate(), clock=clock)
            )
            engine.provision(LOCAL, name=NAME, source="fake:till", target="fake:ledger")
            return Setup(engine, clock)

        yield make


@pytest.fixture
def setup(make_setup: MakeSetup) -> Setup:
    return make_setup()
