"""The call budgets in the database: one short transaction reserves a few calls for this process.

Rows of an organisation: its own (refused until when), `#day` (the day's count), `#0` … (blocks of calls). The row
of an organisation is taken first and guards its others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from takings.connect import windows
from takings.connect.app_limit import BLOCK
from takings.connect.windows import Block, Refusal, Seen
from takings.plugin.kinds import Budget
from takings.store.database import Database

#: Seconds for which calls stay reserved for the process that asked.
HOLD = 2.0

_TAKE = text(
    "INSERT INTO call_budget (key, window_start, used, next_free, blocked_until) VALUES (:key, 0, 0, 0, 0)"
    " ON CONFLICT (key) DO UPDATE SET used = call_budget.used RETURNING blocked_until"
)
_STORE = text(
    "INSERT INTO call_budget (key, window_start, used, next_free, blocked_until) VALUES (:key, :start, :used, 0, 0)"
    " ON CONFLICT (key) DO UPDATE SET window_start = :start, used = :used"
)
_KEYS = ", ".join(f":k{number}" for number in range(windows.PLACES + 1))
_READ = text(f"SELECT key, window_start, used, blocked_until FROM call_budget WHERE key IN ({_KEYS})")  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a process asks for, and what it knows: what became of its last reservation, what the ledger said."""

    count: int
    previous: Block | None = None
    used: int = 0
    last: float = 0.0
    seen: Seen | None = None
    day_left: int | None = None
    day_seen: float = 0.0


class BudgetRows:
    """The rows of one organisation, named `component/id`."""

    def __init__(self, database: Database, *, organisation: str, declared: Budget) -> None:
        self._database, self._organisation, self._declared = database, organisation, declared
        self._day = f"{organisation}#day"
        self._blocks = {f"{organisation}#{place}": place for place in range(windows.PLACES)}
        self._keys = {f"k{number}": key for number, key in enumerate([self._day, *self._blocks])}

    def reserve(self, wish: Wish, now: float) -> Block | Refusal:
        """Reserve up to `wish.count` calls, and note what became of those reserved before.

        The calls of the block that is returned may be made until its `last`.
        """
        with self._database.write() as session:
            connection = session.connection()
            blocked = connection.execute(_TAKE, {"key": self._organisation}).scalar_one()
            if blocked > now:
                return Refusal("minute", blocked)
            rows = {row.key: row for row in connection.execute(_READ, self._keys)}
            day = self._day_count(rows.pop(self._day, None), wish, now)
            if isinstance(day, Refusal):
                return day
            stored = self._stored(rows.values())
            before = self._counted(stored, wish, now)
            free = self._free(before, day, now)
            if free <= 0:
                self._write(connection, stored, before)
                return Refusal("minute", windows.opens_at(before, now, self._declared.minute))
            block = Block(now + HOLD, min(free, wish.count))
            self._write(connection, stored, [*before, block])
            self._write_day(connection, day, block.used)
            return block

    def refuse(self, scope: str, until: float, remaining: Sequence[Block] | None = None) -> None:
        """Note that the ledger refuses calls until a moment; `remaining` replaces what is counted, where given."""
        key = self._day if scope == "day" else self._organisation
        with self._database.write() as session:
            connection = session.connection()
            connection.execute(BLOCK, {"key": self._organisation, "until": 0.0})
            if remaining is not None:
                rows = [row for row in connection.execute(_READ, self._keys) if row.key != self._day]
                self._write(connection, self._stored(rows), remaining)
            connection.execute(BLOCK, {"key": key, "until": until})

    def _stored(self, rows: Iterable[Any]) -> list[Block]:
        return [Block(row.window_start, row.used, self._blocks[row.key]) for row in rows]

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
        # A day begins anew when the last one has passed, or at the moment that the ledger named when it refused.
        fresh = row is None or row.window_start + windows.DAY <= now or row.window_start < row.blocked_until <= now
        start, used = (now, 0) if fresh else (row.window_start, row.used)
        if not fresh and wish.previous is not None:
            used = max(0, used - (wish.previous.used - wish.used))
        if wish.day_left is not None and wish.day_seen >= start:
            used = limit - wish.day_left
        return Refusal("day", start + windows.DAY) if used >= limit else (start, used)

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
