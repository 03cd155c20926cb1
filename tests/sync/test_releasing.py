"""What is let go or counted for a part only of what stands together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from tests.sync.rows import Rows, opened, sold

from takings.errors import UsageError
from takings.setup.combining import set_combining
from takings.store.journal import OperationRow
from takings.sync.approving import release
from takings.sync.guarding import _confirmed


@pytest.fixture
def rows() -> Iterator[Rows]:
    with opened() as found:
        yield found


def test_payments_are_let_go_for_the_document_that_was_approved_and_not_for_another_of_its_day(rows: Rows):
    unit = rows.unit("pos:eod/4417/2026-10-01.1/g1")
    for key in ("pay.1", "pay.2", "pay.3"):
        rows.session.add(
            OperationRow(
                owner="local", organisation="fake:ledger/1", key=key, unit_id=unit.id, purpose="pay", kind="payment",
                state="waiting",
            )
        )  # fmt: skip
    rows.session.flush()
    approved: Any = SimpleNamespace(
        unit_id=unit.id, payments=(SimpleNamespace(key="pay.1"), SimpleNamespace(key="pay.3"))
    )
    assert release(rows.session, [approved]) == 2
    found = rows.session.connection().exec_driver_sql("select key, state from operation order by key")
    assert list(found) == [("pay.1", "unknown"), ("pay.2", "waiting"), ("pay.3", "unknown")]
    assert release(rows.session, []) == 0


def test_a_confirmed_date_has_the_size_of_all_its_closes(rows: Rows):
    decision = {"confirmed": [{"code": "day.unusual_size", "subject": "2026-10-01"}]}
    for sequence, amount in ((1, "300.00"), (2, "20.00")):
        rows.day(sold(amount, sequence=sequence), decision=decision)
    rows.day(sold("50.00", 2))
    found = _confirmed(rows.session, rows.joint, date(2026, 10, 1), last=date(2026, 10, 9))
    assert found == {date(2026, 10, 1): Decimal("320.00")}


def test_a_switch_is_on_or_off_and_no_text(rows: Rows):
    set_combining(rows.integration, {"pay_approved": True})
    assert rows.integration.pay_approved
    with pytest.raises(UsageError, match=r"pay_approved is 'false'\. Choose true or false"):
        set_combining(rows.integration, {"pay_approved": "false"})
    assert rows.integration.pay_approved
