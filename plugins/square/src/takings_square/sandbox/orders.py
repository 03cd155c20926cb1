"""Builds orders, payments and refunds as Square's API shows them; whole cents, GST inside the price."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from takings_square.sandbox.menu import GST, Item

Json = dict[str, Any]
CURRENCY = "AUD"


def money(cents: int) -> Json:
    """Return an amount as Square writes it."""
    return {"amount": cents, "currency": CURRENCY}


def contained(cents: int) -> int:
    """Return the GST inside an amount that includes it, rounded half up: a tenth on top is an eleventh inside."""
    return (2 * cents + 11) // 22 if cents >= 0 else -contained(-cents)


def stamp(moment: datetime) -> str:
    """Write a moment as Square does."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(item: Item, quantity: int, *, discount: int = 0) -> Json:
    """Return a line of an order."""
    gross = item.cents * quantity
    tax = contained(gross - discount) if item.taxed else 0
    made: Json = {
        "uid": f"l-{item.key.lower()}",
        "catalog_object_id": item.variation,
        "quantity": str(quantity),
        "name": item.name,
        "item_type": "ITEM",
        "base_price_money": money(item.cents),
        "gross_sales_money": money(gross),
        "total_tax_money": money(tax),
        "total_discount_money": money(discount),
        "total_money": money(gross - discount),
    }
    if item.taxed:
        made["applied_taxes"] = [{"uid": "a-gst", "tax_uid": "gst", "applied_money": money(tax)}]
    return made


def gift_card(cents: int) -> Json:
    """Return the line that sells a gift card."""
    return {
        "uid": "l-gift",
        "quantity": "1",
        "name": "eGift Card",
        "item_type": "GIFT_CARD",
        "total_tax_money": money(0),
        "total_discount_money": money(0),
        "total_money": money(cents),
    }


def weekend_charge(cents: int) -> Json:
    """Return the service charge of a weekend, GST inside."""
    tax = contained(cents)
    return {
        "uid": "c-weekend",
        "name": "Weekend surcharge",
        "percentage": "10",
        "treatment_type": "LINE_ITEM_TREATMENT",
        "applied_money": money(cents),
        "total_money": money(cents),
        "total_tax_money": money(tax),
        "applied_taxes": [{"uid": "a-gst", "tax_uid": "gst", "applied_money": money(tax)}],
    }


def order(ident: str, location: str, moment: datetime, **parts: Any) -> Json:
    """Return a completed order; `tip`, `rounding` in cents, `lines`, `charges`, `returns`, `refunds` as lists."""
    lines, charges, tip = parts.get("lines", []), parts.get("charges", []), parts.get("tip", 0)
    rounding, returns = parts.get("rounding", 0), parts.get("returns", [])
    total = sum(one["total_money"]["amount"] for one in (*lines, *charges)) + tip + rounding
    made: Json = {
        "id": ident,
        "location_id": location,
        "state": "COMPLETED",
        "version": 4,
        "source": {"name": "Square Point of Sale"},
        "created_at": stamp(moment - timedelta(minutes=9)),
        "updated_at": stamp(moment + timedelta(seconds=2)),
        "closed_at": stamp(moment),
        "total_money": money(total),
        "total_tip_money": money(tip),
    }
    if lines:
        made |= {"line_items": lines, "taxes": [tax_of(lines + charges)]}
    if charges:
        made["service_charges"] = charges
    if rounding:
        made["rounding_adjustment"] = {"uid": "r", "name": "Cash rounding", "amount_money": money(rounding)}
    if returns:
        made |= {"returns": returns, "refunds": parts.get("refunds", [])}
    return made


def tax_of(lines: list[Json]) -> Json:
    """Return the order's tax with what it comes to over these lines."""
    total = sum(one["total_tax_money"]["amount"] for one in lines)
    return {
        "uid": "gst",
        "catalog_object_id": GST["id"],
        "name": GST["name"],
        "percentage": GST["percentage"],
        "type": "INCLUSIVE",
        "scope": "LINE_ITEM",
        "applied_money": money(total),
    }


def payment(ident: str, sale: Json, moment: datetime, *, source: Json) -> Json:
    """Return the payment of an order, and name it in the order's tenders."""
    total, tip = sale["total_money"]["amount"], sale["total_tip_money"]["amount"]
    kind = "CASH" if source["source_type"] == "CASH" else "CARD"
    sale.setdefault("tenders", []).append(
        {"id": ident, "payment_id": ident, "type": kind, "amount_money": money(total), "tip_money": money(tip)}
    )
    return {
        "id": ident,
        "created_at": stamp(moment - timedelta(seconds=4)),
        "updated_at": stamp(moment),
        "status": "COMPLETED",
        "location_id": sale["location_id"],
        "order_id": sale["id"],
        "amount_money": money(total - tip),
        "tip_money": money(tip),
        "total_money": money(total),
        "buyer_email_address": "someone@example.com",
        **source,
    }


def refund(ident: str, paid: Json, sale: Json, *, moment: datetime, location: str) -> tuple[Json, Json]:
    """Take an order's first line back: the refund, and the return order that Square makes for it."""
    first = sale["line_items"][0]
    cents = first["total_money"]["amount"]
    source = {key: paid[key] for key in ("source_type",)}
    back = {key: value for key, value in first.items() if key not in ("uid", "gross_sales_money")}
    taxes = [{key: value for key, value in tax_of([first]).items() if key != "scope"}]
    made = {
        "id": ident,
        "status": "COMPLETED",
        "location_id": location,
        "destination_type": source["source_type"],
        "amount_money": money(cents),
        "payment_id": paid["id"],
        "order_id": f"{ident}-ORDER",
        "reason": "Returned goods",
        "created_at": stamp(moment),
        "updated_at": stamp(moment + timedelta(seconds=3)),
    }
    returned = {
        "uid": "ret",
        "source_order_id": sale["id"],
        "return_line_items": [{**back, "source_line_item_uid": first["uid"]}],
        "return_taxes": taxes if first.get("applied_taxes") else [],
        "return_amounts": {"total_money": money(cents), "tax_money": first["total_tax_money"]},
    }
    listed = [{"id": ident, "tender_id": paid["id"], "amount_money": money(cents), "status": "APPROVED"}]
    return made, order(f"{ident}-ORDER", location, moment, returns=[returned], refunds=listed)
