"""Which part of a stated tax belongs to what is posted, and what comes on top of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.days import a_day, line, tax

from takings.domain.day import Prices, TaxTotal
from takings.domain.money import tax_added, tax_contained
from takings.domain.taxes import belongs, posted_on_top, posted_share, with_tax

FOOD, BEER, BREAD = line("30.00"), line("10.00", "BEER"), line("4.00", "BREAD", "FRE")


def test_all_of_a_tax_belongs_to_a_day_that_is_posted_whole() -> None:
    day = a_day(FOOD, BEER, BREAD, tax("4.01"))
    assert posted_share(day.taxes[0], day, day.lines) == Decimal("4.01")


def test_a_part_of_it_belongs_to_the_part_that_is_posted_rounded_to_the_cent() -> None:
    day = a_day(FOOD, BEER, BREAD, tax("4.01"))
    assert posted_share(day.taxes[0], day, [FOOD]) == Decimal("3.01")
    assert posted_share(day.taxes[0], day, [BREAD]) == 0
    assert posted_share(day.taxes[0], day, []) == 0


def test_a_tax_whose_lines_come_to_nothing_is_whole() -> None:
    day = a_day(line("5.00"), line("-5.00", "BEER"), tax("0.01"))
    assert posted_share(day.taxes[0], day, [day.lines[0]]) == Decimal("0.01")


def test_a_tax_of_the_whole_day_is_never_shared() -> None:
    whole = TaxTotal(tax_code="", amount=Decimal("2.00"), lines=3)
    assert posted_share(whole, a_day(FOOD, BEER, whole), [BEER]) == Decimal("2.00")


@pytest.mark.parametrize(
    ("code", "account", "fits"),
    [("GST", "", True), ("GST", "FOOD", True), ("GST", "BEER", False), ("FRE", "", False), ("", "FOOD", False)],
)
def test_a_tax_is_that_of_its_code_and_of_its_account_where_it_names_one(code: str, account: str, fits: bool) -> None:
    assert belongs(FOOD, TaxTotal(tax_code=code, amount=Decimal(1), lines=1, account=account)) is fits


def test_only_prices_without_tax_have_some_on_top() -> None:
    parts = (FOOD, BEER, BREAD, tax("4.01"), tax("0.00", "FRE"))
    exclusive = a_day(*parts, prices_include_tax=False)
    assert posted_on_top(exclusive, exclusive.lines) == Decimal("4.01")
    assert posted_on_top(exclusive, [FOOD]) == Decimal("3.01")
    for day in (a_day(*parts), a_day(*parts, prices_include_tax=False, charges_tax=False)):
        assert posted_on_top(day, day.lines) == 0


def test_tax_is_added_and_taken_out_half_up() -> None:
    assert tax_added(Decimal("45.45"), Decimal(10), "AUD") == Decimal("4.55")
    assert tax_added(Decimal("-0.05"), Decimal(10), "AUD") == Decimal("-0.01")
    assert tax_added(Decimal("105"), Decimal(10), "JPY") == Decimal(11)
    assert tax_contained(Decimal("55.00"), Decimal(10), "AUD") == Decimal("5.00")


@pytest.mark.parametrize(
    ("prices", "amount", "tax"),
    [
        (Prices.INCLUSIVE, "10.05", "0.91"),
        (Prices.EXCLUSIVE, "11.06", "1.01"),
        (Prices.NO_TAX, "10.05", "0"),
    ],
)
def test_a_lines_tax_is_within_its_amount_or_on_top_or_there_is_none(prices: Prices, amount: str, tax: str) -> None:
    found = with_tax(Decimal("10.05"), Decimal(10), "AUD", prices=prices)
    assert found == (Decimal(amount), Decimal(tax))
