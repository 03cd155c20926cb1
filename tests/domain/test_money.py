"""Amounts are exact or refused, and round as ledgers round."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.days import amounts, currencies, steady

from takings.domain.money import (
    exponent,
    format_amount,
    most_rounding,
    parse_amount,
    round_amount,
    show_amount,
    tax_contained,
)

DECIMALS = st.decimals(-(10**9), 10**9, places=6, allow_nan=False, allow_infinity=False)


@steady
@given(st.data(), currencies)
def test_every_amount_is_read_back_as_it_was_written(data: st.DataObject, currency: str) -> None:
    amount = data.draw(amounts(currency))
    assert parse_amount(format_amount(amount, currency), currency) == amount


@steady
@given(st.data(), currencies)
def test_what_was_read_is_written_with_the_same_characters(data: st.DataObject, currency: str) -> None:
    text = format_amount(data.draw(amounts(currency)), currency)
    assert format_amount(parse_amount(text, currency), currency) == text


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("12.5", "AUD"), ("12", "AUD"), ("12.500", "AUD"), (".50", "AUD"), ("12.", "AUD"), ("+12.50", "AUD"),
        ("1,200.50", "AUD"), (" 12.50", "AUD"), ("12.50\n", "AUD"), ("1e3", "AUD"), ("NaN", "AUD"), ("-", "AUD"),
        ("", "AUD"), ("١٢.٥٠", "AUD"), ("--1.00", "AUD"), ("0x1.00", "AUD"), ("1_0.00", "AUD"),
        ("12.00", "JPY"), ("12.50", "KWD"),
    ],
)  # fmt: skip
def test_a_text_that_is_not_exactly_an_amount_is_refused_with_an_example(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=f"expected {currency} as text with {exponent(currency)} decimals, like"):
        parse_amount(text, currency)


@pytest.mark.parametrize(("text", "currency"), [("1234567890123.00", "AUD"), ("-1000000000000", "JPY")])
def test_an_amount_that_is_written_right_and_too_large_is_told_so(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match="the amount is too large, it has at most 12 digits before its decimals"):
        parse_amount(text, currency)


@pytest.mark.parametrize(("currency", "places"), [("AUD", 2), ("JPY", 0), ("KWD", 3), ("XYZ", 2)])
def test_each_currency_has_its_own_number_of_decimals(currency: str, places: int) -> None:
    assert exponent(currency) == places
    assert format_amount(Decimal(7), currency) == "7" + ("." + "0" * places if places else "")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "AUD", "0.01"), ("-0.005", "AUD", "-0.01"), ("0.0049999", "AUD", "0.00"), ("2.675", "AUD", "2.68"),
        ("1.005", "AUD", "1.01"), ("-1.005", "AUD", "-1.01"), ("0.5", "JPY", "1"), ("1.0005", "KWD", "1.001"),
    ],
)  # fmt: skip
def test_halves_round_away_from_zero(amount: str, currency: str, rounded: str) -> None:
    assert str(round_amount(Decimal(amount), currency)) == rounded


@steady
@given(DECIMALS, currencies)
def test_rounding_moves_by_half_a_unit_at_most_and_is_symmetric(amount: Decimal, currency: str) -> None:
    unit = Decimal(1).scaleb(-exponent(currency))
    rounded = round_amount(amount, currency)
    assert abs(rounded - amount) <= unit / 2
    assert round_amount(-amount, currency) == -rounded
    assert round_amount(rounded, currency) == rounded


def test_nothing_is_ever_minus_nothing() -> None:
    assert format_amount(Decimal("-0.001"), "AUD") == "0.00"
    assert show_amount(Decimal("-0.00"), "AUD") == "0.00"
    assert format_amount(Decimal(-0), "JPY") == "0"


def test_people_see_thousands() -> None:
    assert show_amount(Decimal("-1234567.5"), "AUD") == "-1,234,567.50"
    assert show_amount(Decimal(1234), "JPY") == "1,234"


@pytest.mark.parametrize(
    ("amount", "rate", "tax"),
    [("11.00", "10", "1.00"), ("-11.00", "10", "-1.00"), ("0.05", "10", "0.00"), ("0.06", "10", "0.01"),
     ("100.00", "0", "0.00"), ("6332.40", "10", "575.67"), ("9.99", "12.5", "1.11")],
)  # fmt: skip
def test_the_tax_contained_in_an_amount_is_rounded_half_up(amount: str, rate: str, tax: str) -> None:
    assert tax_contained(Decimal(amount), Decimal(rate), "AUD") == Decimal(tax)


@steady
@given(st.integers(-(10**9), 10**9), st.integers(0, 3000))
def test_the_tax_contained_is_the_exact_fraction_rounded(cents: int, permille: int) -> None:
    amount, rate = Decimal(cents).scaleb(-2), Decimal(permille) / 10
    exact = amount * rate / (100 + rate)
    assert tax_contained(amount, rate, "AUD") == exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert tax_contained(-amount, rate, "AUD") == -tax_contained(amount, rate, "AUD")


@pytest.mark.parametrize(("currency", "example"), [("AUD", "-12.50"), ("JPY", "-12"), ("KWD", "-12.500")])
def test_the_example_is_an_amount_of_the_currency(currency: str, example: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f'decimals, like "{example}"') + "$"):
        parse_amount("twelve", currency)
    parse_amount(example, currency)


def test_tax_is_rounded_to_the_currencys_own_decimals() -> None:
    assert tax_contained(Decimal("1.000"), Decimal(10), "KWD") == Decimal("0.091")
    assert tax_contained(Decimal(1000), Decimal(10), "JPY") == Decimal(91)


@pytest.mark.parametrize(
    ("currency", "times", "most"), [("AUD", 1, "0.005"), ("AUD", 3, "0.015"), ("JPY", 2, "1"), ("KWD", 4, "0.002")]
)
def test_rounding_can_come_to_half_of_the_smallest_amount_each_time(currency: str, times: int, most: str) -> None:
    assert most_rounding(currency, times) == Decimal(most)
    assert most_rounding(currency, 0) == 0
