"""What days become in Paper Ledger; no server needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from takings.plugin import ZERO, LedgerRef, MappedDay, MappedTender, StandingDocument, Survey, Unit

from takings_example.ledger_target import PaperTarget, read_chart
from takings_example.planning import plan_unit
from takings_example.sandbox.books import Books

from .made_days import made_day, mapped, paid, sold, unit

SURVEY = Survey(chart=read_chart(Books().describe()))
DAY = date(2026, 10, 5)


def test_a_day_becomes_a_sheet_and_a_payment_for_each_account() -> None:
    plan = plan_unit(unit(made_day(DAY), number="S1"), SURVEY, "Takings")
    assert [operation.kind for operation in plan.operations] == ["sheet", "payment", "payment"]
    assert plan.operations[0].payload["memo"] == "Takings 2026-10-05"
    assert plan.operations[0].payload["number"] == "S1"
    assert plan.operations[1].payload["sheet"] == {"$ref": plan.operations[0].key, "field": "id"}
    assert [payment.label for payment in plan.documents[0].payments] == ["Cash", "Card"]
    assert {operation.depends_on for operation in plan.operations[1:]} == {(plan.operations[0].key,)}


def test_a_week_becomes_one_sheet_of_its_last_date() -> None:
    days = [made_day(DAY.replace(day=day)) for day in range(5, 12)]
    plan = plan_unit(unit(*days), SURVEY, "")
    assert [operation.kind for operation in plan.operations] == ["sheet", "payment", "payment"]
    assert plan.documents[0].day == date(2026, 10, 11)
    assert plan.documents[0].total == sum(day.lines_total for day in days)
    assert "number" not in plan.operations[0].payload


amounts = st.decimals(min_value=-500, max_value=500, places=2).map(str)
lines = st.builds(sold, amounts, st.sampled_from(["COFFEE", "FOOD"]), st.sampled_from(["GST", "FREE"]))
tenders = st.builds(paid, amounts, st.sampled_from(["CASH", "CARD"]))


@given(st.lists(lines, max_size=8), st.lists(tenders, max_size=4))
def test_each_account_moves_by_exactly_what_the_day_says(sales: Any, payments: Any) -> None:
    seen = mapped(replace(made_day(DAY), lines=tuple(sales), tenders=tuple(payments)))
    plan = plan_unit(replace(unit(made_day(DAY)), days=(seen,)), SURVEY, "")
    wanted: dict[str, Decimal] = {}
    for line in seen.lines:
        wanted[line.account.id] = wanted.get(line.account.id, ZERO) - line.line.amount
    for tender in seen.tenders:
        assert tender.account
        wanted[tender.account.id] = wanted.get(tender.account.id, ZERO) + tender.tender.counted
    moved = {movement.account: movement.amount for movement in plan.movements}
    assert {key: amount for key, amount in moved.items() if amount} == {k: a for k, a in wanted.items() if a}
    for document in plan.documents:
        assert document.total == sum((line.amount for line in document.lines), ZERO)


def test_a_tender_left_open_is_not_paid() -> None:
    seen = mapped(made_day(DAY))
    opened = replace(seen, tenders=(MappedTender(tender=seen.tenders[0].tender, account=None), *seen.tenders[1:]))
    plan = plan_unit(replace(unit(made_day(DAY)), days=(opened,)), SURVEY, "")
    assert [operation.kind for operation in plan.operations] == ["sheet", "payment"]


def test_a_day_without_amounts_leaves_nothing_to_do() -> None:
    empty = MappedDay(day=replace(made_day(DAY), lines=(), tenders=()), lines=(), tenders=())
    assert plan_unit(replace(unit(made_day(DAY)), days=(empty,)), SURVEY, "").operations == ()


def _other_currency() -> tuple[Unit, Survey]:
    return unit(made_day(DAY)), replace(SURVEY, chart=replace(SURVEY.chart, currency="NZD"))


def _tax_excluded() -> tuple[Unit, Survey]:
    return unit(replace(made_day(DAY), prices_include_tax=False)), SURVEY


def _locked() -> tuple[Unit, Survey]:
    return unit(made_day(DAY)), replace(SURVEY, locked_through=DAY)


def _number_taken() -> tuple[Unit, Survey]:
    standing = StandingDocument(id="s1", number="S1", key="", day=DAY, total=Decimal(1))
    return unit(made_day(DAY), number="S1"), replace(SURVEY, documents=(standing,))


def _account_gone() -> tuple[Unit, Survey]:
    return unit(made_day(DAY)), replace(SURVEY, chart=replace(SURVEY.chart, accounts=SURVEY.chart.accounts[1:]))


def _tax_gone() -> tuple[Unit, Survey]:
    return unit(made_day(DAY)), replace(SURVEY, chart=replace(SURVEY.chart, taxes=SURVEY.chart.taxes[1:]))


@pytest.mark.parametrize(
    ("given_case", "code"),
    [
        (_other_currency, "currency"),
        (_tax_excluded, "tax_excluded"),
        (_locked, "locked"),
        (_number_taken, "number_taken"),
        (_account_gone, "account_gone"),
        (_tax_gone, "tax_gone"),
    ],
)
def test_what_the_ledger_would_not_take_holds_the_unit(given_case: Any, code: str) -> None:
    of_unit, survey = given_case()
    plan = plan_unit(of_unit, survey, "")
    assert f"example.{code}" in {finding.code for finding in plan.findings}
    assert plan.operations == ()


def test_the_body_of_a_call_is_the_same_each_time() -> None:
    target = PaperTarget("https://ledger.example.com", None)  # type: ignore[arg-type]
    plans = [plan_unit(unit(made_day(DAY), number="S1"), SURVEY, "Takings") for _ in range(2)]
    assert len({target.prepare("sheet", plan.operations[:1]) for plan in plans}) == 1


def test_a_reference_to_an_account_says_its_name_where_it_has_one() -> None:
    seen = mapped(made_day(DAY))
    named = replace(seen.lines[0], account=LedgerRef(id="gone", code="9", name="Old"))
    plan = plan_unit(replace(unit(made_day(DAY)), days=(replace(seen, lines=(named,)),)), SURVEY, "")
    assert any("9 Old" in finding.why for finding in plan.findings)
