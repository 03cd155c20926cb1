"""Corner Till's made-up days: the same takings for the same date, every time."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

SHOP = {"id": "corner-1", "name": "Corner Shop", "timezone": "Australia/Melbourne", "currency": "AUD"}

#: How many days Corner Till gives in one reply.
PAGE = 10


def codes() -> str:
    """Return the line of codes."""
    return json.dumps(
        {
            "type": "codes",
            "shop": SHOP,
            "taxes": [
                {"code": "GST", "name": "GST", "rate": "10"},
                {"code": "FREE", "name": "GST free", "rate": "0"},
            ],
            "methods": [{"code": "CASH", "name": "Cash"}, {"code": "CARD", "name": "Card"}],
            "groups": [
                {"code": "COFFEE", "name": "Coffee", "tax": "GST"},
                {"code": "FOOD", "name": "Food", "tax": "GST"},
                {"code": "BREAD", "name": "Bread (food)", "tax": "FREE"},
            ],
        }
    )


def page(first: date, last: date) -> tuple[list[str], date | None]:
    """Return the lines of at most `PAGE` days, and the date to go on from."""
    end = min(last, first + timedelta(days=PAGE - 1))
    days = [first + timedelta(days=offset) for offset in range((end - first).days + 1)]
    return [line(day) for day in days], end + timedelta(days=1) if end < last else None


def line(day: date) -> str:
    """Return the line of one day; it always balances."""
    coffee, food, bread = Decimal(22000 + 11 * day.day), Decimal(9900 + 77 * day.weekday()), Decimal(1250)
    discount = Decimal(-550 if day.weekday() == 0 else 0)
    taxed, total = coffee + food + discount, coffee + food + bread + discount
    cash = (total / 3).quantize(Decimal(1))
    sold: list[dict[str, Any]] = [
        _sold("COFFEE", "Coffee", "GST", cents=coffee),
        _sold("FOOD", "Food", "GST", cents=food),
        _sold("BREAD", "Bread", "FREE", cents=bread),
    ]
    if discount:
        sold.append({**_sold("FOOD", "Monday discount", "GST", cents=discount), "kind": "discount"})
    return json.dumps(
        {
            "type": "day",
            "shop": SHOP,
            "date": day.isoformat(),
            "revision": 1,
            "sold": sold,
            "paid": [
                {"method": "CASH", "name": "Cash", "amount": _money(cash)},
                {"method": "CARD", "name": "Card", "amount": _money(total - cash)},
            ],
            "taxes": [{"tax": "GST", "amount": _money((taxed / 11).quantize(Decimal(1))), "lines": 1}],
        }
    )


def _sold(group: str, name: str, tax: str, *, cents: Decimal) -> dict[str, str]:
    return {"group": group, "name": name, "tax": tax, "amount": _money(cents)}


def _money(cents: Decimal) -> str:
    return f"{cents / 100:.2f}"
