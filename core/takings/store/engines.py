"""SQLAlchemy engines set up for each database: durable commits, explicit BEGIN, time limits on waiting."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import OperationalError

from takings.errors import DatabaseMissing, InstallationError
from takings.store.address import Address

_creating = threading.Lock()


def build(address: Address, patience: float) -> Engine:
    """Return the engine of an address; `patience` is how long a statement waits for another transaction, in seconds.

    Nothing is opened yet.
    """
    if address.path is not None:
        return _sqlite(address, patience)
    return _postgres(address, patience, pool_size=10, max_overflow=30, pool_timeout=30, pool_pre_ping=True)


def build_unpooled(address: Address) -> Engine:
    """Return a PostgreSQL engine whose connections are opened for one use, so that locks can't use up the pool."""
    return _postgres(address, 1, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def _sqlite(address: Address, patience: float) -> Engine:
    path = address.path
    assert path is not None
    # No upper limit: a file has no connection slots, and a thread that waits for a slot helps nobody.
    engine = create_engine(address.url, pool_size=16, max_overflow=-1, hide_parameters=True)

    def connect(dialect: Dialect, record: object, arguments: list[Any], options: dict[str, Any]) -> Any:
        _ensure_file(path)
        # The driver would begin transactions by itself, late and without IMMEDIATE; see `begin`.
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path, patience)
        except BaseException:
            connection.close()
            raise
        return connection

    def begin(connection: Connection) -> None:
        statement = f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}"
        raw = cast("sqlite3.Connection", connection.connection.driver_connection)
        try:
            raw.execute(statement)  # past SQLAlchemy, whose way costs more than many a transaction's queries
        except sqlite3.Error as problem:
            raise OperationalError(statement, None, problem) from problem

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "begin", begin)
    return engine


def _ensure_file(path: Path) -> None:
    """Create the file for its owner only.

    An existing file is never opened here: closing it would drop the locks that SQLite holds on it in this process
    (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    with _creating:
        if path.exists():
            if not path.is_file():
                raise DatabaseMissing(path, "it is not a file")
            return
        if not path.parent.is_dir():
            raise DatabaseMissing(path, f"there is no folder {path.parent}")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            return
        except OSError as problem:
            raise DatabaseMissing(path, problem.strerror or "it can't be created") from problem


def _prepare(connection: sqlite3.Connection, path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    connection.execute("PRAGMA synchronous=FULL")  # NORMAL can lose the record of a call that was sent
    connection.execute("PRAGMA foreign_keys=ON")
    while True:
        try:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            break
        except sqlite3.OperationalError as problem:
            # Changing the mode does not wait as other statements do, when two processes open a new file at once.
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    if mode != "wal":
        raise InstallationError(f"The database {path} can't use a write-ahead log; put it on a local disk.")


def _postgres(address: Address, patience: float, **options: Any) -> Engine:
    keepalive = {"keepalives_idle": 60, "keepalives_interval": 15, "keepalives_count": 4, "connect_timeout": 10}
    try:
        engine = create_engine(address.url, connect_args=keepalive, hide_parameters=True, **options)
    except ImportError as problem:
        raise InstallationError(
            "PostgreSQL needs the driver psycopg, which is not installed: pip install 'takings[postgres]'"
        ) from problem

    def connect(dialect: Dialect, record: object, arguments: list[Any], options: dict[str, Any]) -> Any:
        connection: Any = dialect.connect(*arguments, **options)
        try:
            # A statement, not a start-up option: connection poolers refuse those.
            connection.execute(f"SET lock_timeout = {max(1, int(patience * 1000))}")
            connection.commit()
        except BaseException:
            connection.close()
            raise
        return connection

    event.listen(engine, "do_connect", connect)
    return engine
