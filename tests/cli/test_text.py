"""Whatever a user, a point of sale or a ledger wrote, a terminal shows it as text."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from takings.cli.text import aligned, clean, width


@given(st.text())
def test_no_character_that_acts_on_a_terminal_is_left(text: str):
    left = {unicodedata.category(one) for one in clean(text)}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_escape_sequences_lose_their_escape():
    assert clean("\x1b[31mCash\x1b[0m\x07") == "[31mCash[0m"
    assert clean("\x9b31mCash") == "31mCash"


def test_text_that_would_run_backwards_does_not():
    assert clean("Till\u202e1 hsaC") == "Till1 hsaC"


def test_a_line_break_in_a_name_does_not_begin_a_line():
    assert clean("Cash\nledger agrees") == "Cash ledger agrees"


def test_ordinary_names_of_any_script_stay():
    assert clean("Café Ümläut 酒場 €") == "Café Ümläut 酒場 €"


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5))
def test_columns_stand_below_each_other_and_nothing_is_cut(rows: list[tuple[str, str]]):
    cells = [[clean(one).strip() for one in row] for row in rows]
    lines = aligned(cells, [False, True])
    for line, (first, second) in zip(lines, cells, strict=True):
        assert line.startswith(first)
        assert line.endswith(second)
    assert len({width(line) for line, row in zip(lines, cells, strict=True) if row[1]}) <= 1
