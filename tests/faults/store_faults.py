"""Faults of the store, each a real one: another process's lock, a disk that takes no more, a server that hangs up.

A full disk without being root: the kernel refuses each further byte (`RLIMIT_FSIZE`, an error of the disk to SQLite),
or SQLite may have no further page (`max_page_count`, which it reports as it reports a full disk).
"""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
from sqlmodel import Session
from tests.faults.striking import Strike


class Locker:
    """Another process that locks the database when told, and lets go when told or when this process ends."""

    def __init__(self, address: str) -> None:
        self._address = address
        theirs, self._told = os.pipe()
        self._heard, ours = os.pipe()
        if not os.fork():
            os.close(self._told)
            os.close(self._heard)
            try:
                self._serve(theirs, ours)
            finally:
                os._exit(0)
        os.close(theirs)
        os.close(ours)

    def lock(self) -> None:
        """Lock; returns when nobody else can write."""
        os.write(self._told, b"l")
        assert os.read(self._heard, 1) == b"d", "the database could not be locked"

    def let_go(self) -> None:
        """Unlock; returns when it is unlocked."""
        os.write(self._told, b"u")
        assert os.read(self._heard, 1) == b"d"

    def _serve(self, told: int, heard: int) -> None:
        locking: ExitStack | None = None
        while order := os.read(told, 1):
            if order == b"l":
                locking = ExitStack()
                locking.enter_context(locked(self._address))
            elif locking is not None:
                locking.close()
            os.write(heard, b"d")


@contextmanager
def locked(address: str) -> Iterator[None]:
    """Let nobody else write to a database."""
    if address.startswith("postgresql"):
        with psycopg.connect(address) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            names = ", ".join(f'"{name}"' for (name,) in tables)
            connection.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")  # type: ignore[call-overload]
            yield
            connection.rollback()
    else:
        other = sqlite3.connect(address, timeout=10, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        finally:
            other.close()


def locks(address: str) -> Strike:
    """Return what locks the database until this process ends."""
    locker = Locker(address)

    def strike(_: Session | None) -> None:
        locker.lock()

    return strike


def locks_briefly(address: str) -> Strike:
    """Return what locks the database until the transaction that is struck has failed."""
    locker = Locker(address)

    def strike(_: Session | None) -> Callable[[], None]:
        locker.lock()
        return locker.let_go

    return strike


def takes_no_more(_: Session | None) -> None:
    """Let the kernel refuse every further byte of a file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def takes_again() -> None:
    """Let the kernel take bytes again."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def is_full(session: Session | None) -> None:
    """Give SQLite no further page, in a transaction that needs some."""
    assert session is not None
    connection = session.connection()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    try:
        connection.exec_driver_sql("CREATE TABLE more AS SELECT zeroblob(10000000) AS bytes")
    finally:
        connection.exec_driver_sql("PRAGMA max_page_count = 4294967294")


def hangs_up(address: str) -> Strike:
    """Return what ends all our connections at the server, that of the posting lock too."""

    def strike(_: Session | None) -> None:
        with psycopg.connect(address, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    return strike


def takes_too_long(session: Session | None) -> None:
    """Run into the server's time limit for a statement."""
    assert session is not None
    session.connection().exec_driver_sql("SET LOCAL statement_timeout = '1ms'")
    session.connection().exec_driver_sql("SELECT pg_sleep(1)")


#: What strikes at a commit, made for a database's address.
STRIKES: dict[str, Callable[[str], Strike]] = {
    "lock": locks,
    "lock briefly": locks_briefly,
    "no more bytes": lambda _: takes_no_more,
    "full": lambda _: is_full,
    "hang up": hangs_up,
    "too long": lambda _: takes_too_long,
}
