"""What is told of a day that came again after it was posted, of a wrong count, and of a run that was stopped."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from tests.engine.conftest import Ready
from tests.support.chain import OCTOBER
from tests.support.month import Month

from takings.errors import ConfirmationNeeded
from takings.sync.running import Sync
from takings.views import LOCAL


def shifted(day: dict[str, Any]) -> dict[str, Any]:
    """The same day as a later revision: one dollar moved from one payment method to another."""
    later = copy.deepcopy(day)
    later["revision"] += 1
    for payment, change in zip(later["payments"], (1, -1), strict=False):
        for name in ("recorded", "counted"):
            payment[name] = str(Decimal(payment[name]) + change)
    return later


def test_a_record_that_changes_a_posted_day_is_answered_with_the_difference(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    (record,) = venue.push([shifted(made_up.first[0])]).records
    assert record.result == "stored"
    assert [one.code for one in record.findings] == ["day.changed"]
    (again,) = venue.push([shifted(made_up.first[0])]).records
    assert (again.result, again.findings) == ("unchanged", ())
    run = venue.sync()
    assert [one.code for one in run.findings] == ["day.changed"]


def test_a_wrong_count_is_told_beside_the_right_one(ready: Ready) -> None:
    venue = ready(2)
    with pytest.raises(ConfirmationNeeded, match=r"Confirm with --confirm 2, not 1\."):
        venue.sync(confirm=1)
    with pytest.raises(ConfirmationNeeded, match=r"Confirm with --confirm 2\."):
        venue.sync(confirm=None)


def test_a_run_that_nobody_confirmed_says_so_among_the_runs(ready: Ready) -> None:
    venue = ready(2)
    with pytest.raises(ConfirmationNeeded):
        venue.sync(confirm=None)
    venue.sync()
    with pytest.raises(ConfirmationNeeded):
        venue.engine.undo(LOCAL, venue.name, OCTOBER, confirm=1)
    undo, posted, sync = venue.engine.runs(LOCAL, venue.name)
    assert (undo.state, posted.state, sync.state) == ("problems", "done", "problems")
    assert [(one.code, one.what) for run in (undo, sync) for one in run.findings] == [
        ("run.not_confirmed", "2 documents would be taken back, and nobody confirmed that number"),
        ("run.not_confirmed", "2 documents would be posted, and nobody confirmed that number"),
    ]


@pytest.mark.parametrize(
    ("problem", "state"),
    [(KeyboardInterrupt, "interrupted"), (SystemExit, "interrupted"), (ZeroDivisionError, "failed")],
)
def test_a_run_that_was_stopped_is_interrupted_and_one_with_a_fault_failed(
    ready: Ready, monkeypatch: pytest.MonkeyPatch, problem: type[BaseException], state: str
) -> None:
    venue = ready(1)

    def stop(*_: object) -> None:
        raise problem

    monkeypatch.setattr(Sync, "_phases", stop)
    with pytest.raises(problem):
        venue.sync()
    assert [one.state for one in venue.engine.runs(LOCAL)] == [state]
