"""One case of the crash matrix: a fault at a boundary of a verb, the next run, and what must be true after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.faults.faults_of import Fault
from tests.faults.rig import Case, Prepared, Rig
from tests.faults.striking import Boundary


@dataclass(frozen=True)
class Struck:
    """What a fault made of the run that it struck."""

    fault: Fault
    boundary: Boundary
    ended: dict[str, Any]

    @property
    def absorbed(self) -> bool:
        """Whether the run came to its end all the same, so that nothing was left for the next one."""
        return bool(self.ended.get("runs")) and self.ended["runs"][0][0] == "done"


#: Reservations of calls come with time, not with what a run does: one may not be needed in a quicker run.
TIMELY = ("app_limit._reserve", "budget_rows.reserve")


def run_case(rig: Rig, prepared: Prepared, boundary: Boundary, fault: Fault) -> bool:
    """Let a fault strike at a boundary, then run as the next night does, and look at the ledger and the journal.

    Returns whether the run came to the boundary.
    """
    with rig.case(prepared) as case:
        struck = strike(case, boundary, fault)
        case.assert_nothing_twice()
        if struck is None:
            case.assert_ledger()
            return False
        case.sandbox.world.faults.clear()
        rig.clock.wait(fault.pause)
        after = case.said(case.start("end", connect=fault.reconnects))
        assert "problem" not in after, after["problem"]
        states = [state for state, _, _ in after["runs"]]
        wanted = ["done", "done"] if prepared.verb == "undo" else ["done", "agrees"]
        assert states in (wanted, wanted[:1]), after["runs"]
        case.assert_ledger()
        assert_closed(prepared, after["facts"])
        assert_told(struck, after["facts"], before=prepared.runs)
        return True


def strike(case: Case, boundary: Boundary, fault: Fault) -> Struck | None:
    """Run the verb with the fault, and see that it struck; None where a quick run came to no such reservation."""
    faults, rule = case.sandbox.world.faults, 0
    method, _, resource = boundary.label.partition(" ")
    match = {"method": method, "resource": resource, "nth": boundary.nth}
    if fault.rule:
        rule = faults.add({**fault.rule, "match": match})
    if fault.tokens:
        rule = faults.add({"do": "hold_before_commit", "match": match})
    order = {}
    if fault.strike:
        order["strike"] = {"do": fault.strike[0], "when": fault.strike[1], "at": boundary.as_dict()}
    process = case.start("undo" if case.prepared.verb == "undo" else "sync", **order)
    if fault.tokens:
        spoil_tokens(case, refused=fault.reconnects)
    ended = process.end()
    assert "fault" not in ended, ended["fault"]
    if ended and fault.strike and not ended["struck"]:
        assert (boundary.label in TIMELY, boundary.nth > 1) == (True, True), "the fault did not strike"
        return None
    assert not (ended and fault.kills), "the process was not killed"
    used = {one["id"]: one["used"] for one in faults.rules()}
    assert not rule or used[rule] == 1, "the ledger's fault did not strike"
    for late in case.sandbox._gate._late:
        late.join()
    return Struck(fault, boundary, ended)


def spoil_tokens(case: Case, *, refused: bool) -> None:
    """End the access token of a call that is on its way, or the whole authorisation."""
    world = case.sandbox.world
    assert world.faults.held(wait_for=1, timeout=20), "no call was held"
    case.sandbox.control.expire_access_tokens()
    if refused:
        world.store.run("update tokens set refresh_expires = ?", world.now())
    world.faults.release()


def assert_closed(prepared: Prepared, facts: dict[str, Any]) -> None:
    """Assert that nothing is left open: no call, no operation, no run, no day between two states."""
    assert {state for _, state, *_ in facts["calls"]} <= {"answered", "settled"}, facts["calls"]
    assert set(facts["operations"]) == {"done"}, facts["operations"]
    assert not {"running", "queued"} & {state for _, state, _ in facts["runs"]}, facts["runs"]
    assert facts["days"] == ["undone" if prepared.verb == "undo" else "posted"] * prepared.days


def assert_told(struck: Struck, facts: dict[str, Any], *, before: int) -> None:
    """Assert that the journal tells what happened; `before` is how many runs there were before the one struck."""
    fault, boundary = struck.fault, struck.boundary
    (_, state, codes), *_ = facts["runs"][before:]
    if _left_no_run(fault, boundary):
        assert fault.kills or "problem" in struck.ended, struck.ended
        assert state == "done"
    elif fault.kills:
        assert state == ("done" if _died_at_the_end(fault, boundary) else "interrupted"), facts["runs"]
    elif not struck.absorbed:
        # A run whose end could not be written down either is found by the next one.
        assert state in ("failed", "interrupted"), facts["runs"]
        told = fault.finding if boundary.label != "POST token" else (codes or [""])[0]
        assert (told in codes) if state == "failed" else "problem" in struck.ended, (codes, struck.ended)
    if fault.word and boundary.kind == "call" and boundary.label not in ("POST token",) and _writes(boundary):
        said = [f"{answer}{' again' if times > 1 else ''}" for _, _, times, answer, _ in facts["calls"]]
        assert any(fault.word in one for one in said), facts["calls"]


def _writes(boundary: Boundary) -> bool:
    return not boundary.label.startswith("GET ")


def _left_no_run(fault: Fault, boundary: Boundary) -> bool:
    """Whether it ended before its run was written down."""
    committed = fault.strike is not None and fault.strike[1] == "committed"
    return boundary.label == "runs.begin_run" and not committed


def _died_at_the_end(fault: Fault, boundary: Boundary) -> bool:
    return boundary.label == "runs.end_run" and fault.strike is not None and fault.strike[1] == "committed"
