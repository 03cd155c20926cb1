"""Folding: what is paid exactly balances to the cent, tax included, in whatever order it comes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.plugin import DaySummary, LineKind, Period, RawRecord
from takings_square.assembling import Found

from .making import CATEGORIES, Json, a_line, a_payment, a_refund, an_order, days_of, money, records, sales

NOON = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
DAY = Period(date(2026, 10, 1), date(2026, 10, 1))


def folded(orders: list[Json], payments: list[Json] | None = None, refunds: list[Json] | None = None) -> DaySummary:
    found = Found(orders=orders, payments=payments or [], refunds=refunds or [], categories=CATEGORIES)
    return days_of(found, DAY)["2026-10-01"]


def amounts(day: DaySummary) -> dict[tuple[str, str, str], str]:
    return {(one.kind.value, one.account, one.tax_code): str(one.amount) for one in day.lines}


@st.composite
def whole_days(draw: st.DrawFn) -> Found:
    made = [draw(sales(f"O{number}", NOON)) for number in range(draw(st.integers(1, 4)))]
    return Found(
        orders=[order for order, _ in made],
        payments=[one for _, paid in made for one in paid],
        refunds=[],
        categories=CATEGORIES,
    )


@given(whole_days())
def test_orders_that_are_paid_exactly_balance(found: Found) -> None:
    day = days_of(found, DAY)["2026-10-01"]
    assert day.difference == 0
    total = sum(one["total_money"]["amount"] for one in found.payments)
    assert day.counted_total == Decimal(total).scaleb(-2)
    stated = sum(
        line["total_tax_money"]["amount"]
        for order in found.orders
        for line in order["line_items"]
        if line["item_type"] != "GIFT_CARD"
    )
    assert sum(one.amount for one in day.taxes) == Decimal(stated).scaleb(-2)


@given(whole_days(), st.integers())
def test_the_order_of_lists_changes_nothing(found: Found, seed: int) -> None:
    chance = Random(seed)
    shuffled = Found(
        orders=chance.sample(found.orders, len(found.orders)),
        payments=chance.sample(found.payments, len(found.payments)),
        refunds=[],
        categories=dict(reversed(CATEGORIES.items())),
    )
    assert records(shuffled, DAY) == records(found, DAY)


@given(whole_days())
def test_what_does_not_concern_the_money_changes_nothing(found: Found) -> None:
    noisy = Found(
        orders=[{**one, "version": 9, "customer_id": "C", "tenders": []} for one in found.orders],
        payments=[{**one, "processing_fee": [], "refunded_money": money(5)} for one in found.payments],
        refunds=[],
        categories=CATEGORIES,
    )
    assert records(noisy, DAY) == records(found, DAY)


def test_inclusive_and_additive_taxes_are_both_in_the_amount() -> None:
    inclusive, additive = a_line(1100, tax=100, taxes=("gst",)), a_line(1025, tax=25, taxes=("city",))
    both = a_line(1127, tax=127, taxes=("city", "gst"))
    day = folded([an_order("O", NOON, inclusive, additive, both)])
    assert amounts(day) == {
        ("sale", "CAT-A", "TAX-GST"): "11.00",
        ("sale", "CAT-A", "City tax 2.5"): "10.25",
        ("sale", "CAT-A", "City tax 2.5+TAX-GST"): "11.27",
    }
    assert {one.tax_code: str(one.amount) for one in day.taxes} == {
        "TAX-GST": "1.00",
        "City tax 2.5": "0.25",
        "City tax 2.5+TAX-GST": "1.27",
    }
    assert day.prices_include_tax


def test_a_discount_stands_apart_from_what_was_sold() -> None:
    day = folded([an_order("O", NOON, a_line(900, discount=100, tax=82, taxes=("gst",)))])
    assert amounts(day) == {
        ("sale", "CAT-A", "TAX-GST"): "10.00",
        ("discount", "CAT-A", "TAX-GST"): "-1.00",
    }


def test_tips_charges_gift_cards_and_rounding_have_accounts_of_their_own() -> None:
    charge = {"total_money": money(110), "total_tax_money": money(10), "applied_taxes": [{"tax_uid": "gst"}]}
    order = an_order(
        "O",
        NOON,
        a_line(5000, item_type="GIFT_CARD"),
        service_charges=[charge],
        total_tip_money=money(250),
        rounding_adjustment={"amount_money": money(-2)},
    )
    assert amounts(folded([order])) == {
        ("voucher_sold", "GIFT-CARDS", "OUT-OF-SCOPE"): "50.00",
        ("surcharge", "SERVICE-CHARGES", "TAX-GST"): "1.10",
        ("tip", "TIPS", "OUT-OF-SCOPE"): "2.50",
        ("rounding", "ROUNDING", "OUT-OF-SCOPE"): "-0.02",
    }


def test_an_apportioned_charge_is_taken_out_of_its_lines_and_not_counted_twice() -> None:
    line = a_line(1100, tax=100, taxes=("gst",), total_service_charge_money=money(100))
    charge = {"treatment_type": "APPORTIONED_TREATMENT", "total_money": money(100)}
    day = folded([an_order("O", NOON, line, service_charges=[charge])], [a_payment("P", "O", 1100, NOON)])
    assert amounts(day) == {
        ("sale", "CAT-A", "TAX-GST"): "10.00",
        ("surcharge", "SERVICE-CHARGES", "TAX-GST"): "1.00",
    }
    assert not day.difference


def test_a_return_takes_back_lines_tax_tip_charge_and_rounding() -> None:
    returned = {
        "return_line_items": [a_line(1100, tax=100, taxes=("gst",)), a_line(2000, item_type="GIFT_CARD")],
        "return_taxes": [{"uid": "gst", "catalog_object_id": "TAX-GST"}],
        "return_service_charges": [{"total_money": money(110)}],
        "return_tips": [{"applied_money": money(50)}],
        "rounding_adjustment": {"amount_money": money(1)},
    }
    order = an_order("RO", NOON, returns=[returned], refunds=[{"id": "R"}])
    day = folded([order], [], [a_refund("R", "RO", 3261, NOON)])
    assert amounts(day) == {
        ("refund", "CAT-A", "TAX-GST"): "-11.00",
        ("surcharge", "SERVICE-CHARGES", "NO-TAX"): "-1.10",
        ("tip", "TIPS", "OUT-OF-SCOPE"): "-0.50",
        ("voucher_sold", "GIFT-CARDS", "OUT-OF-SCOPE"): "-20.00",
        ("rounding", "ROUNDING", "OUT-OF-SCOPE"): "-0.01",
    }
    assert not day.difference
    assert {one.tax_code: str(one.amount) for one in day.taxes} == {"NO-TAX": "0.00", "TAX-GST": "-1.00"}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"source_type": "CASH"}, "CASH"),
        ({"source_type": "CARD", "card_details": {"card": {"card_brand": "AMERICAN_EXPRESS"}}}, "CARD"),
        ({"source_type": "CARD"}, "CARD"),
        ({"source_type": "CARD", "card_details": {"card": {"card_brand": "SQUARE_GIFT_CARD"}}}, "GIFT_CARD"),
        ({"source_type": "WALLET"}, "WALLET"),
        ({"source_type": "BUY_NOW_PAY_LATER"}, "BUY_NOW_PAY_LATER"),
        ({"source_type": "EXTERNAL", "external_details": {"type": "FOOD_VOUCHER"}}, "EXTERNAL-FOOD_VOUCHER"),
        ({"source_type": "EXTERNAL"}, "EXTERNAL-OTHER"),
        ({"source_type": "SOMETHING_NEW"}, "OTHER"),
        ({}, "OTHER"),
    ],
)
def test_payment_methods(source: Json, code: str) -> None:
    paid = {key: value for key, value in a_payment("P", "O", 700, NOON).items() if key != "source_type"} | source
    back = a_refund("R", "RO", 200, NOON, paid_by=source)
    refund_order = an_order("RO", NOON, returns=[{"return_line_items": [a_line(200)]}])
    day = folded([an_order("O", NOON, a_line(700)), refund_order], [paid], [back])
    assert [(one.code, str(one.counted), one.count) for one in day.tenders] == [(code, "5.00", 2)]
    assert not day.difference


@pytest.mark.parametrize("status", ["APPROVED", "PENDING", "CANCELED", "FAILED", None])
def test_a_payment_that_is_not_completed_is_no_money(status: str | None) -> None:
    day = folded([an_order("O", NOON, a_line(700))], [a_payment("P", "O", 700, NOON, status=status)])
    assert day.tenders == ()
    assert str(day.difference) == "-7.00"


@pytest.mark.parametrize(
    ("status", "counts"), [("PENDING", True), ("COMPLETED", True), ("REJECTED", False), ("FAILED", False)]
)
def test_a_refused_refund_gives_nothing_back(status: str, counts: bool) -> None:
    order = an_order("RO", NOON, returns=[{"return_line_items": [a_line(700)]}])
    day = folded([order], [], [a_refund("R", "RO", 700, NOON, status=status)])
    assert bool(day.tenders) is counts
    assert day.is_empty is False


@given(st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=4), st.binary(max_size=60))
def test_reading_never_raises(thing: dict[str, Any], junk: bytes) -> None:
    from takings_square.assembling import FORMAT

    from .making import READER

    assert READER.parse(RawRecord(body=junk))
    (made,) = records(Found(orders=[thing], payments=[], refunds=[]), DAY)
    told = READER.parse(made)
    assert isinstance(told, tuple)
    assert told[0].code == "square.unplaced"
    assert FORMAT in made.body.decode()


def test_kinds_of_lines_come_in_one_order() -> None:
    day = folded([an_order("O", NOON, a_line(900, discount=100), total_tip_money=money(1))])
    assert [one.kind for one in day.lines] == [LineKind.SALE, LineKind.DISCOUNT, LineKind.TIP]
