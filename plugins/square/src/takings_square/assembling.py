"""Is responsible for one record a business date, made of what Square's lists gave. Pure.

An order belongs to the day it was closed. A payment or refund belongs to the day of its order, because both are one
sale; where no completed order has it, to the day it was made, whose takings then do not balance. So a record depends
on Square's data only, never on the period that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from takings.plugin import Period, RawRecord
from takings_square import trimming
from takings_square.api import Json
from takings_square.categories import Category
from takings_square.days import TradingDays, parse_moment
from takings_square.locations import Location

FORMAT = "square.day/1"
#: Revisions count seconds from here: they fit 32 bits until 2068.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_canonical = msgspec.json.Encoder(order="deterministic")


@dataclass(slots=True, kw_only=True)
class Found:
    """What the lists of a period gave, and the completed orders of other periods that its payments belong to."""

    orders: list[Any]
    payments: list[Any]
    refunds: list[Any]
    others: list[Any] = field(default_factory=list)
    categories: Mapping[str, Category] = field(default_factory=dict)


@dataclass(slots=True)
class _Day:
    """What belongs to one date, and each moment at which any of it last changed."""

    parts: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"orders": {}, "payments": {}, "refunds": {}, "categories": {}}
    )
    elsewhere: set[str] = field(default_factory=set)
    moments: list[datetime] = field(default_factory=list)

    @property
    def revision(self) -> int:
        """The newest change in whole seconds: a change of what counts has a later one."""
        return max([1, *((moment - EPOCH) // timedelta(seconds=1) for moment in self.moments)])


def assemble(
    found: Found, *, location: Location, days: TradingDays, ends_at: str, period: Period
) -> tuple[RawRecord, ...]:
    """Return the records of a period, oldest first, then what could not be placed on any day."""
    sorter = _Sorter(found, days)
    records = []
    for day in sorted(one for one in sorter.days if one in period):
        made = sorter.days[day]
        content = {
            "format": FORMAT,
            "location": {name: getattr(location, name) for name in ("id", "name", "timezone", "currency")},
            "business_date": day.isoformat(),
            "day_ends_at": ends_at,
            "revision": made.revision,
            **{
                name: [part[key] for key in sorted(part)] for name, part in made.parts.items() if name != "categories"
            },
            "categories": made.parts["categories"],
            "elsewhere": sorted(made.elsewhere),
        }
        records.append(RawRecord(body=_canonical.encode(content), where=day.isoformat()))
    unplaced = sorted(_canonical.encode({"format": FORMAT, "unplaced": one}) for one in sorter.unplaced)
    return (*records, *(RawRecord(body=body) for body in unplaced))


class _Sorter:
    """Sorts objects into days."""

    def __init__(self, found: Found, days: TradingDays) -> None:
        self._bounds, self._categories = days, found.categories
        self.days: dict[date, _Day] = {}
        self.unplaced: list[Any] = []
        self._orders: dict[str, Json] = {}
        self._closed: dict[str, date] = {}
        for one in self._named(found.orders, trimming.ORDER):
            self._order(one)
        for one in self._named(found.others, trimming.ORDER):
            self._remember(one)
        for one in self._named(found.payments, trimming.PAYMENT):
            self._money("payments", one, trimming.PAYMENT, home=self._home(one))
        for one in self._named(found.refunds, trimming.REFUND):
            self._money("refunds", one, trimming.REFUND, home=self._home_of_refund(one))

    def _named(self, objects: Iterable[Any], spec: trimming.Spec) -> Iterable[Json]:
        for one in objects:
            if isinstance(one, dict) and isinstance(one.get("id"), str):
                yield one
            else:
                self.unplaced.append(trimming.keep(one, spec))

    def _on(self, day: date) -> _Day:
        return self.days.setdefault(day, _Day())

    def _remember(self, order: Json) -> date | None:
        closed = parse_moment(order.get("closed_at"))
        if closed is None or order.get("state") != "COMPLETED":
            return None
        self._orders[order["id"]] = order
        day = self._closed[order["id"]] = self._bounds.day_of(closed)
        return day

    def _order(self, order: Json) -> None:
        day = self._remember(order)
        if day is None:
            self.unplaced.append(trimming.keep(order, trimming.ORDER))
            return
        bucket = self._on(day)
        bucket.parts["orders"][order["id"]] = trimming.keep(order, trimming.ORDER)
        bucket.moments += _moments(order)
        for ident in variations_of(order):
            if category := self._categories.get(ident):
                bucket.parts["categories"][ident] = {"id": category.id, "name": category.name}
                bucket.moments += [category.updated] if category.updated else []

    def _home(self, payment: Json) -> date | None:
        return self._closed.get(_ident(payment, "order_id"))

    def _home_of_refund(self, refund: Json) -> date | None:
        # Square gives a refund an order of its own. The order of the sale is not meant: that day was closed.
        ident = _ident(refund, "order_id")
        order = self._orders.get(ident, {})
        return self._closed[ident] if order.get("returns") or order.get("refunds") else None

    def _money(self, kind: str, one: Json, spec: trimming.Spec, *, home: date | None) -> None:
        created = parse_moment(one.get("created_at"))
        made = self._bounds.day_of(created) if created else None
        day = home or made
        if day is None:
            self.unplaced.append(trimming.keep(one, spec))
            return
        self._on(day).parts[kind][one["id"]] = trimming.keep(one, spec)
        # The day on which it was made hears of it too: it may have stood there before its order was closed.
        for heard in {day, made or day}:
            self._on(heard).moments += [*_moments(one), *_moments(self._orders.get(_ident(one, "order_id"), {}))]
        if made and made != day:
            self._on(made).elsewhere.add(one["id"])


def variations_of(order: Any) -> list[str]:
    """Return the catalogue ids of everything that an order sells or takes back."""
    found = []
    for owner, name in ((order, "line_items"), *((one, "return_line_items") for one in _list(order, "returns"))):
        found += [ident for line in _list(owner, name) if (ident := _ident(line, "catalog_object_id"))]
    return found


def _list(owner: Any, name: str) -> list[Any]:
    found = owner.get(name) if isinstance(owner, dict) else None
    return found if isinstance(found, list) else []


def _ident(owner: Any, name: str) -> str:
    found = owner.get(name) if isinstance(owner, dict) else None
    return found if isinstance(found, str) else ""


def _moments(one: Json) -> list[datetime]:
    for name in ("updated_at", "closed_at", "created_at"):
        if moment := parse_moment(one.get(name)):
            return [moment]
    return []
