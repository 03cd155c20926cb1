"""Level target: dates of adjustments, and taking back what was posted, on the ledger's stand-in."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta

from takings.domain.findings import errors
from takings.plugin import Capability, Done, Standing, UnitRole
from takings.plugin.undoing import UNDO
from takings.testing.base import needs, none_of
from takings.testing.target_base import TargetBase
from takings.testing.target_bench import TargetBench, resolved


class TargetUndo(TargetBase):
    """The tests of a target that adjust a day and take one back."""

    def test_an_adjustment_is_dated_as_its_unit_says(self, bench: TargetBench) -> None:
        """A unit with a date of its own (`Unit.dated`) becomes documents of that date."""
        dated = bench.day + timedelta(days=1)
        plan = bench.plan(replace(bench.unit(), role=UnitRole.ADJUST, dated=dated))
        assert {one.day for one in plan.documents} == {dated}

    def test_what_was_posted_can_be_taken_back(self, bench: TargetBench) -> None:
        """Each operation of an undo is absent before it is sent, done, and found after (`Capability.UNDOES`)."""
        needs(Capability.UNDOES in bench.declaration.capabilities, "Capability.UNDOES is not declared")
        plan = bench.plan()
        posted = bench.posted(plan, bench.post(plan))
        undo = bench.plan_undo(posted)
        none_of(errors(undo.findings))
        assert undo.operations, "a standing document leads to no operation"
        receipts: dict[str, dict[str, str]] = {}
        for operation in undo.operations:
            assert operation.key.startswith(f"{posted.key}/{UNDO}"), "its key is not one of posted.operation_key"
            ready = resolved(operation, receipts)
            assert bench.standing(ready) is Standing.ABSENT, f"the {operation.kind} is found before it is sent"
            (outcome,) = bench.execute(bench.call(ready))
            assert isinstance(outcome, Done), outcome
            receipts[operation.key] = dict(outcome.receipt)
            assert bench.standing(ready) is Standing.STANDS, f"the {operation.kind} is not found after it was done"

    def test_what_an_undo_removes_is_named(self, bench: TargetBench) -> None:
        """`Operation.removes` names the documents that stand no longer after an undo, and no others."""
        needs(Capability.UNDOES in bench.declaration.capabilities, "Capability.UNDOES is not declared")
        plan = bench.plan()
        receipts = bench.post(plan)
        undo = bench.plan_undo(bench.posted(plan, receipts))
        none_of(errors(undo.findings))
        bench.post(undo)
        named = {key for operation in undo.operations for key in operation.removes}
        for key in (document.key for document in plan.documents):
            stands = bench.inspected({key: receipts[key]}, key).standing is Standing.STANDS
            told = "stands after the undo, and an operation removes it" if stands else "is gone, and none removes it"
            assert (key in named) is not stands, f"{key} {told}"

    def test_planning_an_undo_is_pure(self, bench: TargetBench) -> None:
        """Equal arguments give equal plans of an undo, without a call."""
        plan = bench.plan()
        posted, target, survey = bench.posted(plan, bench.post(plan)), bench.open(), bench.survey()
        key = plan.documents[0].key
        receipts = {one.key: dict(one.receipt) for one in posted.operations if one.key == key}
        held = {key: bench.inspected(receipts, key)}
        asked = len(bench.http.calls)
        first = target.plan_undo(posted, held, survey, settings=bench.settings)
        assert first == bench.open().plan_undo(copy.deepcopy(posted), dict(held), survey, settings=bench.settings)
        assert len(bench.http.calls) == asked, "planning an undo makes calls"

    def test_a_target_that_takes_nothing_back_says_so(self, bench: TargetBench) -> None:
        """Without `Capability.UNDOES` an undo plans nothing, and a finding tells why."""
        needs(Capability.UNDOES not in bench.declaration.capabilities, "Capability.UNDOES is declared")
        plan = bench.plan()
        undo = bench.plan_undo(bench.posted(plan, bench.post(plan)))
        assert undo.operations == ()
        assert errors(undo.findings), "nothing is done and nothing is said"
