"""Many values, a few at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from takings.store.query import AT_ONCE, chunks


@given(st.lists(st.integers(), max_size=60), st.integers(1, 25))
def test_chunks_together_are_all_values_in_their_order(values: list[int], most: int) -> None:
    found = list(chunks(values, most))
    assert [one for some in found for one in some] == values
    assert all(len(some) == most for some in found[:-1])
    assert all(0 < len(some) <= most for some in found)


def test_of_nothing_there_is_no_chunk() -> None:
    assert list(chunks([])) == []


@given(st.integers(0, 3 * AT_ONCE))
def test_no_query_gets_more_values_than_a_database_takes(count: int) -> None:
    found = [len(some) for some in chunks(range(count))]
    assert sum(found) == count
    assert max(found, default=0) <= AT_ONCE


def test_what_is_read_once_only_is_given_whole() -> None:
    assert list(chunks((number for number in range(5)), 2)) == [[0, 1], [2, 3], [4]]
