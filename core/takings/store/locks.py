"""Locks that hold across processes and die with theirs: OS file locks, and PostgreSQL advisory locks."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from takings.errors import Busy, InstallationError

try:
    import fcntl
except ImportError:  # pragma: no cover - not on POSIX
    fcntl = None  # type: ignore[assignment]

_SHORTEST, _LONGEST = 0.01, 0.25  # seconds between two tries

# Held by this process. Some network file systems tell processes apart but not the threads of one.
_held: dict[Path, int] = {}
_guard = threading.Lock()


@contextmanager
def file_lock(folder: Path, name: str, wait: timedelta) -> Iterator[None]:
    """Hold the lock `name` as a file in `folder`; raises `Busy` when it is not free within `wait`.

    The files stay: deleting one would let a second process lock a file that a third can no longer see.
    """
    if fcntl is None:  # pragma: no cover - not on POSIX
        raise InstallationError("SQLite needs a system with POSIX file locks here; use PostgreSQL instead.")
    path = folder / f"{_digest(name).hex()[:32]}.lock"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _patiently(lambda: _take(path), name, wait)
    except OSError as problem:
        raise InstallationError(f"The lock file {path} can't be used: {problem.strerror}") from problem
    try:
        yield
    finally:
        _give_back(path)


@contextmanager
def advisory_lock(engine: Engine, name: str, wait: timedelta) -> Iterator[None]:
    """Hold the PostgreSQL advisory lock `name` on a connection of its own; raises `Busy` as `file_lock` does."""
    key = {"key": int.from_bytes(_digest(name)[:8], "big", signed=True)}
    take, free = text("SELECT pg_try_advisory_lock(:key)"), text("SELECT pg_advisory_unlock(:key)")
    with engine.connect() as connection:
        _patiently(lambda: bool(connection.scalar(take, key)), name, wait)
        try:
            yield
        finally:
            try:
                connection.execute(free, key)
            except DBAPIError:
                connection.invalidate()  # the server freed the lock when it lost the connection


def _digest(name: str) -> bytes:
    return hashlib.sha256(f"takings:{name}".encode()).digest()


def _patiently(take: Callable[[], bool], name: str, wait: timedelta) -> None:
    deadline = time.monotonic() + wait.total_seconds()
    pause = _SHORTEST
    while not take():
        left = deadline - time.monotonic()
        if left <= 0:
            raise Busy(name)
        time.sleep(min(pause, left))
        pause = min(pause * 2, _LONGEST)


def _take(path: Path) -> bool:
    with _guard:
        if path in _held:
            return False
        file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        except BaseException:
            os.close(file)
            raise
        _held[path] = file
        return True


def _give_back(path: Path) -> None:
    with _guard:
        file = _held.pop(path, None)
        if file is not None:
            os.close(file)


def _forget_in_child() -> None:
    """Close inherited lock files: a forked child would keep a lock alive after its owner's death."""
    global _guard  # noqa: PLW0603 - it may be held by a thread that does not exist in the child
    _guard = threading.Lock()
    for file in _held.values():
        os.close(file)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
