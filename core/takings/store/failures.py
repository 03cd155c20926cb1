"""What the database drivers' errors mean to the operator: busy, missing, full."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from takings.errors import DatabaseBusy, DatabaseFull, DatabaseMissing, TakingsError

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_MISSING = {
    sqlite3.SQLITE_PERM: "there is no permission to use it",
    sqlite3.SQLITE_READONLY: "it can't be written to",
    sqlite3.SQLITE_IOERR: "the disk reported an error; look whether it is full, or failing, then run it again",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore a backup",
    sqlite3.SQLITE_CANTOPEN: "the file can't be opened",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES_BUSY = {"55P03", "40P01", "40001"}
_POSTGRES_FULL = "53100"
_POSTGRES_SLOW = "57014"  # a time limit for statements that the server's operator set
_POSTGRES_MISSING = ("08", "25P", "28", "3D", "53", "57P")


@contextmanager
def translated(place: str, *, reading: bool = False) -> Iterator[None]:
    """Raise the installation error that a driver's error means; other errors pass as they are.

    In a `reading` transaction a refused write is a fault of the code, not of the installation.
    """
    try:
        yield
    except PoolTimeout as problem:
        raise DatabaseBusy(place) from problem
    except DBAPIError as problem:
        meaning = _meaning(problem, place)
        refused = reading and getattr(problem.orig, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY
        if meaning is None or refused:
            raise
        raise meaning from problem


def _meaning(problem: DBAPIError, place: str) -> TakingsError | None:
    original: Any = problem.orig
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(original, place)
    return _of_postgres(original, place)


def _of_sqlite(problem: sqlite3.Error, place: str) -> TakingsError | None:
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF  # the upper bits of an extended code say more than we need
    if code in _BUSY:
        return DatabaseBusy(place)
    if code == sqlite3.SQLITE_FULL:
        return DatabaseFull(place)
    reason = _SQLITE_MISSING.get(code)
    return DatabaseMissing(place, reason) if reason else None


def _of_postgres(problem: Any, place: str) -> TakingsError | None:
    state: str | None = getattr(problem, "sqlstate", None)
    if state in _POSTGRES_BUSY:
        return DatabaseBusy(place)
    if state == _POSTGRES_SLOW:
        return DatabaseBusy(place, slow=True)
    if state == _POSTGRES_FULL:
        return DatabaseFull(place)
    lost = state is None and type(problem).__name__ == "OperationalError"
    if lost or (state is not None and state.startswith(_POSTGRES_MISSING)):
        lines = str(problem).strip().splitlines()
        return DatabaseMissing(place, lines[0] if lines else "the connection was lost")
    return None
