"""One record a business date: where things belong, and that a change has a later revision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from takings.plugin import Period
from takings_square.assembling import EPOCH, Found
from takings_square.categories import Category
from takings_square.days import TradingDays, show_moment

from .making import CATEGORIES, Json, a_line, a_payment, a_refund, an_order, content, days_of, money, records, sales

FIRST = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
WEEK = Period(date(2026, 10, 1), date(2026, 10, 7))
DAYS = TradingDays("Australia/Sydney", "00:00")


def found(
    orders: list[Json], payments: list[Json] | None = None, refunds: list[Json] | None = None, **more: object
) -> Found:
    made = Found(orders=orders, payments=payments or [], refunds=refunds or [], categories=CATEGORIES)
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_payment_belongs_to_the_day_of_its_order() -> None:
    midnight = DAYS.end(date(2026, 10, 1))
    order = an_order("O", midnight + timedelta(seconds=1), a_line(700))
    days = days_of(found([order], [a_payment("P", "O", 700, midnight - timedelta(seconds=1))]), WEEK)
    assert {date: str(day.counted_total) for date, day in days.items()} == {"2026-10-01": "0", "2026-10-02": "7.00"}
    assert not any(day.difference for day in days.values())
    assert days["2026-10-01"].is_empty


def test_a_payment_whose_order_was_closed_outside_the_week_stands_elsewhere() -> None:
    order = an_order("O", FIRST + timedelta(days=20), a_line(700))
    (record,) = records(found([], [a_payment("P", "O", 700, FIRST)], others=[order]), WEEK)
    assert (content(record)["payments"], content(record)["elsewhere"]) == ([], ["P"])


def test_a_payment_of_an_open_order_is_reported_and_the_day_does_not_balance() -> None:
    open_order = an_order("O", FIRST, a_line(700), state="OPEN")
    day = days_of(found([], [a_payment("P", "O", 700, FIRST)], others=[open_order]), WEEK)["2026-10-01"]
    assert str(day.difference) == "7.00"


def test_closing_the_order_later_mends_the_day_with_a_higher_revision() -> None:
    paid, closed = a_payment("P", "O", 700, FIRST), FIRST + timedelta(days=3)
    before = days_of(found([], [paid]), WEEK)["2026-10-01"]
    after = days_of(found([an_order("O", closed, a_line(700))], [paid]), WEEK)
    assert after["2026-10-01"].is_empty
    assert after["2026-10-01"].revision > before.revision
    assert not after["2026-10-04"].difference


def test_a_refund_belongs_to_the_order_that_square_makes_for_it() -> None:
    sale = an_order("O", FIRST, a_line(700))
    back = an_order("RO", FIRST + timedelta(days=2), returns=[{"return_line_items": [a_line(700)]}])
    refund = a_refund("R", "RO", 700, FIRST + timedelta(days=1))
    days = days_of(found([sale, back], [a_payment("P", "O", 700, FIRST)], [refund]), WEEK)
    assert {date: str(day.counted_total) for date, day in days.items()} == {
        "2026-10-01": "7.00",
        "2026-10-02": "0",
        "2026-10-03": "-7.00",
    }


def test_a_refund_that_names_the_order_of_the_sale_stays_on_its_own_day() -> None:
    refund = a_refund("R", "O", 700, FIRST + timedelta(days=1))
    days = days_of(found([an_order("O", FIRST, a_line(700))], [a_payment("P", "O", 700, FIRST)], [refund]), WEEK)
    assert str(days["2026-10-02"].difference) == "-7.00"
    assert not days["2026-10-01"].difference


def test_the_revision_is_the_newest_change_in_seconds() -> None:
    changed = FIRST + timedelta(days=9, milliseconds=400)
    order = an_order("O", FIRST, a_line(700), updated_at=show_moment(changed))
    (record,) = records(found([order]), WEEK)
    assert content(record)["revision"] == (FIRST + timedelta(days=9) - EPOCH) // timedelta(seconds=1)


def test_a_tip_that_is_changed_later_raises_the_revision() -> None:
    later = show_moment(FIRST + timedelta(hours=3))
    before, after = an_order("O", FIRST, a_line(700)), an_order("O", FIRST, a_line(700), total_tip_money=money(100))
    first = days_of(found([before]), WEEK)["2026-10-01"]
    second = days_of(found([{**after, "updated_at": later}]), WEEK)["2026-10-01"]
    assert second.revision > first.revision


def test_moving_an_item_to_another_category_raises_the_revision() -> None:
    moved = Category(id="CAT-NEW", name="New", updated=FIRST + timedelta(days=30))
    before = days_of(found([an_order("O", FIRST, a_line(700))]), WEEK)["2026-10-01"]
    after = days_of(found([an_order("O", FIRST, a_line(700))], categories={"VAR-A": moved}), WEEK)["2026-10-01"]
    assert after.lines[0].account == "CAT-NEW"
    assert after.revision > before.revision


def test_nobody_s_name_is_kept() -> None:
    person = {
        "buyer_email_address": "ada@example.com",
        "note": "for Ada",
        "card_details": {"card": {"last_4": "1111"}},
    }
    order = an_order(
        "O", FIRST, {**a_line(700), "note": "Ada"}, customer_id="ada", ticket_name="Ada", fulfillments=["Ada"]
    )
    (record,) = records(found([order], [a_payment("P", "O", 700, FIRST, **person)]), WEEK)
    assert b"ada" not in record.body.lower()
    assert b"1111" not in record.body


@given(st.data(), st.integers(0, 6), st.integers(0, 6))
def test_a_day_reads_the_same_whatever_period_is_asked_for(data: st.DataObject, one: int, other: int) -> None:
    everything = found([])
    for number in range(5):
        closed = FIRST + timedelta(hours=data.draw(st.integers(0, 150)))
        order, paid = data.draw(sales(f"O{number}", closed))
        everything.orders.append(order)
        everything.payments += paid
    part = Period(WEEK.first + timedelta(days=min(one, other)), WEEK.first + timedelta(days=max(one, other)))
    whole = {record.where: record for record in records(everything, WEEK)}
    assert records(everything, part) == [whole[day.isoformat()] for day in part if day.isoformat() in whole]
