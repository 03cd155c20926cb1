"""The limit of calls that all organisations of one installation share: evenly spaced, a few moments at a time.

The generic cell rate algorithm, with one number in the database for each component: the next free moment. A
process reserves more moments at once while it spends them fast; moments that pass unused are dropped.
"""

from __future__ import annotations

import threading

from sqlalchemy import text

from takings.connect.windows import Refusal
from takings.store.database import Database

#: The limit is kept by a little less than it is, for the moments that are reserved now and spent a little later.
SHARE = 0.995
#: The most moments reserved in one transaction; fewer where they would keep others waiting for longer than `SPAN`.
MOST, SPAN = 32, 0.25
#: The seconds for which a moment may be spent late.
LATE = 1.0

_SPACE = text(
    "INSERT INTO call_budget (key, window_start, used, next_free, blocked_until)"
    " VALUES (:key, 0, 0, :now + :width, 0) ON CONFLICT (key) DO UPDATE SET next_free ="
    " CASE WHEN call_budget.next_free > :now THEN call_budget.next_free ELSE :now END + :width"
    " WHERE call_budget.next_free <= :latest AND call_budget.blocked_until <= :now RETURNING next_free"
)
_READ = text("SELECT next_free, blocked_until FROM call_budget WHERE key = :key")
BLOCK = text(
    "INSERT INTO call_budget (key, window_start, used, next_free, blocked_until) VALUES (:key, 0, 0, 0, :until)"
    " ON CONFLICT (key) DO UPDATE SET blocked_until ="
    " CASE WHEN call_budget.blocked_until > :until THEN call_budget.blocked_until ELSE :until END"
)


class AppLimit:
    """The shared limit of one component in this process, for all its threads."""

    def __init__(self, database: Database, component: str, per_minute: int) -> None:
        self._database, self._key = database, component
        self._gap = 60.0 / (per_minute * SHARE)
        self._most = max(1, min(MOST, int(SPAN / self._gap)))
        self._lock = threading.Lock()
        self._next = self._end = 0.0
        self._size = 0

    def take(self, now: float, latest: float) -> float | Refusal:
        """Return the moment at which one call may be made, or a refusal where that is after `latest`."""
        with self._lock:
            # The end is never met exactly: half a gap is more than what adding up floats loses.
            if self._next + self._gap / 2 > self._end or self._next < now - LATE:
                refusal = self._reserve(now, latest)
                if refusal is not None:
                    return refusal
            moment, self._next = self._next, self._next + self._gap
            return max(now, moment)

    def refuse(self, until: float) -> None:
        """Note that the ledger refuses all calls until a moment."""
        with self._lock:
            self._end = 0.0
            with self._database.write() as session:
                session.connection().execute(BLOCK, {"key": self._key, "until": until})

    def _reserve(self, now: float, latest: float) -> Refusal | None:
        spent_fast = self._size > 0 and self._end > now - LATE
        size = min(self._most, 4 * self._size) if spent_fast else 1
        width = size * self._gap
        values = {"key": self._key, "now": now, "width": width, "latest": latest}
        with self._database.write() as session:
            end = session.connection().execute(_SPACE, values).scalar_one_or_none()
            if end is None:
                row = session.connection().execute(_READ, {"key": self._key}).one()
                return Refusal("app", max(row.next_free, row.blocked_until))
        self._next, self._end, self._size = end - width, end, size
        return None
