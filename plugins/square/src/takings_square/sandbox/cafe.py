"""The café's days, made up from a seed: the same date gives the same orders, whatever is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from takings_square.sandbox import orders
from takings_square.sandbox.menu import MENU
from takings_square.sandbox.orders import Json

ZONE = ZoneInfo("Australia/Sydney")
_VISA = {
    "source_type": "CARD",
    "card_details": {"status": "CAPTURED", "card": {"card_brand": "VISA", "last_4": "1111"}},
}
_GIFT = {"source_type": "CARD", "card_details": {"status": "CAPTURED", "card": {"card_brand": "SQUARE_GIFT_CARD"}}}
_CASH = {"source_type": "CASH", "cash_details": {"buyer_supplied_money": {"amount": 5000, "currency": "AUD"}}}
_DELIVERY = {"source_type": "EXTERNAL", "external_details": {"type": "OTHER", "source": "Delivery service"}}
_SOURCES = (_VISA,) * 13 + (_CASH,) * 4 + (_GIFT, _DELIVERY)


@dataclass
class Day:
    """What one date holds, by id."""

    orders: dict[str, Json] = field(default_factory=dict)
    payments: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Cafe:
    """One location that trades every day but Monday; closes after midnight on Fridays."""

    location: str
    seed: int = 1

    def day(self, day: date) -> Day:
        """Return a copy-free, cached day; who changes it copies it first."""
        return _made(self.location, self.seed, day)

    def day_of_id(self, ident: str) -> Day | None:
        """Return the day that an id of this café names."""
        name, _, rest = ident.partition(".")
        try:
            return self.day(date.fromisoformat(rest[:10])) if name[1:] == self.location else None
        except ValueError:
            return None


@lru_cache(maxsize=2000)
def _made(location: str, seed: int, day: date) -> Day:
    made, chance = Day(), Random(f"{location}|{seed}|{day}")  # noqa: S311 - made-up takings, no secrets
    if day.weekday() == 0:
        return made
    opening = datetime.combine(day, time(7), ZONE).astimezone(UTC)
    hours = 17.5 if day.weekday() == 4 else 9
    moments = sorted(chance.randrange(int(hours * 3600)) for _ in range(chance.randrange(18, 34)))
    for number, seconds in enumerate(moments):
        _sell(made, chance, f"{location}.{day}.{number:03d}", moment=opening + timedelta(seconds=seconds), day=day)
    if chance.random() < 0.3:
        _take_back(made, chance, location)
    return made


def _sell(made: Day, chance: Random, ident: str, *, moment: datetime, day: date) -> None:
    location = ident.partition(".")[0]
    items = chance.sample(MENU, chance.randrange(1, 4))
    lines = [
        orders.line(one, quantity := chance.randrange(1, 4), discount=_discount(chance, one.cents * quantity))
        for one in items
    ]
    if chance.random() < 0.03:
        lines.append(orders.gift_card(chance.choice((2500, 5000, 10000))))
    total = sum(one["total_money"]["amount"] for one in lines if one["item_type"] == "ITEM")
    charges = [orders.weekend_charge((total + 5) // 10)] if day.weekday() >= 5 else []
    source = chance.choice(_SOURCES)
    tip = chance.choice((0, 0, 0, 200, 350, 500)) if source is _VISA else 0
    owed = sum(one["total_money"]["amount"] for one in (*lines, *charges))
    rounding = _to_five_cents(owed) - owed if source is _CASH else 0
    sale = orders.order(f"O{ident}", location, moment, lines=lines, charges=charges, tip=tip, rounding=rounding)
    paid = orders.payment(f"P{ident}", sale, moment, source=source)
    made.orders[sale["id"]], made.payments[paid["id"]] = sale, paid


def _discount(chance: Random, cents: int) -> int:
    return cents // 10 if chance.random() < 0.06 else 0


def _to_five_cents(cents: int) -> int:
    return (cents + 2) // 5 * 5


def _take_back(made: Day, chance: Random, location: str) -> None:
    sales = [one for one in made.orders.values() if one["line_items"][0]["item_type"] == "ITEM"]
    sale = chance.choice(sales[:-1])
    last = max(datetime.fromisoformat(one["closed_at"]) for one in made.orders.values())
    paid = made.payments[sale["tenders"][0]["id"]]
    given, returned = orders.refund(f"R{sale['id'][1:]}", paid, sale, moment=last, location=location)
    made.refunds[given["id"]], made.orders[returned["id"]] = given, returned
