"""The door to a database: transactions, schema version, and locks, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Self, cast

from sqlalchemy import Connection, Engine, column, inspect, select, table
from sqlmodel import Session

from takings.errors import Busy, DatabaseBusy, DatabaseMissing, DatabaseOutdated
from takings.store import address as addresses
from takings.store import engines, locks
from takings.store.failures import translated
from takings.store.migrations import HEAD, VERSION_TABLE

_UPGRADE_WAIT = timedelta(minutes=2)


class Database:
    """One database, for any number of threads; opened at first use, closed by `close` or at the end of `with`.

    `address` is the path of a SQLite file, or a URL `sqlite:///…` or `postgresql://…`. `place` names it in
    messages, without a password. `patience` is how long a transaction waits for another one.
    """

    engine: Engine
    dialect: str
    place: str

    def __init__(self, address: str | Path, *, patience: timedelta = timedelta(seconds=5)) -> None:
        where = addresses.parse(address)
        self.engine = engines.build(where, patience.total_seconds())
        self._patience = patience.total_seconds()
        self.dialect = self.engine.dialect.name
        self.place = where.place
        self._path = where.path
        self._lock_engine = None if where.path else engines.build_unpooled(where)
        self._writer = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        # A reader sees one moment on both databases, and neither lets it write.
        self._reader = (
            self.engine
            if where.path
            else self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )
        self._turn = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session in one write transaction: committed at the end, rolled back on any exception.

        Raises `DatabaseBusy` when another writer does not finish in time, wherever in the block that shows.
        """
        if getattr(self._mine, "writing", False):
            raise RuntimeError("write() inside write(): the inner one would wait for the outer one for ever")
        with translated(self.place), self._taking_turns(), Session(self._writer, expire_on_commit=False) as session:
            session.connection()  # takes the write lock now: a lock taken later can fail after what was read is stale
            yield session
            session.commit()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees the database as of one moment and can't change it."""
        with (
            translated(self.place, reading=True),
            self._reader.connect() as connection,
            self._unchangeable(connection),
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session

    def upgrade(self) -> tuple[str, str]:
        """Bring the schema up to date, in one transaction; returns the revision before and after.

        Safe in any number of processes at once. Raises `InstallationError` for a schema of a later version.
        """
        before = self.revision()
        if before == HEAD:
            return before, before
        from takings.store import upgrading  # noqa: PLC0415 - alembic is slow to import and rarely needed

        try:
            with self.lock("database schema", wait=_UPGRADE_WAIT):
                before = self.revision()
                with translated(self.place), self._writer.connect() as connection:
                    upgrading.upgrade(connection, before)
        except Busy as problem:
            raise DatabaseBusy(self.place) from problem
        return before, self.revision()

    def revision(self) -> str:
        """Return the revision of the schema, or "" where there is none yet; creates no file."""
        if self._path is not None and self._path.parent.is_dir() and not self._path.exists():
            return ""
        with translated(self.place), self._reader.connect() as connection:
            if not inspect(connection).has_table(VERSION_TABLE):
                return ""
            return connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE))) or ""

    def check_current(self) -> None:
        """Raise `DatabaseOutdated` unless the schema is the one that this version needs."""
        found = self.revision()
        if found != HEAD:
            raise DatabaseOutdated(found or "empty", HEAD)

    @contextmanager
    def lock(self, name: str, *, wait: timedelta = timedelta(0)) -> Iterator[None]:
        """Hold a lock against every thread and process that uses this database; raises `Busy(name)`.

        It dies with its process, whatever ends it. It is not reentrant.
        """
        if self._lock_engine is None:
            assert self._path is not None
            if not self._path.parent.is_dir():
                raise DatabaseMissing(self.place, f"there is no folder {self._path.parent}")
            held = locks.file_lock(self._path.with_name(self._path.name + ".locks"), name, wait)
        else:
            held = locks.advisory_lock(self._lock_engine, name, wait)
        with translated(self.place), held:
            yield

    def close(self) -> None:
        """Close all connections that are not in use; harmless when repeated."""
        self.engine.dispose()
        if self._lock_engine is not None:
            self._lock_engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Database({self.place!r})"

    @contextmanager
    def _unchangeable(self, connection: Connection) -> Iterator[None]:
        """Let SQLite refuse writes in a read transaction, as PostgreSQL does; they would be rolled back unnoticed."""
        if self._path is None:
            yield
            return
        raw = cast("sqlite3.Connection", connection.connection.driver_connection)
        raw.execute("PRAGMA query_only=ON")
        try:
            yield
        finally:
            raw.execute("PRAGMA query_only=OFF")

    @contextmanager
    def _taking_turns(self) -> Iterator[None]:
        """Let this process's threads write one after the other on SQLite, whose own waiting is by sleeping."""
        self._mine.writing = True
        try:
            if self._path is None:
                yield
                return
            if not self._turn.acquire(timeout=self._patience):
                raise DatabaseBusy(self.place)
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._mine.writing = False
