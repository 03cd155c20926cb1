"""The call budgets in the database: one short transaction reserves a few calls for this process.

Rows of an organisation: its own (refused until when), `#day` (the day's count), `#0` … (blocks of calls). The row
of an organisation is taken first and guards its others. The installation's row is named by the component.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from takings.connect import windows
from takings.connect.windows import Block, Seen
from takings.plugin.targets import Budget
from takings.store.database import Database

_TAKE = text(
    "INSERT INTO call_budget (key, window_start, used, next_free, blocked_until) VALUES (:key, 0, 0, 0, 0)"
    " ON CONFLICT (key) DO UPDATE SET used = call_budget.used RETURNING blocked_until"
)
_STORE = text(
    "INSERT INTO call_budget (key, window_start, used, next_free, blocked_until) VALUES (:key, :start, :used, 0, 0)"
    " ON CONFLICT (key) DO UPDATE SET window_start = :start, used = :used"
)
_SPACE = text(
    "INSERT INTO call_budget (key, window_start, used, next_free, blocked_until)"
    " VALUES (:key, 0, 0, :now + :width, 0) ON CONFLICT (key) DO UPDATE SET next_free ="
    " CASE WHEN call_budget.next_free > :now THEN call_budget.next_free ELSE :now END + :width"
    " WHERE call_budget.next_free <= :latest AND call_budget.blocked_until <= :now RETURNING next_free"
)
_BLOCK = text(
    "INSERT INTO call_budget (key, window_start, used, next_free, blocked_until) VALUES (:key, 0, 0, 0, :until)"
    " ON CONFLICT (key) DO UPDATE SET blocked_until ="
    " CASE WHEN call_budget.blocked_until > :until THEN call_budget.blocked_until ELSE :until END"
)
_KEYS = ", ".join(f":k{number}" for number in range(windows.PLACES + 1))
_READ = text(f"SELECT key, window_start, used, blocked_until FROM call_budget WHERE key IN ({_KEYS})")  # noqa: S608
_APP = text("SELECT next_free, blocked_until FROM call_budget WHERE key = :key")


@dataclass(frozen=True, slots=True)
class Refusal:
    """No call now: the limit that stands in the way, and until when."""

    scope: str
    until: float


@dataclass(frozen=True, slots=True)
class Reservation:
    """Calls that this process may make: the first at `first`, each `gap` later, none after `block.last`."""

    block: Block
    first: float
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a process asks for, and what it knows: what became of its last reservation, what the ledger said."""

    count: int
    latest: float
    hold: float
    previous: Block | None = None
    used: int = 0
    last: float = 0.0
    seen: Seen | None = None
    day_left: int | None = None


class BudgetRows:
    """The rows of one organisation (or of none) and of the installation it is called through."""

    def __init__(self, database: Database, *, organisation: str, app: str, declared: Budget) -> None:
        self._database, self._app, self._declared = database, app, declared
        self._organisation = organisation
        self._day = f"{organisation}#day"
        self._blocks = {f"{organisation}#{place}": place for place in range(windows.PLACES)}
        keys = [self._day, *self._blocks]
        self._keys = {f"k{number}": key for number, key in enumerate(keys)}

    @property
    def needed(self) -> bool:
        """Whether anything is to be counted at all."""
        counts = self._declared.minute or self._declared.day
        return bool(self._declared.app_minute or (self._organisation and counts))

    def reserve(self, wish: Wish, now: float) -> Reservation | Refusal:
        """Reserve up to `wish.count` calls, and note what became of those reserved before."""
        with self._database.write() as session:
            connection = session.connection()
            if not self._organisation:
                return self._spaced(connection, wish, Block(0.0, wish.count), now)
            blocked = connection.execute(_TAKE, {"key": self._organisation}).scalar_one()
            if blocked > now:
                return Refusal("minute", blocked)
            rows = {row.key: row for row in connection.execute(_READ, self._keys)}
            day = self._day_count(rows.get(self._day), wish, now)
            if isinstance(day, Refusal):
                return day
            stored = [
                Block(row.window_start, row.used, self._blocks[key])
                for key, row in rows.items()
                if key in self._blocks
            ]
            before = self._counted(stored, wish, now)
            free = self._free(before, day, now)
            if free <= 0:
                self._write(connection, stored, before)
                return Refusal("minute", windows.opens_at(before, now, self._declared.minute))
            found = self._spaced(connection, wish, Block(0.0, min(free, wish.count)), now)
            if isinstance(found, Reservation):
                self._write(connection, stored, [*before, found.block])
                self._write_day(connection, day, found.block.used)
            return found

    def refuse(self, scope: str, until: float, remaining: Sequence[Block] | None = None) -> None:
        """Note that the ledger refuses calls until a moment; `remaining` replaces what is counted, where given."""
        key = {"day": self._day, "app": self._app}.get(scope, self._organisation) or self._app
        with self._database.write() as session:
            connection = session.connection()
            if self._organisation and remaining is not None:
                connection.execute(_TAKE, {"key": self._organisation})
                rows = connection.execute(_READ, self._keys)
                stored = [
                    Block(row.window_start, row.used, self._blocks[row.key])
                    for row in rows
                    if row.key in self._blocks
                ]
                self._write(connection, stored, remaining)
            connection.execute(_BLOCK, {"key": key, "until": until})

    def _counted(self, stored: Sequence[Block], wish: Wish, now: float) -> list[Block]:
        blocks = list(stored)
        if wish.previous is not None:
            blocks = windows.settled(blocks, reserved=wish.previous, used=wish.used, last=wish.last)
        if not self._declared.minute:
            return []
        evidence = max(10, 2 * self._declared.concurrent)
        return windows.corrected(blocks, limit=self._declared.minute, seen=wish.seen, now=now, evidence=evidence)

    def _free(self, blocks: Sequence[Block], day: tuple[float, int], now: float) -> int:
        minute, limit = self._declared.minute, self._declared.day
        free = minute - windows.counted(blocks, now) if minute else 1_000_000
        return min(free, limit - day[1]) if limit else free

    def _day_count(self, row: Any, wish: Wish, now: float) -> tuple[float, int] | Refusal:
        limit = self._declared.day
        if not limit:
            return now, 0
        if row is not None and row.blocked_until > now:
            return Refusal("day", row.blocked_until)
        fresh = row is None or row.window_start + windows.DAY <= now
        start, used = (now, 0) if fresh else (row.window_start, row.used)
        if not fresh and wish.previous is not None:
            used = max(0, used - (wish.previous.used - wish.used))
        if wish.day_left is not None:
            used = limit - wish.day_left
        return Refusal("day", start + windows.DAY) if used >= limit else (start, used)

    def _spaced(self, connection: Connection, wish: Wish, block: Block, now: float) -> Reservation | Refusal:
        first, gap = now, 0.0
        if self._declared.app_minute:
            gap = 60.0 / (self._declared.app_minute * windows.APP_SHARE)
            values = {"key": self._app, "now": now, "width": gap * block.used, "latest": wish.latest}
            end = connection.execute(_SPACE, values).scalar_one_or_none()
            if end is None:
                row = connection.execute(_APP, {"key": self._app}).one()
                return Refusal("app", max(row.next_free, row.blocked_until))
            first = end - gap * block.used
        return Reservation(Block(first + gap * block.used + wish.hold, block.used), first, gap)

    def _write(self, connection: Connection, stored: Sequence[Block], wanted: Sequence[Block]) -> None:
        if not self._declared.minute:
            return
        held = {block.place: block for block in stored}
        kept = {block.place: block for block in windows.placed(wanted)}
        gone = [Block(0.0, 0, place) for place, block in held.items() if place not in kept and block.used]
        changed = [block for place, block in kept.items() if held.get(place) != block] + gone
        if changed:
            connection.execute(_STORE, [self._values(block) for block in changed])

    def _values(self, block: Block) -> Mapping[str, Any]:
        return {"key": f"{self._organisation}#{block.place}", "start": block.last, "used": block.used}

    def _write_day(self, connection: Connection, day: tuple[float, int], more: int) -> None:
        if self._declared.day:
            connection.execute(_STORE, {"key": self._day, "start": day[0], "used": day[1] + more})
