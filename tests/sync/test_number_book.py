"""Numbers are reserved once: never twice, the same after a retry, and every gap can be explained."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.host import PluginHost
from takings.sync.numbers import Numberable, NumberBook, Numbered

HOST = PluginHost.load(allow=set())
FIRST = date(2026, 10, 1)


class Journal:
    """The number table, as far as a `NumberBook` reads it; reservations are kept as an intent keeps them."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def flush(self) -> None:
        pass

    def connection(self) -> Journal:
        return self

    def execute(self, query: Any, values: dict[str, Any]) -> Any:
        names = [one.name for one in query.selected_columns]
        found = [tuple(row[name] for name in names) for row in self.rows]
        return SimpleNamespace(scalars=lambda: [one[0] for one in found]) if len(names) == 1 else found

    def book(self, strategy: str, integration: str = "int_1", **settings: Any) -> NumberBook:
        joint = SimpleNamespace(
            integration=SimpleNamespace(
                id=integration, owner="local", numbering={"strategy": f"builtin:{strategy}", "settings": settings}
            ),
            organisation="some:ledger/1",
            target_connection=SimpleNamespace(organisation="1"),
            target_type=SimpleNamespace(kinds=()),
        )
        return NumberBook(self, HOST, joint, dates=[FIRST + timedelta(days=n) for n in range(40)])  # type: ignore[arg-type]

    def keep(self, numbered: Numbered) -> str | None:
        if numbered.reservation:
            self.rows.append(numbered.reservation)
        return numbered.number


def of(day: int, **more: Any) -> Numberable:
    return Numberable(business_date=FIRST + timedelta(days=day), **{"site": "bar", **more})


choices = st.one_of(
    st.tuples(st.just("dated"), st.fixed_dictionaries({"prefix": st.sampled_from(["S", "P", "S2"])})),
    st.tuples(
        st.just("sequence"),
        st.fixed_dictionaries(
            {
                "prefix": st.sampled_from(["", "A", "A1"]),
                "digits": st.sampled_from([1, 4]),
                "start": st.sampled_from([0, 1, 7, 15]),
            }
        ),
    ),
    st.tuples(
        st.just("pattern"),
        st.fixed_dictionaries(
            {
                "pattern": st.sampled_from(["{number}", "A{number}", "{yy}{mm}-{number}", "{date}{sequence}"]),
                "digits": st.sampled_from([1, 3]),
            }
        ),
    ),
    st.tuples(st.just("source"), st.just({})),
)
runs = st.lists(st.tuples(choices, st.lists(st.integers(0, 30), min_size=1, max_size=6), st.booleans()), max_size=6)


@given(runs)
def test_no_number_is_handed_out_twice_and_each_stays_with_its_unit(given_runs: Any) -> None:
    journal, numbers = Journal(), {}
    for (strategy, settings), days, is_lost in given_runs:
        book = journal.book(strategy, **settings)
        for day in days:
            numbered = book.number_of(f"unit/{day}", of(day, source_number=str(day % 5)))
            if is_lost:
                continue  # the process ended before its intent was stored: nothing was sent under these numbers
            number = journal.keep(numbered)
            if number is None:
                assert [one.code for one in numbered.findings] == ["number.given_before"]
            else:
                assert numbers.setdefault(day, number) == number
    assert len(set(numbers.values())) == len(numbers)
    reserved = [row["number"] for row in journal.rows]
    assert sorted(reserved) == sorted(numbers.values())


@given(st.lists(st.integers(0, 30), unique=True, max_size=12), st.integers(0, 50))
def test_a_running_number_has_no_gap_but_those_of_units_that_are_not_posted(days: list[int], start: int) -> None:
    journal = Journal()
    for day in days:
        journal.keep(journal.book("sequence", start=start, digits=1).number_of(f"unit/{day}", of(day)))
    assert [row["n"] for row in journal.rows] == list(range(start, start + len(days)))
    assert [row["number"] for row in journal.rows] == [str(row["n"]) for row in journal.rows]
    assert {row["unit_key"] for row in journal.rows} == {f"unit/{day}" for day in days}


def test_a_higher_start_goes_on_from_there_and_a_lower_one_changes_nothing() -> None:
    journal = Journal()
    for day, start in enumerate((5, 100, 1)):
        journal.keep(journal.book("sequence", start=start, digits=1).number_of(f"unit/{day}", of(day)))
    assert [row["number"] for row in journal.rows] == ["5", "100", "101"]


@pytest.mark.parametrize(("strategy", "numbers"), [("dated", ("00", "01")), ("sequence", ("00001", "00002"))])
def test_what_is_made_anew_keeps_its_number_with_a_suffix(strategy: str, numbers: tuple[str, str]) -> None:
    journal = Journal()
    first, second = numbers

    def number(close: int, generation: int = 1, **more: Any) -> str:
        key, subject = f"unit/{close}/g{generation}", of(0, sequence=close)
        written = journal.keep(journal.book(strategy).number_of(key, subject, generation, **more))
        assert written is not None
        return written

    assert number(1).endswith(first)
    assert number(2).endswith(second)
    anew = number(2, 2)
    assert anew == f"{number(2)}-R2"
    assert number(2, 2) == anew, "a retry changes nothing"
    assert number(2, 4) == f"{number(2)}-R4"
    assert number(1, 2, standing=f"{number(1)}-R2") == f"{number(1)}-R2"
    assert number(3)[-1] == {"dated": "2", "sequence": "3"}[strategy], "no number is used up"
    assert len({(row["counted"], row["n"]) for row in journal.rows}) == len(journal.rows)


def test_what_is_made_anew_in_another_series_gets_a_number_of_that_one() -> None:
    journal = Journal()
    journal.keep(journal.book("dated").number_of("unit/1/g1", of(0)))
    assert journal.book("sequence").number_of("unit/1/g2", of(0), 2).number == "00001-R2"
    assert journal.book("dated").number_of("unit/2/g2", of(0), 2).number == "S26100101-R2", "nothing is known before"


def test_the_source_s_number_is_taken_and_a_day_without_one_is_held() -> None:
    book = Journal().book("source")
    assert book.number_of("unit/1", of(1, source_number="Z-77")).number == "Z-77"
    numbered = book.number_of("unit/2", of(2))
    assert (numbered.number, [one.code for one in numbered.findings]) == (None, ["number.missing"])
    again = book.number_of("unit/3", of(3, source_number="Z-77"))
    assert (again.number, [one.code for one in again.findings]) == (None, ["number.given_before"])


@pytest.mark.parametrize("strategy", ["dated", "sequence", "pattern"])
def test_a_lost_journal_finds_the_counters_of_documents_that_stand(strategy: str) -> None:
    before, after = Journal(), Journal()
    book = before.book(strategy)
    standing = [before.keep(book.number_of(f"unit/{day}", of(day))) for day in range(30)]
    book = after.book(strategy)
    for day, number in enumerate(standing):
        assert after.keep(book.number_of(f"unit/{day}", of(day), standing=number or "")) == number
    assert [row["n"] for row in after.rows] == [row["n"] for row in before.rows]
    assert after.keep(after.book(strategy).number_of("unit/31", of(31))) == before.keep(book.number_of("x", of(31)))
