"""Taking a transaction back: the same postings with the other sign, unless it was changed by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from takings.plugin import Chart, InspectedPayment, Inspection, PostedOperation, PostedUnit, Standing, Survey
from takings_journal.reversing import plan_reversal

UNIT = "till:eod/1/2026-10-01.1/g1"
KEY = f"{UNIT}/transaction.1"
SURVEY = Survey(chart=Chart(organisation="o", organisation_name="Pub", currency="AUD"))
PAYLOAD: dict[str, Any] = {
    "date": "2026-10-01",
    "payee": "Pub",
    "narration": "Takings",
    "number": "S1",
    "currency": "AUD",
    "postings": [
        {"part": "tender.1", "account": "Assets:Cash", "amount": "110.00", "about": "Cash"},
        {"part": "line.1", "account": "Income:Food", "amount": "-100.00", "tax": "GST", "tax_amount": "10.00"},
        {"part": "tax", "account": "Liabilities:GST", "amount": "-10.00", "tax": "GST"},
    ],
}
POSTED = PostedUnit(
    key=UNIT,
    generation=1,
    operations=(PostedOperation(key=KEY, kind="transaction", payload=PAYLOAD, receipt={"id": KEY}),),
    documents=(),
    dated=date(2026, 11, 25),
)
HELD = Inspection(
    key=KEY,
    standing=Standing.STANDS,
    day=date(2026, 10, 1),
    total=Decimal("110.00"),
    payments=(InspectedPayment(id="t", key="t", account="Assets:Cash", amount=Decimal("110.00")),),
)


def test_a_transaction_is_reversed_on_its_own_date() -> None:
    (operation,) = plan_reversal(POSTED, {KEY: HELD}, SURVEY).operations
    assert operation.key == f"{UNIT}/undo_transaction.1"
    payload = operation.payload
    assert (payload["date"], payload["number"], payload["narration"]) == ("2026-10-01", "", "Reverses: Takings")
    assert [one["amount"] for one in payload["postings"]] == ["-110.00", "100.00", "10.00"]
    assert sum(Decimal(one["amount"]) for one in payload["postings"]) == 0


def test_the_reversal_is_told_as_the_journal_is_going_to_hold_it(journal: Any, make: Any) -> None:
    unit = make.unit(make.sold("110.00"), make.paid("110.00"))
    (key,) = journal.post(unit)
    plan = journal.plan(unit)
    made = PostedOperation(key=key, kind="transaction", payload=plan.operations[0].payload, receipt={"id": key})
    posted = PostedUnit(
        key=unit.key, generation=1, operations=(made,), documents=plan.documents, dated=date(2026, 11, 25)
    )
    undo = plan_reversal(posted, {key: journal.inspect(key)}, SURVEY)
    (document,) = undo.documents
    assert (document.reverses, document.key) == (key, undo.operations[0].key)
    journal.target.execute(journal.call(undo.operations, "call-2"))
    found = journal.inspect(document.key)
    assert (found.total, found.tax, found.day) == (document.total, document.tax, document.day)
    assert found.lines == {one.account.id: one.amount for one in document.lines}
    assert [(one.key, one.amount) for one in found.payments] == [(o.key, o.amount) for o in document.payments]
    assert not set(found.payments) & set(journal.inspect(key).payments)


def test_in_a_closed_period_it_is_reversed_on_the_first_open_date() -> None:
    locked = replace(SURVEY, locked_through=date(2026, 10, 31))
    (operation,) = plan_reversal(POSTED, {KEY: HELD}, locked).operations
    assert operation.payload["date"] == "2026-11-25"


def test_one_that_is_gone_needs_nothing_and_one_that_was_changed_or_copied_is_left() -> None:
    assert plan_reversal(POSTED, {}, SURVEY).operations == ()
    for found, code in (
        (replace(HELD, total=Decimal("99.00")), "journal.undo_edited"),
        (replace(HELD, standing=Standing.SEVERAL), "journal.undo_twice"),
    ):
        plan = plan_reversal(POSTED, {KEY: found}, SURVEY)
        assert (plan.operations, [one.code for one in plan.findings]) == ((), [code])
