"""The built-in numbering strategies."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from takings.builtin.numbering import DatedSettings, dated_number, dated_series, ledger_number
from takings.plugin import NumberInput


def given_number(day: date = date(2026, 11, 22), counter: int = 0, generation: int = 1) -> NumberInput:
    return NumberInput(
        business_date=day, sequence=1, site="4417", source_number="", generation=generation, counter=counter
    )


def test_a_dated_number_is_prefix_date_and_counter() -> None:
    assert dated_number(given_number(), DatedSettings()) == "S26112200"
    assert dated_number(given_number(counter=7), DatedSettings(prefix="BAR-")) == "BAR-26112207"


def test_a_repost_adds_its_generation() -> None:
    assert dated_number(given_number(generation=2), DatedSettings()) == "S26112200-R2"


def test_the_hundredth_document_of_a_day_widens_the_counter() -> None:
    assert dated_number(given_number(counter=99), DatedSettings()) == "S26112299"
    assert dated_number(given_number(counter=100), DatedSettings()) == "S261122100"


def test_the_ledger_strategy_gives_no_number() -> None:
    assert ledger_number(given_number(), None) is None


@pytest.mark.parametrize("prefix", ["a b", "thirteen-long", "é", "S\n"])
def test_a_prefix_that_ledgers_may_refuse_is_refused(prefix: str) -> None:
    with pytest.raises(ValidationError):
        DatedSettings(prefix=prefix)


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
numbers = st.tuples(days, st.integers(0, 2000), st.integers(1, 20))


@given(numbers, numbers, st.from_regex(r"[A-Za-z0-9-]{0,12}", fullmatch=True))
def test_two_documents_of_a_series_never_share_a_number(
    one: tuple[date, int, int], other: tuple[date, int, int], prefix: str
) -> None:
    settings = DatedSettings(prefix=prefix)
    written = [dated_number(given_number(*each), settings) for each in (one, other)]
    assert (written[0] == written[1]) == (one == other)
    assert dated_series(settings) == prefix
