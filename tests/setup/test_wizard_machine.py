"""Whatever order a setup is answered in: nothing is lost, no step is skipped, nothing is posted too early."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlmodel import select
from tests.setup.conftest import NAME, NOON, Setup

from takings.engine import Engine
from takings.errors import StaleAnswer
from takings.store.database import Database
from takings.store.journal import CallRow
from takings.store.secrets import KeyRing
from takings.store.tables import Integration, MappingRow
from takings.testing import FakeSource, FakeTarget, FixedClock, fake_host
from takings.views import LOCAL, StepView

DIMENSIONS = ("taxes", "methods", "accounts")
CODES = {"taxes": "GST", "methods": "CASH", "accounts": "SALES"}
STEPS = ("connect.target", "send", *(f"map.{one}" for one in DIMENSIONS), "other_direction", "advanced.target")


class SetupMachine(RuleBasedStateMachine):
    """A person (or two, with two tabs) answering steps in any order, with right and wrong answers."""

    schema: Path

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        shutil.copy(self.schema, folder / "t.db")
        host = fake_host(FakeSource().declaration(), FakeTarget().declaration())
        clock = FixedClock(NOON)
        engine = self.stack.enter_context(
            Engine(Database(folder / "t.db"), host, keys=KeyRing.generate(), clock=clock)
        )
        engine.provision(LOCAL, name=NAME, source="fake:till", target="fake:ledger")
        self.setup = Setup(engine, clock)
        self.tabs: dict[str, StepView] = {}
        self.passed: set[str] = set()
        self.drafts: dict[str, Any] = {}
        self.days = 35
        self.mapped: dict[str, str] = {}
        self.confirmed = False

    def teardown(self) -> None:
        self.stack.close()

    def _submit(self, key: str, action: str, values: dict[str, Any], *, tab: bool) -> Any:
        """Submit from what a tab shows; returns None where it was refused as stale, which must change nothing."""
        seen = self.tabs.get(key) if tab else None
        before = self.setup.step(key)
        if seen is not None and seen.version != before.version:
            with pytest.raises(StaleAnswer) as refused:
                self.setup.answer(key, action, seen.version, **values)
            assert refused.value.yours == values
            assert self.setup.step(key) == before
            return None
        return self.setup.answer(key, action, seen.version if seen else "", **values)

    @rule(key=st.sampled_from([*STEPS, "review"]))
    def open_a_tab(self, key: str) -> None:
        self.tabs[key] = self.setup.step(key)

    @rule(tab=st.booleans())
    def connect(self, tab: bool) -> None:
        result = self._submit("connect.target", "continue", {}, tab=tab)
        if result is not None:
            assert result.saved
            self.passed.add("connect.target")

    @rule()
    def learn_codes(self) -> None:
        self.setup.engine.refresh_catalogue(LOCAL, NAME)

    @rule(ticked=st.booleans(), tab=st.booleans())
    def choose_what_to_send(self, ticked: bool, tab: bool) -> None:
        result = self._submit("send", "continue", {"end_of_day": ticked}, tab=tab)
        if result is not None:
            assert result.saved == ticked
            if ticked:
                self.passed.add("send")
                self.drafts.pop("send", None)
            else:
                self.drafts["send"] = {"end_of_day": ticked}

    @rule(dimension=st.sampled_from(DIMENSIONS), right=st.booleans(), tab=st.booleans())
    def match(self, dimension: str, right: bool, tab: bool) -> None:
        key = f"map.{dimension}"
        step = self.setup.step(key)
        if step.state == "cannot_start":
            refused = self.setup.answer(key, **{CODES[dimension]: "post:x"})
            assert not refused.saved
            assert refused.errors == {"": step.reason}
            return
        assert step.table is not None
        answer = f"post:{step.table.candidates[0].value}" if right else "post:nowhere"
        result = self._submit(key, "continue", {CODES[dimension]: answer}, tab=tab)
        if result is None:
            return
        assert result.saved == right
        if right:
            self.mapped[dimension] = answer
            self.drafts.pop(key, None)
        else:
            self.drafts[key] = {CODES[dimension]: answer}

    @rule(days=st.sampled_from([7, 35, 90, 0, 999, "many"]), later=st.booleans(), tab=st.booleans())
    def set_advanced(self, days: Any, later: bool, tab: bool) -> None:
        action = "later" if later else "continue"
        result = self._submit("advanced.target", action, {"trailing_days": days}, tab=tab)
        if result is None:
            return
        right = not later and days in (7, 35, 90)
        assert result.saved == (later or right)
        if right:
            self.passed.add("advanced.target")
            self.days = days
            self.drafts.pop("advanced.target", None)
        else:
            self.drafts["advanced.target"] = {"trailing_days": days}

    @rule()
    def read_the_notice(self) -> None:
        assert self.setup.answer("other_direction").saved
        self.passed.add("other_direction")

    @rule(action=st.sampled_from(["save", "retrieve", "preview"]), count=st.sampled_from(["", "1", "5"]))
    def try_to_finish(self, action: str, count: str) -> None:
        view = self.setup.engine.setup(LOCAL, NAME)
        waiting = [one.key for one in view.steps if one.key != "review" and one.state != "completed"]
        was_draft = view.state == "draft"
        result = self.setup.answer("review", action, start_date="2026-11-01", confirm=count)
        if waiting and was_draft:
            assert not result.saved
            assert self._row().state == "draft"
            return
        if result.run:
            self.setup.engine.execute_run(result.run)
        self.confirmed |= result.saved and action == "retrieve" and count == "5"

    @precondition(lambda self: self.setup.engine.setup(LOCAL, NAME).current)
    @rule()
    def the_next_step_can_be_worked_on(self) -> None:
        view = self.setup.engine.setup(LOCAL, NAME)
        step = next(one for one in view.steps if one.key == view.current)
        assert step.state not in ("completed", "cannot_start")

    def _row(self) -> Integration:
        with self.setup.engine.database.read() as session:
            return session.exec(select(Integration)).one()

    @invariant()
    def nothing_is_posted_before_the_review_is_confirmed(self) -> None:
        with self.setup.engine.database.read() as session:
            calls = session.exec(select(CallRow)).all()
        assert self.confirmed or calls == []

    @invariant()
    def no_answer_is_lost(self) -> None:
        assert self._row().trailing_days == self.days
        with self.setup.engine.database.read() as session:
            rows = session.exec(select(MappingRow)).all()
        assert {row.dimension: f"post:{row.ref_id}" for row in rows} == self.mapped
        for key, draft in self.drafts.items():
            step = self.setup.step(key)
            shown = step.table.drafts if step.table else {one.name: one.value for one in step.fields}
            assert {name: shown[name] for name in draft} == draft

    @invariant()
    def no_required_step_is_skipped(self) -> None:
        states = self.setup.states()
        for key in ("connect.target", "send", "other_direction", "advanced.target"):
            assert states[key] != "completed" or key in self.passed
        for dimension in DIMENSIONS:
            assert states[f"map.{dimension}"] != "completed" or dimension in self.mapped
        if self._row().state != "draft":
            assert set(STEPS) <= self.passed | {f"map.{one}" for one in self.mapped}


@pytest.fixture(autouse=True)
def _schema(schema_file: Path) -> None:
    SetupMachine.schema = schema_file


def test_no_path_through_a_setup_loses_skips_or_posts_too_early(schema_file: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        SetupMachine,
        settings=settings(max_examples=7, stateful_step_count=25, deadline=None, derandomize=True),
    )


@pytest.mark.soak
def test_no_path_of_many_loses_skips_or_posts_too_early(schema_file: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        SetupMachine, settings=settings(max_examples=600, stateful_step_count=50, deadline=None)
    )
