"""A day that was stored comes back as it was, and its hash tells contents apart and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import a_day, any_day, line, on_account, steady, tax, tender

from takings.domain.codec import canonical_text, decode_day, encode_day, read_canonical
from takings.domain.day import DaySummary


@steady
@given(any_day())
def test_a_day_comes_back_from_its_text_as_it_was(day: DaySummary) -> None:
    text, _ = canonical_text(day)
    assert decode_day(json.loads(text)) == day
    assert json.loads(text) == encode_day(day)


@steady
@given(any_day())
def test_a_day_that_came_back_has_the_same_text_and_hash(day: DaySummary) -> None:
    assert canonical_text(decode_day(json.loads(canonical_text(day)[0]))) == canonical_text(day)


@steady
@given(any_day(), st.integers(1, 10_000))
def test_the_revision_is_no_content(day: DaySummary, revision: int) -> None:
    assert canonical_text(replace(day, revision=revision))[1] == canonical_text(day)[1]


@steady
@given(any_day(), any_day())
def test_other_contents_have_other_hashes(one: DaySummary, other: DaySummary) -> None:
    same = replace(one, revision=1) == replace(other, revision=1)
    assert (canonical_text(one)[1] == canonical_text(other)[1]) == same


@pytest.mark.parametrize(
    "change",
    [
        {"lines": (line("11.01"),)}, {"tenders": (tender("11.00", recorded="11.01"),)}, {"taxes": (tax("0.99"),)},
        {"taxes": (tax("1.00", lines=2),)}, {"sequence": 2}, {"prices_include_tax": False}, {"charges_tax": False},
        {"number": "Z-1"},
        {"closed_by": "Zoë"}, {"statistics": {"covers": 3}}, {"lines": (line("11.00", customer="Smith"),)},
    ],
)  # fmt: skip
def test_every_field_but_the_revision_is_content(change: dict[str, Any]) -> None:
    assert canonical_text(replace(a_day(), **change))[1] != canonical_text(a_day())[1]


def test_an_amount_is_the_same_however_many_decimals_it_was_written_with() -> None:
    short = replace(a_day().lines[0], amount=Decimal(11))
    assert canonical_text(replace(a_day(), lines=(short,)))[1] == canonical_text(a_day())[1]


def test_money_is_text_and_empty_fields_are_left_out() -> None:
    encoded = encode_day(a_day())
    assert encoded["lines"] == [{"kind": "sale", "account": "FOOD", "amount": "11.00", "tax_code": "GST"}]
    assert encoded["tenders"][0]["counted"] == "11.00"
    assert encoded["taxes"] == [{"tax_code": "GST", "amount": "1.00", "lines": 1}]


def test_whose_account_a_payment_method_went_to_is_content_and_comes_back() -> None:
    day = a_day(line("11.00"), on_account(Smith="8.00", Jones="3.00"))
    encoded = encode_day(day)
    assert encoded["tenders"] == [
        {
            "code": "HOUSE", "name": "House", "recorded": "11.00", "counted": "11.00", "count": 0,
            "customers": [{"customer": "Smith", "amount": "8.00"}, {"customer": "Jones", "amount": "3.00"}],
        }
    ]  # fmt: skip
    assert decode_day(encoded) == day
    other = a_day(line("11.00"), on_account(Smith="8.01", Jones="2.99"))
    assert canonical_text(other)[1] != canonical_text(day)[1]


def test_a_hash_is_what_it_always_was() -> None:
    # A hash that changes with a new version would show every posted day as changed.
    assert canonical_text(a_day())[1] == "033e06ad66c8d79854ad60b1acc9f359a10b591e33fe59871f531fcb9355f73f"


@steady
@given(any_day())
def test_a_stored_day_is_read_back(day: DaySummary) -> None:
    assert read_canonical(canonical_text(day)[0]) == day
