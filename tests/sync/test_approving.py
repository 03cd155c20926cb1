"""What keeps the payments of a document back once it is approved, besides what somebody edited in it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from takings.domain.mapping import LedgerRef
from takings.plugin.documents import Document, DocumentPayment, InspectedPayment, Inspection, Standing
from takings.sync.approving import Approval, Unpaid

CASH = DocumentPayment(key="u/payment.1", account=LedgerRef(id="611"), amount=Decimal("60.00"))
CARD = DocumentPayment(key="u/payment.2", account=LedgerRef(id="612"), amount=Decimal("40.00"))


def paid(key: str, amount: str) -> InspectedPayment:
    return InspectedPayment(id=f"{key}-{amount}", key=key, account="611", amount=Decimal(amount))


def unpaid(**found: Any) -> Unpaid:
    document = Document(
        key="u/invoice.1",
        kind="invoice",
        number="S1",
        day=date(2026, 10, 1),
        currency="AUD",
        total=Decimal("100.00"),
        tax=Decimal(0),
        lines=(),
        payments=(CASH, CARD),
    )
    inspection = Inspection(key=document.key, standing=Standing.STANDS, total=document.total, **found)
    return Unpaid(unit_id=1, document=document, payments=(CARD,), number="S1", receipt={}, inspection=inspection)


@pytest.mark.parametrize(
    ("found", "settled"),
    [
        ({"payments": (paid("", "40.00"),)}, "40.00"),
        ({"payments": (paid("other/payment.1", "40.00"),)}, "40.00"),
        ({"payments": (paid(CASH.key, "60.00"), paid(CASH.key, "60.00"))}, "60.00"),
        ({"payments": (paid("", "5.00"),), "credited": Decimal("5.00")}, "5.00"),
        ({"credited": Decimal("5.00")}, "5.00"),
    ],
    ids=["by hand", "with another key", "ours twice", "a credit note among the payments", "a credit note"],
)
def test_what_settles_a_document_otherwise_keeps_its_payments_back(found: dict[str, Any], settled: str) -> None:
    one = unpaid(**found)
    assert (one.approval, one.settled_otherwise) == (Approval.CHANGED, Decimal(settled))
    assert one.finding is not None
    assert f"is paid or credited with {settled} AUD" in one.finding.what


def test_payments_of_ours_that_stand_keep_nothing_back() -> None:
    one = unpaid(payments=(paid(CASH.key, "60.00"),))
    assert (one.approval, one.settled_otherwise) == (Approval.READY, 0)
