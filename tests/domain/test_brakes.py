"""What is unusual about a day's size, and when empty closes are sudden."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takings.domain.brakes import (
    CONFIRMABLE,
    EMPTY_IN_A_ROW,
    TIMES,
    days_empty,
    empty_runs,
    is_confirmed,
    is_unusual,
    unusual_size,
    usual_size,
)
from takings.domain.findings import Severity

DAY = date(2026, 10, 31)
CENTS = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100)
SIGNED = st.tuples(CENTS, st.sampled_from((1, -1))).map(lambda pair: pair[0] * pair[1])
HISTORIES = st.dictionaries(st.integers(1, 70).map(lambda n: DAY - timedelta(days=n)), SIGNED, max_size=70)


def steady(amount: str = "1000.00", days: int = 60) -> dict[date, Decimal]:
    return {DAY - timedelta(days=n): Decimal(amount) for n in range(1, days + 1)}


def test_a_day_of_ten_times_the_usual_is_unusual_and_a_cent_less_is_not():
    assert is_unusual(DAY, steady() | {DAY: Decimal("10000.00")})
    assert not is_unusual(DAY, steady() | {DAY: Decimal("9999.99")})


def test_a_day_far_below_zero_is_unusual_too():
    assert is_unusual(DAY, steady() | {DAY: Decimal("-10000.00")})


def test_nothing_is_unusual_while_too_little_is_known():
    assert not is_unusual(DAY, {DAY: Decimal("99999.00")})
    assert not is_unusual(DAY, steady(days=6) | {DAY: Decimal("99999.00")})
    assert is_unusual(DAY, steady(days=7) | {DAY: Decimal("99999.00")})


def test_the_same_weekdays_count_where_four_are_known():
    saturdays = {DAY - timedelta(weeks=n): Decimal("9000.00") for n in range(1, 5)}
    assert usual_size(DAY, steady() | saturdays) == Decimal("5000.00")  # four of eight: the median lies between
    saturdays |= {DAY - timedelta(weeks=n): Decimal("9000.00") for n in range(5, 9)}
    assert usual_size(DAY, steady() | saturdays) == Decimal("9000.00")


def back(*days: int, amount: str = "9000.00") -> dict[date, Decimal]:
    return {DAY - timedelta(days=n): Decimal(amount) for n in days}


def test_four_of_the_same_weekdays_in_eight_weeks_are_enough_and_three_are_not():
    week = back(1, 2, 3, 4, 5, 6, amount="1000.00")
    assert usual_size(DAY, week | back(35, 42, 49, 56)) == Decimal("9000.00")
    assert usual_size(DAY, week | back(7, 14, 21)) == Decimal("1000.00")
    # The ninth week before is none of them, and neither is the day itself.
    assert usual_size(DAY, week | back(7, 14, 21, 63)) == Decimal("1000.00")
    assert usual_size(DAY, week | back(0, 7, 14, 21)) == Decimal("1000.00")


def test_seven_days_in_four_weeks_are_enough_where_too_few_of_the_weekday_are_known():
    assert usual_size(DAY, back(1, 2, 3, 4, 5, 6, 28)) == Decimal("9000.00")
    assert usual_size(DAY, back(1, 2, 3, 4, 5, 6, 29)) is None
    assert usual_size(DAY, back(0, 1, 2, 3, 4, 5, 6)) is None


def test_one_unusual_day_does_not_hide_the_next():
    sizes = steady() | {DAY - timedelta(days=7): Decimal("90000.00"), DAY: Decimal("90000.00")}
    assert is_unusual(DAY, sizes)


def test_a_day_of_twice_what_was_confirmed_in_the_weeks_before_is_asked_about_again():
    confirmed = {DAY - timedelta(days=3): Decimal("10000.00")}
    assert is_confirmed(DAY, Decimal("20000.00"), confirmed)
    assert is_confirmed(DAY, Decimal("-20000.00"), confirmed)
    assert not is_confirmed(DAY, Decimal("20000.01"), confirmed)
    assert not is_confirmed(DAY + timedelta(weeks=8), Decimal("10000.00"), confirmed)
    assert not is_confirmed(DAY - timedelta(days=3), Decimal("10000.00"), confirmed)  # its own, of an older revision


def test_days_without_takings_say_nothing_of_the_usual():
    closed = {DAY - timedelta(weeks=n): Decimal(0) for n in range(1, 9)}
    assert usual_size(DAY, steady() | closed) == Decimal("1000.00")


@settings(max_examples=40)
@given(HISTORIES, SIGNED)
def test_a_larger_day_is_no_less_unusual(sizes: dict[date, Decimal], size: Decimal):
    if is_unusual(DAY, {**sizes, DAY: size}):
        assert is_unusual(DAY, {**sizes, DAY: 2 * size})
        assert is_unusual(DAY, {**sizes, DAY: -size})


@settings(max_examples=40)
@given(HISTORIES, SIGNED, st.sampled_from([Decimal("0.01"), Decimal(3), Decimal(1000)]))
def test_the_currency_s_worth_does_not_matter(sizes: dict[date, Decimal], size: Decimal, worth: Decimal):
    given_sizes = {**sizes, DAY: size}
    in_another = {day: amount * worth for day, amount in given_sizes.items()}
    assert is_unusual(DAY, given_sizes) == is_unusual(DAY, in_another)


@settings(max_examples=40)
@given(HISTORIES, SIGNED)
def test_an_unusual_day_is_ten_times_as_large_as_half_of_the_days_it_is_compared_with(
    sizes: dict[date, Decimal], size: Decimal
):
    smaller = [one for one in sizes.values() if TIMES * abs(one) <= abs(size)]
    if is_unusual(DAY, {**sizes, DAY: size}):
        assert len(smaller) >= 2
    if len(smaller) == len(sizes):
        assert is_unusual(DAY, {**sizes, DAY: size}) == (usual_size(DAY, sizes) is not None)


@settings(max_examples=40)
@given(HISTORIES, SIGNED, st.dictionaries(st.integers(0, 99).map(lambda n: DAY + timedelta(days=n)), SIGNED))
def test_later_days_change_no_verdict(sizes: dict[date, Decimal], size: Decimal, later: dict[date, Decimal]):
    assert is_unusual(DAY, {**later, **sizes, DAY: size}) == is_unusual(DAY, {**sizes, DAY: size})


def empty_from(first: int, count: int) -> dict[date, Decimal]:
    return {DAY + timedelta(days=n): Decimal(0) for n in range(first, first + count)}


def test_three_empty_closes_after_trading_days_are_sudden_and_two_are_not():
    assert not list(empty_runs(steady() | empty_from(0, 2), DAY))
    (run,) = empty_runs(steady() | empty_from(0, 3), DAY)
    assert run == tuple(empty_from(0, 3))


def test_a_venue_that_never_traded_is_not_suddenly_empty():
    assert not list(empty_runs(empty_from(0, 30), DAY))


def test_a_weekday_that_is_always_empty_is_none_of_it():
    sizes = {day: (Decimal(0) if day.weekday() in (0, 1, 2) else size) for day, size in steady().items()}
    assert not list(empty_runs(sizes | empty_from(0, 1), DAY - timedelta(days=40)))


def sudden(same: dict[int, str], recent: Collection[int] = range(1, 29)) -> bool:
    """Whether three empty closes from `DAY` on are told.

    `same` are what its weekday came to, by the week before, and `recent` are the days before of other weekdays that
    had takings.
    """
    days = {n: "1000.00" for n in recent if n % 7} | {7 * week: amount for week, amount in same.items()}
    sizes = {DAY - timedelta(days=n): Decimal(amount) for n, amount in days.items()}
    return bool(list(empty_runs(sizes | empty_from(0, 3), DAY)))


@pytest.mark.parametrize(
    ("traded", "empty", "told"),
    [
        ([1], [], True), ([1], [2], True), ([2], [1, 3], False), ([5, 6, 7, 8], [1, 2, 3, 4], True),
        ([8], [], True), ([9], [], False), ([], [], False), ([], [1], False),
    ],
)  # fmt: skip
def test_a_weekday_is_usually_traded_where_half_of_its_closes_in_eight_weeks_had_takings(
    traded: list[int], empty: list[int], told: bool
):
    assert sudden(dict.fromkeys(traded, "1000.00") | dict.fromkeys(empty, "0.00")) == told


def test_seven_days_with_takings_in_four_weeks_are_enough_for_a_venue_that_trades():
    week = {1: "1000.00"}
    assert sudden(week, [1, 2, 3, 4, 5, 6])
    assert not sudden(week, [1, 2, 3, 4, 5])
    # The first and the last of the twenty-eight days count, and the one before them does not.
    assert sudden(week | {4: "1000.00"}, [1, 2, 3, 4, 5])
    assert not sudden(week, [2, 3, 4, 5, 6, 29])


def test_the_weekday_of_the_first_of_the_empty_closes_decides():
    sizes = {day: (Decimal(0) if day.weekday() == 6 else size) for day, size in steady().items()}
    (run,) = empty_runs(sizes | empty_from(0, 3), DAY)
    assert run[1].weekday() == 6
    assert run == tuple(empty_from(0, 3))


def test_what_ends_on_the_first_date_that_is_asked_for_is_told():
    sizes = steady() | empty_from(0, 3)
    last = DAY + timedelta(days=2)
    assert list(empty_runs(sizes, last)) == [tuple(empty_from(0, 3))]
    assert not list(empty_runs(sizes, last + timedelta(days=1)))


def test_what_ended_before_is_not_told_again():
    sizes = steady() | empty_from(0, 5) | {DAY + timedelta(days=5): Decimal("900.00")}
    assert len(list(empty_runs(sizes, DAY))) == 1
    assert not list(empty_runs(sizes, DAY + timedelta(days=5)))


@settings(max_examples=40)
@given(HISTORIES, st.sets(st.integers(0, 40), max_size=40))
def test_every_run_is_of_empty_closes_in_a_row(sizes: dict[date, Decimal], empty: set[int]):
    given_sizes = sizes | {DAY + timedelta(days=n): Decimal(0) for n in empty}
    known = sorted(given_sizes)
    for run in empty_runs(given_sizes, DAY):
        start = known.index(run[0])
        assert tuple(known[start : start + len(run)]) == run
        assert len(run) >= EMPTY_IN_A_ROW
        assert not any(given_sizes[day] for day in run)


def test_the_findings_say_what_to_look_at():
    size = unusual_size(DAY, Decimal("123456.70"), Decimal("1234.56"), currency="AUD")
    assert size.severity is Severity.ERROR
    assert size.what == "2026-10-31 comes to 123,456.70 AUD, 100 times what such a day usually does (1,234.56)"
    empty = days_empty([DAY, DAY + timedelta(days=1)], "Anchor")
    assert (empty.severity, empty.subject) == (Severity.WARNING, "2026-10-31")
    assert empty.what == "2 closes of Anchor in a row have no takings: 2026-10-31 to 2026-11-01"


def test_only_what_holds_a_day_until_somebody_looked_can_be_confirmed():
    assert sorted(CONFIRMABLE) == ["day.unusual_size", "ledger.looks_posted"]
