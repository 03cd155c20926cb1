"""Looks at the table of hits after all other fault tests, whose names come before this one's."""

from __future__ import annotations

from itertools import product

import pytest
from tests.faults.hits import Hits
from tests.faults.world import RESOURCES


def test_each_fault_struck_each_kind_of_call_at_each_point(hits: Hits, request: pytest.FixtureRequest) -> None:
    selected = {case for item in request.session.items for case in planned(item)}
    assert hits.counted.keys() == selected
    assert all(hits.counted[case] for case in selected)


def planned(item: pytest.Item) -> list[tuple[str, str, str]]:
    """Return the hits that a test must make."""
    callspec = getattr(item, "callspec", None)
    given = callspec.params if callspec else {}
    if "case" not in given or "kind" not in given or item.path.parent.name != "faults":
        return []
    return list(product([given["case"].point], [given["case"].fault], [given["kind"]]))


def test_the_acceptance_line_is_covered_by_cases() -> None:
    from tests.faults.test_kills import CASES

    assert {case.point for case in CASES} == {"intent written", "sent", "committed", "reply read"}
    assert {fault.partition(",")[0] for fault in (case.fault for case in CASES)} >= {
        "held", "commit_then_drop", "drop_then_commit_later",
    }  # fmt: skip
    assert set(RESOURCES) == {"contact", "invoice", "payment"}
