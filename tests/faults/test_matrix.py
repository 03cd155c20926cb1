"""The crash matrix: each fault at each boundary of post, repost, adjust and undo, on each store that can have it.

The boundaries are what a run without a fault came to, so a new commit or call is in the matrix by itself. After each
case the next run finishes; the ledger holds what was meant, once, and the journal tells what happened. All of it is
run by `make soak`; `make test` takes one boundary for each fault, with the verbs in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import pytest
from tests.faults.faults_of import FAULTS, Fault
from tests.faults.hits import Matrix
from tests.faults.matrix import TIMELY, run_case
from tests.faults.rig import VERBS, Rig
from tests.faults.striking import Boundary


@pytest.fixture
def rig(request: pytest.FixtureRequest, store: str) -> Rig:
    """The rig of a store."""
    made: Rig = request.getfixturevalue(f"{store}_rig")
    return made


def marked(store: str, *values: object) -> object:
    return pytest.param(*values, store, marks=pytest.mark.postgres if store == "postgresql" else ())


def sample() -> Iterator[object]:
    """Each fault once, with the verbs in turn; those that only a server has with the quickest one."""
    verbs = cycle(VERBS)
    for fault in FAULTS:
        yield marked(fault.stores[0], fault, next(verbs) if fault.stores[0] == "sqlite" else "adjust")


def whole() -> Iterator[object]:
    for fault in FAULTS:
        for store in fault.stores:
            for verb in VERBS:
                yield marked(store, fault, verb)


@pytest.mark.parametrize(("fault", "verb", "store"), list(sample()), ids=str)
def test_a_fault_doubles_and_loses_nothing(rig: Rig, matrix: Matrix, fault: Fault, verb: str, store: str) -> None:
    prepared = rig.prepared(verb)
    boundaries = [one for one in prepared.boundaries if fault.strikes(one)]
    boundaries = [one for one in boundaries if one.label not in TIMELY]
    late = boundaries[len(boundaries) * 3 // 4]  # in the thick of what the verb does to the ledger
    assert run_case(rig, prepared, late, fault)
    matrix.count(fault.name, verb, store)


@pytest.mark.soak
@pytest.mark.parametrize(("fault", "verb", "store"), list(whole()), ids=str)
def test_a_fault_at_any_boundary_doubles_and_loses_nothing(
    rig: Rig, matrix: Matrix, fault: Fault, verb: str, store: str
) -> None:
    prepared, failed = rig.prepared(verb), []
    boundaries = [one for one in prepared.boundaries if fault.strikes(one)]
    assert boundaries
    for boundary in boundaries:
        failed += attempt(rig, matrix, boundary, fault=fault, verb=verb, store=store)
    assert not failed, "\n".join(failed)


def attempt(rig: Rig, matrix: Matrix, boundary: Boundary, *, fault: Fault, verb: str, store: str) -> list[str]:
    """Run one case of many, so that one that fails leaves the others to be run."""
    try:
        if run_case(rig, rig.prepared(verb), boundary, fault):
            matrix.count(fault.name, verb, store)
    except Exception as problem:
        return [f"{boundary}: {type(problem).__name__}: {problem}"]
    return []
