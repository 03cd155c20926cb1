"""What an undo takes within a ledger's limits: calls as full as they may be, minutes, and days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from takings.plugin import Budget, Operation, OperationKind, Plan
from takings.sync.undo_preview import count_calls, estimate

KINDS = (OperationKind(key="removal", title="Removal"), OperationKind(key="void", title="Void", max_count=50))
LIMITS = Budget(concurrent=5, minute=60, day=5_000)


@dataclass
class Planned:
    plan: Plan


def planned(days: int, payments: int) -> list[Planned]:
    kinds = ["removal"] * payments + ["void"]
    return [
        Planned(
            Plan(operations=tuple(Operation(key=f"{day}{n}", kind=kind, payload={}) for n, kind in enumerate(kinds)))
        )
        for day in range(days)
    ]


@pytest.mark.parametrize(("days", "calls"), [(0, 0), (1, 4), (50, 151), (51, 155), (365, 1_103)])
def test_payments_are_removed_one_by_one_and_documents_fifty_at_a_time(days: int, calls: int) -> None:
    assert count_calls(planned(days, 3), KINDS) == calls  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("calls", "minutes"), [(0, 0), (1, 0), (60, 0), (61, 1), (1_103, 18), (5_000, 83), (5_001, 24 * 60)]
)
def test_calls_wait_for_the_minute_and_the_day(calls: int, minutes: int) -> None:
    taken = estimate(calls, LIMITS)
    assert timedelta(minutes=minutes) <= taken < timedelta(minutes=minutes, seconds=10)


def test_a_ledger_without_limits_is_waited_for_by_its_calls_alone() -> None:
    assert estimate(10_000, Budget()) == 10_000 * timedelta(seconds=0.4)
