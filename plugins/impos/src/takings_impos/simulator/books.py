"""Is responsible for the days a service can serve: made up from a seed, or read from a folder of records."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

from .amend import amended
from .day import Close, empty_record, make_record, opening_hours
from .holidays import holiday_on
from .money import amount_of, portion
from .quirks import CHANGES, CLOSED, REVISED, TWO_CLOSES, Quirks, add_paymethod
from .venues import Record, Tender, Venue

FIRST_DAY = date(2015, 1, 1)


class Key(NamedTuple):
    """Which close: the trading day and the sequence within it."""

    day: date
    sequence: int


@dataclass(frozen=True)
class NewPaymethod:
    """A paymethod that a venue starts to take on some day, listed in its catalogue or not yet."""

    tender: Tender
    since: date
    in_catalogue: bool = False


class Books(Protocol):
    """What a service needs to know of the days it serves."""

    def catalogue(self) -> Record:
        """Give the catalogue, with the site in it."""

    def keys(self, first: date, last: date) -> list[Key]:
        """List the closes of a period, oldest first."""

    def first_revision(self, key: Key) -> int:
        """Give the lowest revision there is."""

    def last_revision(self, key: Key) -> int:
        """Give the highest revision known without anybody amending the close."""

    def record(self, key: Key, revision: int = 1) -> Record:
        """Give a close's record in some revision."""

    def amended_by_itself(self, key: Key) -> bool:
        """Say whether the close is one that ImPOS changes after it was read for the first time."""


class UnknownPaymethodError(ValueError):
    """A tender was asked for that the venue does not take."""

    def __init__(self, venue: Venue, code: str) -> None:
        codes = ", ".join(tender.code for tender in venue.tenders)
        super().__init__(f"{venue.name} has no paymethod {code!r}; it has {codes}")


@dataclass
class GeneratedBooks:
    """The days of a simulated venue; a day is the same whatever period is asked for."""

    venue: Venue
    now: Callable[[], datetime]
    seed: int = 1
    only_tenders: tuple[str, ...] = ()
    quirks: Quirks = field(default_factory=Quirks)
    new_paymethods: list[NewPaymethod] = field(default_factory=list)

    def __post_init__(self) -> None:
        known = {tender.code for tender in self.venue.tenders}
        for code in self.only_tenders:
            if code not in known:
                raise UnknownPaymethodError(self.venue, code)
        wanted = self.only_tenders or tuple(known)
        self.tenders = tuple(tender for tender in self.venue.tenders if tender.code in wanted)
        self._make = lru_cache(maxsize=800)(self._made)

    def catalogue(self) -> Record:
        """Give the venue's catalogue with the paymethods that it knows of by now."""
        listed = tuple(new.tender for new in self.new_paymethods if new.in_catalogue)
        return self.venue.catalogue((*self.venue.tenders, *listed))

    def keys(self, first: date, last: date) -> list[Key]:
        """List the closes that lie in the past by the clock."""
        now = self.now()
        today = now.astimezone(self.venue.zone).date()
        last = min(last, today)
        day, found = max(first, FIRST_DAY), []
        while day <= last:
            for sequence in range(1, self._closes(day) + 1):
                # A close is over two days later wherever the venue is: only the newest need a look at the hour.
                recent = day >= today - timedelta(days=2)
                if not recent or opening_hours(self.venue, self._close(Key(day, sequence)))[1] <= now:
                    found.append(Key(day, sequence))
            day += timedelta(days=1)
        return found

    def first_revision(self, key: Key) -> int:
        """Say that made-up days begin with revision 1."""
        return 1

    def last_revision(self, key: Key) -> int:
        """Say that nothing made up is amended before it was read."""
        return 1

    def record(self, key: Key, revision: int = 1) -> Record:
        """Make a record up, again and again the same."""
        text = self._make(key, revision, self.quirks.on(key.day), added=tuple(self.new_paymethods))
        record: Record = json.loads(text)
        return record

    def _made(self, key: Key, revision: int, quirks: tuple[str, ...], *, added: tuple[NewPaymethod, ...]) -> str:
        close = self._close(key)
        if not self._trades(key.day):
            return json.dumps({**empty_record(self.venue, close), "revision": revision})
        record = make_record(self.venue, close)
        for new in added:
            if key.day >= new.since:
                taken = portion(amount_of(record["payments"][0]["recorded"]), 120)
                add_paymethod(record, new.tender, taken)
        for name in quirks:
            if name in CHANGES:
                CHANGES[name](record, self.venue)
        for _revision in range(1, revision):
            record = amended(record, dict(self.venue.rates))
        return json.dumps(record)

    def _trades(self, day: date) -> bool:
        holiday = not self.only_tenders and holiday_on(day) in self.venue.shut_holidays
        return not holiday and CLOSED not in self.quirks.on(day)

    def _closes(self, day: date) -> int:
        if not self._trades(day):
            return 1
        quirks = self.quirks.on(day)
        if not self.only_tenders and day.weekday() in self.venue.shut_weekdays:
            return 0
        return 2 if TWO_CLOSES in quirks or day.weekday() in self.venue.two_close_weekdays else 1

    def _close(self, key: Key) -> Close:
        return Close(
            day=key.day,
            sequence=key.sequence,
            closes=self._closes(key.day),
            seed=self.seed,
            tenders=self.tenders,
        )

    def amended_by_itself(self, key: Key) -> bool:
        """Say whether the close is one that ImPOS changes after it was read for the first time."""
        return REVISED in self.quirks.on(key.day) and self._trades(key.day)


class NoRecordsError(ValueError):
    """A folder was given that holds no end-of-day records."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds no impos.end_of_day records (files *.json with catalogue.json)")


class RecordedBooks:
    """The records of a folder, served as they are; the clock does not hide any of them."""

    def __init__(self, folder: Path) -> None:
        self._days: dict[Key, dict[int, Record]] = {}
        for path in sorted(folder.glob("*.json")):
            found = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(found, dict) and str(found.get("format", "")).startswith("impos.end_of_day/"):
                key = Key(date.fromisoformat(found["trading_day"]), found["sequence"])
                self._days.setdefault(key, {})[found["revision"]] = found
        if not self._days or not (folder / "catalogue.json").exists():
            raise NoRecordsError(folder)
        self._catalogue: Record = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
        any_day = next(iter(self._days.values()))
        self._catalogue["site"] = next(iter(any_day.values()))["site"]

    def catalogue(self) -> Record:
        """Give the folder's catalogue, with the site of its records."""
        return self._catalogue

    def keys(self, first: date, last: date) -> list[Key]:
        """List the closes of the folder that lie in the period."""
        return sorted(key for key in self._days if first <= key.day <= last)

    def first_revision(self, key: Key) -> int:
        """Give the lowest revision in the folder."""
        return min(self._days[key])

    def last_revision(self, key: Key) -> int:
        """Give the highest revision in the folder."""
        return max(self._days[key])

    def record(self, key: Key, revision: int = 1) -> Record:
        """Give the folder's record, or one amended beyond the folder's last revision."""
        known = self._days[key]
        if revision in known:
            return known[revision]
        rates = {tax["code"]: Decimal(tax["rate"]) for tax in self._catalogue["tax_codes"]}
        return amended(self.record(key, revision - 1), rates)

    def amended_by_itself(self, key: Key) -> bool:
        """Say that a folder's days change only when somebody asks for it."""
        return False
