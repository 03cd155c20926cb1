"""The numbers that the strategy writes."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from takings.plugin import NumberInput

from takings_example.numbering import ByShopSettings, by_shop_number


def number(counter: int, generation: int = 1, digits: int = 5) -> str:
    seen = NumberInput(
        business_date=date(2026, 10, 5),
        sequence=1,
        site="corner-1",
        source_number="",
        generation=generation,
        counter=counter,
    )
    return by_shop_number(seen, ByShopSettings(digits=digits))


def test_a_number_has_the_shop_and_counts_from_one() -> None:
    assert number(0) == "CORNER-1-00001"
    assert number(41, generation=2) == "CORNER-1-00042-R2"


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(3, 9))
def test_two_counters_never_give_one_number(one: int, other: int, digits: int) -> None:
    assert (number(one, digits=digits) == number(other, digits=digits)) == (one == other)
