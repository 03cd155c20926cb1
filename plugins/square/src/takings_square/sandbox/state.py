"""What a running sandbox remembers: tokens, amendments, faults. With a folder it survives the process."""

from __future__ import annotations

import copy
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from takings_square.sandbox import orders
from takings_square.sandbox.cafe import ZONE, Cafe, Day
from takings_square.sandbox.orders import Json

ACCESS_DAYS = 30
Clock = Callable[[], datetime]


@dataclass
class Fault:
    """An answer that calls to a path get instead of theirs, so many times."""

    status: int
    times: int = 1
    path: str = ""
    after: int = 0
    retry_after: int = 0


@dataclass
class Kept:
    """What is written to the folder."""

    client_id: str = field(default_factory=lambda: f"sandbox-sq0idb-{secrets.token_urlsafe(16)}")
    client_secret: str = field(default_factory=lambda: f"sandbox-sq0csb-{secrets.token_urlsafe(32)}")
    merchant: str = field(default_factory=lambda: f"ML{secrets.token_hex(5).upper()}")
    codes: dict[str, Json] = field(default_factory=dict)
    access: dict[str, Json] = field(default_factory=dict)
    refresh: dict[str, Json] = field(default_factory=dict)
    amendments: list[Json] = field(default_factory=list)


class NothingToAmendError(ValueError):
    """The day sold nothing that could be changed."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day} has no sale that could be amended")


class State:
    """One sandbox's memory; safe in the server's threads."""

    def __init__(self, folder: Path | None, clock: Clock, *, seed: int, locations: int, page_size: int) -> None:
        self.clock, self.page_size, self.auto_consent = clock, page_size, False
        self.cafes = {name: Cafe(name, seed) for name in ("LSYDNEYCAFE", "LBONDIKIOSK")[:locations]}
        self.faults: list[Fault] = []
        self.calls: list[str] = []
        self._lock, self._file = threading.RLock(), folder / "square.json" if folder else None
        if self._file and self._file.exists():
            self.kept = Kept(**json.loads(self._file.read_text(encoding="utf-8")))
        else:
            self.kept = Kept()

    @contextmanager
    def changing(self) -> Iterator[Kept]:
        """Change what is kept; written when this is left."""
        with self._lock:
            yield self.kept
            if self._file:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                draft = self._file.with_suffix(".new")
                draft.write_text(json.dumps(vars(self.kept)), encoding="utf-8")
                draft.replace(self._file)

    def struck(self, path: str) -> Fault | None:
        """Return the fault that this call meets, if any, and count it."""
        with self._lock:
            self.calls.append(path)
            for fault in self.faults:
                if fault.times > 0 and fault.path in path:
                    if fault.after > 0:
                        fault.after -= 1
                        continue
                    fault.times -= 1
                    return fault
        return None

    def issue(self, scope: str) -> Json:
        """Give a token pair out, as Square words it: when it ends, not how long it lives."""
        access, refresh = f"EAAA{secrets.token_urlsafe(44)}", f"EQAA{secrets.token_urlsafe(44)}"
        ends = (self.clock() + timedelta(days=ACCESS_DAYS)).replace(microsecond=0)
        with self.changing() as kept:
            kept.access[access] = {"scope": scope, "ends": ends.isoformat()}
            kept.refresh[refresh] = {"scope": scope}
        return {
            "access_token": access,
            "token_type": "bearer",
            "expires_at": ends.isoformat().replace("+00:00", "Z"),
            "merchant_id": self.kept.merchant,
            "refresh_token": refresh,
            "short_lived": False,
        }

    def scopes_of(self, access: str) -> frozenset[str] | None:
        """Return what an access token allows; None where it does not work."""
        with self._lock:
            found = self.kept.access.get(access)
        if found is None or datetime.fromisoformat(found["ends"]) <= self.clock():
            return None
        return frozenset(found["scope"].split())

    def expire(self) -> None:
        """End every access token now; refresh tokens still work."""
        with self.changing() as kept:
            kept.access.clear()

    def amend(self, location: str, day: date, kind: str, *, at: datetime) -> Json:
        """Change a day at a later moment: `refund` takes its first sale back, `tip` adds 1.00 to a card's tip."""
        sold = next((one for one in self.day(location, day).orders.values() if one.get("line_items")), None)
        if sold is None:
            raise NothingToAmendError(day)
        made = {"location": location, "day": day.isoformat(), "kind": kind, "order": sold["id"], "at": at.isoformat()}
        with self.changing() as kept:
            made["number"] = len(kept.amendments) + 1
            kept.amendments.append(made)
        return made

    def day(self, location: str, day: date) -> Day:
        """Return a date's objects as they are by now, amendments included."""
        with self._lock:
            mine = [one for one in self.kept.amendments if one["location"] == location and self._concerns(one, day)]
        made = self.cafes[location].day(day)
        if not mine:
            return made
        made = copy.deepcopy(made)
        for one in mine:
            self._apply(one, made, day)
        return made

    def _concerns(self, amendment: Json, day: date) -> bool:
        when = self._made_on(amendment) if amendment["kind"] == "refund" else date.fromisoformat(amendment["day"])
        return when == day

    @staticmethod
    def _made_on(amendment: Json) -> date:
        return datetime.fromisoformat(amendment["at"]).astimezone(ZONE).date()

    def _apply(self, amendment: Json, made: Day, day: date) -> None:
        source = (
            made
            if amendment["day"] == day.isoformat()
            else self.cafes[amendment["location"]].day(date.fromisoformat(amendment["day"]))
        )
        sale, moment = source.orders[amendment["order"]], datetime.fromisoformat(amendment["at"])
        paid = source.payments[sale["tenders"][0]["id"]]
        if amendment["kind"] == "refund":
            ident = f"R{amendment['location']}.{day}.A{amendment['number']}"
            given, returned = orders.refund(ident, paid, sale, moment=moment, location=amendment["location"])
            made.refunds[given["id"]], made.orders[returned["id"]] = given, returned
            return
        for owner, names in ((sale, ("total_money", "total_tip_money")), (paid, ("total_money", "tip_money"))):
            owner["updated_at"] = orders.stamp(moment)
            for name in names:
                owner[name] = orders.money(owner[name]["amount"] + 100)

    def between(self, location: str, kind: str, time_name: str, *, begin: datetime, end: datetime) -> list[Json]:
        """Return the orders, payments or refunds whose time lies in a span, oldest first, none of the future."""
        now, found = self.clock(), []
        day, last = begin.astimezone(ZONE).date() - timedelta(days=1), min(end, now).astimezone(ZONE).date()
        while day <= last:
            found += getattr(self.day(location, day), kind).values()
            day += timedelta(days=1)
        span = [
            one
            for one in found
            if begin <= (moment := datetime.fromisoformat(one[time_name])) <= end and moment <= now
        ]
        return sorted(span, key=lambda one: (one[time_name], one["id"]))

    def named(self, kind: str, ident: str) -> Any:
        """Return one object by its id, or None."""
        name, _, rest = ident[1:].partition(".")
        try:
            found = getattr(self.day(name, date.fromisoformat(rest[:10])), kind).get(ident)
        except (ValueError, KeyError):
            return None
        return found


def real_clock() -> datetime:
    """Return the time it is."""
    return datetime.now(UTC)
