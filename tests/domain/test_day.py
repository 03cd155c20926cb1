"""A day is its lines and its counted tenders, and its identity is the POS's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from tests.support.days import a_day, any_day, day_keys, line, steady, tax, tender

from takings.domain.day import DayKey, DaySummary, LineKind, Prices


@steady
@given(any_day())
def test_the_difference_is_what_was_counted_less_what_the_lines_come_to(day: DaySummary) -> None:
    lines = sum((one.amount for one in day.lines), day.tax_on_top)
    counted = sum((one.counted for one in day.tenders), Decimal(0))
    assert (day.lines_total, day.counted_total, day.difference) == (lines, counted, counted - lines)


def test_the_tax_comes_on_top_of_prices_without_it_and_of_no_others() -> None:
    parts = (line("10.00"), tender("11.00"), tax("1.00"))
    exclusive = a_day(*parts, prices_include_tax=False)
    assert (exclusive.prices, exclusive.lines_total, exclusive.difference) == (Prices.EXCLUSIVE, Decimal(11), 0)
    assert a_day(*parts).difference == a_day(*parts, prices_include_tax=False, charges_tax=False).difference == 1
    assert a_day(*parts, charges_tax=False).prices is Prices.NO_TAX


def test_what_was_recorded_is_not_what_is_posted() -> None:
    assert a_day(line("11.00"), tender("11.00", recorded="12.00")).counted_total == Decimal("11.00")


def test_a_day_of_zeros_is_empty_and_one_that_cancels_out_is_not() -> None:
    assert a_day(line("0.00"), tender("0.00")).is_empty
    assert a_day(tender("0.00")).is_empty
    assert not a_day(line("5.00"), line("-5.00", kind=LineKind.REFUND)).is_empty
    assert not a_day(tender("5.00"), tender("-5.00", "CARD")).is_empty


def test_a_day_is_named_by_its_date_and_close() -> None:
    day = a_day(business_date=date(2026, 10, 18), sequence=2, revision=7)
    assert day.key == DayKey(site="4417", business_date=date(2026, 10, 18), sequence=2)
    assert str(day.key) == "2026-10-18/2"


@steady
@given(day_keys, day_keys)
def test_days_are_in_order_of_site_date_and_close(one: DayKey, other: DayKey) -> None:
    first = (one.site, one.business_date, one.sequence)
    second = (other.site, other.business_date, other.sequence)
    assert (one < other) == (first < second)
