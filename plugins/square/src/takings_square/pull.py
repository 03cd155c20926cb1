"""Is responsible for pulling: a location's days, read in weeks from Square's lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from takings.plugin import Batch, Catalogue, Context, Finding, Period, RawRecord, Source
from takings_square import assembling, categories, codes
from takings_square.api import Api, Json
from takings_square.assembling import Found
from takings_square.days import TradingDays, parse_moment, show_moment
from takings_square.locations import Location, active, choose
from takings_square.options import ConnectionSettings, InstallationSettings

#: Days that are read together: a week of a busy café is a few thousand small objects.
DAYS_A_BATCH = 7


class SquareSource(Source):
    """One location of a Square seller."""

    def __init__(self, installation: InstallationSettings, connection: ConnectionSettings, context: Context) -> None:
        self._context, self._settings, self._address = context, connection, installation.api_url
        self._api = Api(context, installation.api_url)

    def check(self) -> Sequence[Finding]:
        """Ask for the location; what is in the way of reading is an instruction, so there are no findings."""
        self._location()
        return ()

    def catalogue(self) -> Catalogue:
        """Return taxes and categories of the catalogue, with the codes that every location has."""
        location = self._location()
        listed = codes.from_catalogue(self._api.catalogue("TAX", "CATEGORY"))
        return Catalogue(
            codes=(*codes.fixed(), *listed),
            site_id=location.id,
            site_name=location.name,
            timezone=location.timezone,
            currency=location.currency,
        )

    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        """Yield a batch a week of the days that are over; the cursor is the first date that comes next."""
        location = self._location()
        days = TradingDays(location.timezone, self._settings.day_ends_at)
        over = days.day_of(self._context.clock.now()) - timedelta(days=1)
        first, last = _begin(period, cursor), min(period.last, over)
        if first > last:
            yield Batch(records=(), cursor=None)
        while first <= last:
            week = Period(first, min(first + timedelta(days=DAYS_A_BATCH - 1), last))
            first = week.last + timedelta(days=1)
            records = self._records(location, days, week)
            yield Batch(records=records, cursor=first.isoformat() if first <= last else None)

    def _location(self) -> Location:
        return choose(active(self._context, self._address), self._settings.location_id)

    def _records(self, location: Location, days: TradingDays, week: Period) -> tuple[RawRecord, ...]:
        found = self._found(location.id, days, week)
        sold = {ident for order in found.orders for ident in assembling.variations_of(order)}
        found.categories = categories.look_up(self._api, sold)
        return assembling.assemble(
            found, location=location, days=days, ends_at=self._settings.day_ends_at, period=week
        )

    def _found(self, location: str, days: TradingDays, week: Period) -> Found:
        begin, end = days.begin(week.first), days.end(week.last)
        first, last = show_moment(begin), show_moment(end)

        def inside(one: Any, name: str) -> bool:
            # Square does not say for each list whether the end is part of it. What has no time is told by the reader.
            moment = parse_moment(one.get(name)) if isinstance(one, dict) else None
            return moment is None or begin <= moment < end

        orders = [one for one in self._api.orders_closed(location, first, last) if inside(one, "closed_at")]
        payments, refunds = (
            [one for one in self._api.created(what, location, begin=first, end=last) if inside(one, "created_at")]
            for what in ("payments", "refunds")
        )
        payments += self._missing("payments", payments, _of_orders(orders, "tenders", "payment_id"))
        refunds += self._missing("refunds", refunds, _of_orders(orders, "refunds", "id"))
        known = _idents(orders, "id")
        others = sorted((_idents(payments, "order_id") | _idents(refunds, "order_id")) - known)
        return Found(
            orders=orders,
            payments=payments,
            refunds=self._with_payments(refunds, payments),
            others=list(self._api.orders(location, others)),
        )

    def _missing(self, what: str, listed: list[Any], wanted: set[str]) -> list[Any]:
        """Ask one by one for what an order names and its week's list did not have: made on another day."""
        rest = sorted(wanted - _idents(listed, "id"))
        return [one for ident in rest if (one := self._api.one(what, ident)) is not None]

    def _with_payments(self, refunds: list[Any], payments: list[Any]) -> list[Any]:
        """Say of each refund how its payment was made: the refund itself does not tell a gift card from a card."""
        known: dict[str, Json | None] = {one["id"]: one for one in payments if isinstance(one, dict) and "id" in one}
        told = []
        for refund in refunds:
            ident = next(iter(_idents([refund], "payment_id")), "")
            if ident and ident not in known:
                known[ident] = self._api.one("payments", ident)
            payment = known.get(ident)
            told.append({**refund, "paid_by": payment} if payment else refund)
        return told


def _begin(period: Period, cursor: str | None) -> date:
    try:
        day = date.fromisoformat(cursor) if cursor else period.first
    except ValueError:
        return period.first
    return day if day in period else period.first


def _idents(objects: list[Any], name: str) -> set[str]:
    return {ident for one in objects if isinstance(one, dict) and isinstance(ident := one.get(name), str) and ident}


def _of_orders(orders: list[Any], parts: str, name: str) -> set[str]:
    found: set[str] = set()
    for order in orders:
        listed = order.get(parts) if isinstance(order, dict) else None
        found |= _idents(listed, name) if isinstance(listed, list) else set()
    return found
