"""The awkward month: every kind of day that the sample month has, without the sample."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from takings_impos.simulator import awkward_month

from .money_of_a_day import counted_total, lines_total

Month = dict[tuple[int, int, int], dict[str, Any]]


@pytest.fixture(scope="module")
def month() -> Month:
    return {
        (int(record["trading_day"][-2:]), record["sequence"], record["revision"]): record
        for record in awkward_month(2026, 10)
    }


def tenders(record: dict[str, Any]) -> dict[str, Decimal]:
    return {tender["paymethod"]: Decimal(tender["counted"]) for tender in record["payments"]}


def test_every_day_of_the_month_is_there_once_with_a_second_close_and_a_revision(month: Month) -> None:
    assert sorted(month) == sorted([(day, 1, 1) for day in range(1, 32)] + [(18, 2, 1), (20, 1, 2)])


@given(st.integers(2016, 2039), st.integers(1, 12), st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_only_the_fifteenth_does_not_balance(year: int, number: int, seed: int) -> None:
    for record in awkward_month(year, number, seed=seed):
        off = counted_total(record) - lines_total(record)
        traded = bool(record["payments"])
        assert off == (Decimal(10) if traded and record["trading_day"].endswith("-15") else 0)


def test_a_paymethod_comes_that_nobody_knows(month: Month) -> None:
    assert tenders(month[9, 1, 1])["DIDI"] > 0
    assert "DIDI" not in tenders(month[10, 1, 1])


def test_a_cancelled_function_makes_a_day_negative(month: Month) -> None:
    assert counted_total(month[12, 1, 1]) == Decimal("-4383.02")
    assert tenders(month[12, 1, 1])["EFTPOS"] < 0


def test_a_closed_day_has_no_lines(month: Month) -> None:
    assert month[21, 1, 1]["sales"] == month[21, 1, 1]["payments"] == []


def test_a_later_revision_refunds_one_sale(month: Month) -> None:
    before, after = month[20, 1, 1], month[20, 1, 2]
    lost = lines_total(before) - lines_total(after)
    assert lost > 0
    assert tenders(before)["EFTPOS"] - tenders(after)["EFTPOS"] == lost
    assert sum(a != b for a, b in zip(before["sales"], after["sales"], strict=True)) == 1


def test_amex_is_negative_on_a_positive_day(month: Month) -> None:
    assert tenders(month[25, 1, 1])["AMEX"] == Decimal("-64.90")
    assert counted_total(month[25, 1, 1]) > 0


def test_labels_break_spreadsheets_and_field_lengths(month: Month) -> None:
    record = month[27, 1, 1]
    departments = [line["department"] for line in record["sales"]]
    assert any(name.startswith("=") for name in departments)
    assert max(map(len, departments)) > 300
    assert "🍻" in record["closed_by"]


def test_a_till_is_short(month: Month) -> None:
    cash = month[8, 1, 1]["payments"][0]
    assert Decimal(cash["counted"]) - Decimal(cash["recorded"]) == Decimal("-50.00")
    assert month[8, 1, 1]["variance"]["amount"] == "-50.00"


def test_the_month_validates(month: Month, record_validator: Draft202012Validator) -> None:
    for record in month.values():
        record_validator.validate(record)
