"""What a run says at its end of what it leaves half done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from tests.sync.rows import Rows, opened

from takings.store.journal import OperationRow
from takings.sync.leftovers import tell_left

CONTACT = "contact/takings"


@pytest.fixture
def rows() -> Iterator[Rows]:
    with opened() as found:
        yield found


def operation(
    rows: Rows, key: str, state: str, *, unit: int | None = None, needs: Sequence[str] = ()
) -> OperationRow:
    row = OperationRow(
        owner="local", organisation=rows.joint.organisation, key=key, unit_id=unit, kind="invoice", state=state,
        depends_on=[*needs],
    )  # fmt: skip
    rows.session.add(row)
    rows.session.flush()
    return row


def told(rows: Rows) -> list[str]:
    return [one.what for one in tell_left(rows.session, rows.joint)]


@pytest.mark.parametrize("state", ["planned", "unknown"])
def test_what_units_share_is_told_by_those_whose_units_wait_for_it(rows: Rows, state: str) -> None:
    operation(rows, CONTACT, "unknown")
    theirs = rows.unit("theirs/g1", integration_id="int_2", state="posting")
    operation(rows, "theirs/g1/invoice.1", "planned", unit=theirs.id, needs=[CONTACT])
    mine = rows.unit("mine/g1", state="posting")
    invoice = operation(rows, "mine/g1/invoice.1", "planned", unit=mine.id, needs=["contact/smith"])
    assert told(rows) == []
    invoice.depends_on, invoice.state = [CONTACT], state
    rows.session.add(invoice)
    several = {"planned": "1 operation", "unknown": "2 operations for 2026-10-01"}[state]
    assert told(rows) == [f"Whether the ledger carried out {several} is not known yet"]


def test_what_is_done_waits_for_nothing(rows: Rows) -> None:
    operation(rows, CONTACT, "calling")
    mine = rows.unit("mine/g1")
    operation(rows, "mine/g1/invoice.1", "done", unit=mine.id, needs=[CONTACT])
    assert told(rows) == []
    operation(rows, "mine/g1/payment.1", "calling", unit=mine.id, needs=["mine/g1/invoice.1"])
    assert told(rows) == ["Whether the ledger carried out 1 operation for 2026-10-01 is not known yet"]
