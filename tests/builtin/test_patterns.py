"""Numbers by a pattern: an allow-list of tokens, and never one number for two documents."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from takings.builtin.numbering import SequenceSettings, sequence_number, source_number
from takings.builtin.patterns import TOKENS, PatternSettings, pattern_number, problem_of
from takings.plugin import NumberInput


def shown(counter: int = 42, generation: int = 1, source: str = "", sequence: int = 1) -> NumberInput:
    return NumberInput(
        business_date=date(2026, 11, 22),
        sequence=sequence,
        site="anchor",
        source_number=source,
        generation=generation,
        counter=counter,
    )


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("{yy}{mm}{dd}-{number}", "261122-0042"),
        ("{site}/{date}/{sequence}", "anchor/20261122/1"),
        ("INV {number}", "INV 0042"),
    ],
)
def test_tokens_are_replaced(pattern: str, number: str) -> None:
    assert pattern_number(shown(), PatternSettings(pattern=pattern)) == number
    assert pattern_number(shown(generation=3), PatternSettings(pattern=pattern)) == f"{number}-R3"


@pytest.mark.parametrize(
    "pattern",
    ["", "S", "{date}", "{yy}{mm}{sequence}", "{site}-{sequence}", "{number", "number}", "{{number}}", "{number}{",
     "{}{number}", "{number.real}", "{number!r}", "{number:>9999999}", "{0}{number}", "{__class__}{number}",
     "{number}\n", "{number}\x00", "{number}" + "x" * 60],
)  # fmt: skip
def test_a_pattern_that_can_not_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError):
        PatternSettings(pattern=pattern)


@given(st.text(max_size=60))
def test_no_pattern_reaches_anything_but_its_tokens(pattern: str) -> None:
    if not problem_of(pattern):
        number = pattern_number(shown(), PatternSettings(pattern=pattern))
        assert len(number) <= 60 * 8
        assert "{" not in number


parts = st.lists(st.one_of(st.sampled_from([f"{{{one}}}" for one in TOKENS]), st.sampled_from("AZ-_/9 ")), max_size=6)


@given(parts, st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_running_number_tells_two_documents_apart(given_parts: list[str], one: int, other: int) -> None:
    pattern = "".join(given_parts) + "-{number}"
    if len(pattern) <= 60:
        settings = PatternSettings(pattern=pattern)
        assert (pattern_number(shown(one), settings) == pattern_number(shown(other), settings)) == (one == other)


def test_a_running_number_is_padded_and_widens() -> None:
    settings = SequenceSettings(prefix="POS-")
    assert sequence_number(shown(7), settings) == "POS-00007"
    assert sequence_number(shown(1_234_567), settings) == "POS-1234567"
    assert sequence_number(shown(7, generation=2), settings) == "POS-00007-R2"


def test_the_source_s_number_is_taken_as_it_is() -> None:
    assert source_number(shown(source="Z 9"), None) == "Z 9"
    assert source_number(shown(source="Z 9", generation=2), None) == "Z 9-R2"
    assert source_number(shown(), None) == ""
