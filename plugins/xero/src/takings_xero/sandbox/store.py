"""The sandbox's own SQLite file: one connection, one lock, one transaction per call, documents as JSON rows."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from takings_xero.sandbox import wire

_SCHEMA = """
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists clients (client_id text primary key, kind text not null, secret text,
  name text not null, redirect_uris text not null default '[]', tenant text);
create table if not exists consents (client_id text, user_id text, scope text not null,
  primary key (client_id, user_id)) without rowid;
create table if not exists codes (code text primary key, client_id text, user_id text, event_id text, scope text,
  redirect_uri text, challenge text, challenge_method text, nonce text, expires real) without rowid;
create table if not exists tokens (id integer primary key, client_id text, user_id text, event_id text, scope text,
  access text unique, access_expires real, refresh text unique, refresh_expires real, dead_from real);
create table if not exists connections (id text primary key, client_id text, user_id text, tenant text,
  event_id text, created real, updated real, live integer) without rowid;
create table if not exists idempotency (client_id text, key text, fingerprint text, created real, status integer,
  headers text, body blob, primary key (client_id, key)) without rowid;
create table if not exists documents (seq integer primary key, tenant text, kind text, id text, number text,
  name text, reference text, status text, type text, day text, updated real, body blob,
  unique (tenant, kind, id));
create index if not exists documents_number on documents (tenant, kind, number);
create index if not exists documents_reference on documents (tenant, kind, reference);
create index if not exists documents_name on documents (tenant, kind, name);
create index if not exists documents_day on documents (tenant, kind, day);
create index if not exists idempotency_created on idempotency (created);
"""


class Store:
    """A thread-safe handle on the file; nested transactions join the outer one."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        # A power cut may lose the last calls of a stand-in; a killed process may not, and does not.
        self._db.execute("pragma synchronous = off")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock and commit at the end; any exception rolls everything back."""
        with self._lock:
            if self._depth:
                yield
                return
            self._db.execute("begin immediate")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            else:
                self._db.execute("commit")
            finally:
                self._depth = 0

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block wrote when it raises; only inside a transaction."""
        self._db.execute("savepoint part")
        try:
            yield
        except BaseException:
            self._db.execute("rollback to part")
            raise
        finally:
            self._db.execute("release part")

    def run(self, sql: str, *values: object) -> int:
        """Execute one statement and return the number of rows changed."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None."""
        with self._lock:
            found: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
            return found

    def note(self, key: str, default: Any = None) -> Any:
        """Return a remembered value by name."""
        found = self.row("select value from meta where key = ?", key)
        return default if found is None else wire.decode(found[0])

    def remember(self, key: str, value: object) -> None:
        """Keep a value by name."""
        self.run("insert or replace into meta values (?, ?)", key, wire.encode(value).decode())
