"""Orders, payments and refunds of Square for tests: small ones by hand, and any that hypothesis thinks of."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from takings.plugin import DaySummary, Period, RawRecord
from takings_square.assembling import Found, assemble
from takings_square.categories import Category
from takings_square.days import TradingDays, show_moment
from takings_square.locations import Location
from takings_square.reader import DayReader

Json = dict[str, Any]
READER = DayReader()
LOCATION = Location(id="L1", name="Café", timezone="Australia/Sydney", currency="AUD")
TAXES = (
    {"uid": "gst", "catalog_object_id": "TAX-GST", "name": "GST", "percentage": "10", "type": "INCLUSIVE"},
    {"uid": "city", "name": "City tax", "percentage": "2.5", "type": "ADDITIVE"},
)
CATEGORIES = {"VAR-A": Category(id="CAT-A", name="Drinks"), "VAR-B": Category()}


def money(units: int, currency: str = "AUD") -> Json:
    return {"amount": units, "currency": currency}


def a_line(total: int, *, tax: int = 0, discount: int = 0, taxes: tuple[str, ...] = (), **more: Any) -> Json:
    return {
        "catalog_object_id": "VAR-A",
        "item_type": "ITEM",
        "total_money": money(total),
        "total_tax_money": money(tax),
        "total_discount_money": money(discount),
        "applied_taxes": [{"tax_uid": one} for one in taxes],
        **more,
    }


def an_order(ident: str, closed: datetime, *lines: Json, **more: Any) -> Json:
    """Return a completed order that was closed at a moment."""
    return {
        "id": ident,
        "state": "COMPLETED",
        "closed_at": show_moment(closed),
        "updated_at": show_moment(closed),
        "line_items": list(lines),
        "taxes": list(TAXES),
        **more,
    }


def a_payment(ident: str, order: str, total: int, made: datetime, source: str = "CARD", **more: Any) -> Json:
    return {
        "id": ident,
        "order_id": order,
        "status": "COMPLETED",
        "source_type": source,
        "total_money": money(total),
        "created_at": show_moment(made),
        "updated_at": show_moment(made),
        **more,
    }


def a_refund(ident: str, order: str, total: int, made: datetime, **more: Any) -> Json:
    return {
        "id": ident,
        "order_id": order,
        "status": "COMPLETED",
        "destination_type": "CARD",
        "amount_money": money(total),
        "created_at": show_moment(made),
        "updated_at": show_moment(made),
        **more,
    }


def records(
    found: Found, period: Period, *, ends_at: str = "00:00", location: Location = LOCATION
) -> list[RawRecord]:
    days = TradingDays(location.timezone, ends_at)
    return list(assemble(found, location=location, days=days, ends_at=ends_at, period=period))


def days_of(found: Found, period: Period, *, ends_at: str = "00:00") -> dict[str, DaySummary]:
    """Assemble and read, by date."""
    read = {}
    for record in records(found, period, ends_at=ends_at):
        day = READER.parse(record)
        assert isinstance(day, DaySummary), day
        read[day.business_date.isoformat()] = day
    return read


def content(record: RawRecord) -> Json:
    made: Json = json.loads(record.body)
    return made


# --- Anything ------------------------------------------------------------------------------------------------

cents = st.integers(0, 500_000)


@st.composite
def lines(draw: st.DrawFn) -> Json:
    """A line with any mix of inclusive and additive taxes; the total has all of them in it."""
    discount, tax = draw(cents), draw(st.integers(0, 9_000))
    taxes = tuple(draw(st.sets(st.sampled_from(("gst", "city")))))
    kind = draw(st.sampled_from(("ITEM", "ITEM", "CUSTOM_AMOUNT", "GIFT_CARD")))
    total = draw(cents) + tax
    charge = draw(st.integers(0, total)) if kind != "GIFT_CARD" else 0
    found = a_line(total, tax=tax if taxes else 0, discount=discount, taxes=taxes, item_type=kind)
    return {
        **found,
        "catalog_object_id": draw(st.sampled_from(("VAR-A", "VAR-B", "VAR-UNKNOWN"))),
        "total_service_charge_money": money(charge),
    }


@st.composite
def sales(draw: st.DrawFn, ident: str, closed: datetime) -> tuple[Json, list[Json]]:
    """An order and the payments that pay for it exactly."""
    sold, tip, rounding = draw(st.lists(lines(), min_size=1, max_size=4)), draw(cents), draw(st.integers(-4, 5))
    charge = {"total_money": money(draw(cents)), "total_tax_money": money(0), "applied_taxes": []}
    owed = sum(one["total_money"]["amount"] for one in (*sold, charge)) + tip + rounding
    first = draw(st.integers(0, max(owed, 0)))
    sources = draw(
        st.lists(st.sampled_from(("CARD", "CASH", "WALLET", "EXTERNAL", "SQUARE_ACCOUNT")), min_size=2, max_size=2)
    )
    paid = [
        a_payment(f"P{ident}{number}", ident, part, closed - timedelta(seconds=number), source)
        for number, (part, source) in enumerate(zip((first, owed - first), sources, strict=True))
    ]
    order = an_order(
        ident,
        closed,
        *sold,
        service_charges=[charge],
        total_tip_money=money(tip),
        rounding_adjustment={"amount_money": money(rounding)},
    )
    return order, paid
