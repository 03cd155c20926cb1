"""Watches a run's boundaries, which are its calls and its commits, and lets a fault strike at one of them.

A call is a request to the ledger, a commit a write transaction of our database. Each has a label and a count of it:
`PUT Invoices` 1, `runs.end_run` 1. A dry run writes down which there are, so no list of them is kept anywhere.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, NoReturn

import httpx
from sqlmodel import Session
from tests.support.sync_process import plain_transport

from takings.store.database import Database

#: What does the striking: it is given the session where one is open. What it returns is called after the commit.
Strike = Callable[[Session | None], Callable[[], None] | None]

#: Names of moments that boundaries of both kinds have.
MOMENTS = {"before": ("send", "commit"), "after": ("read", "committed")}

#: How long a transaction waits for another one that is made to last.
SHORT = timedelta(seconds=0.05)
PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True, order=True)
class Boundary:
    """One call or commit of a run: the `nth` of its label."""

    kind: str
    label: str
    nth: int

    def __str__(self) -> str:
        return f"{self.kind} {self.label} {self.nth}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as an order holds it."""
        return asdict(self)


class Watch:
    """Counts boundaries and strikes where it was told: `when` is one of the moments of that kind of boundary.

    Moments of a commit: `begin` (nothing done yet), `commit` (all but committed), `committed`. Of a call: `send`,
    `read` (its reply was read), `lost` (none came). A boundary of the kind `any` is whichever comes `nth`.
    """

    def __init__(self, at: Boundary | None = None, when: str = "", strike: Strike | None = None) -> None:
        self._at, self._when, self._strike = at, MOMENTS.get(when, (when,)), strike
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self.seen: list[Boundary] = []
        self.struck = False

    def arrive(self, kind: str, label: str) -> Boundary:
        """Write down that a run came to a boundary."""
        with self._lock:
            self._counts[kind, label] += 1
            boundary = Boundary(kind, label, self._counts[kind, label])
            self.seen.append(boundary)
        return boundary

    def moment(self, boundary: Boundary, when: str, session: Session | None = None) -> Callable[[], None] | None:
        """Strike, where it is the boundary and moment for it."""
        if self._strike is None or self._at is None or self.struck or when not in self._when:
            return None
        if not self._is_it(boundary, when, self._at):
            return None
        self.struck = True
        return self._strike(session)

    def _is_it(self, boundary: Boundary, when: str, at: Boundary) -> bool:
        if at.kind == "any":
            return self.seen.index(boundary) >= at.nth
        # Of calls that go out at once the ledger chooses which one is lost, by its own count.
        return boundary == at or (when == "lost" and boundary.label == at.label)


class WatchedDatabase(Database):
    """A database whose write transactions are boundaries."""

    def __init__(self, address: str, watch: Watch, *, patience: timedelta = PATIENCE) -> None:
        super().__init__(address, patience=patience)
        self._watch = watch

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session in one write transaction, with a boundary around it."""
        boundary = self._watch.arrive("commit", _caller())
        end = self._watch.moment(boundary, "begin")
        try:
            with super().write() as session:
                yield session
                session.flush()
                self._watch.moment(boundary, "commit", session)
            self._watch.moment(boundary, "committed")
        finally:
            if end is not None:
                end()


def _caller() -> str:
    """Name the function that asked for a transaction."""
    frame = sys._getframe(2)
    while frame.f_code.co_filename.endswith("contextlib.py") and frame.f_back is not None:
        frame = frame.f_back
    module = os.path.basename(frame.f_code.co_filename).removesuffix(".py")
    return f"{module}.{frame.f_code.co_name}"


class WatchedTransport(httpx.BaseTransport):
    """A network whose calls are boundaries."""

    def __init__(self, watch: Watch) -> None:
        self._watch, self._inner = watch, plain_transport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, with a boundary around it."""
        boundary = self._watch.arrive("call", f"{request.method} {resource(request.url.path)}")
        self._watch.moment(boundary, "send")
        try:
            response = self._inner.handle_request(request)
            response.read()
        except httpx.TransportError:
            self._watch.moment(boundary, "lost")
            raise
        self._watch.moment(boundary, "read")
        return response

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def resource(path: str) -> str:
    """Name what a path is about, as the ledger's stand-in does."""
    _, api, rest = path.partition("/api.xro/2.0/")
    return rest.partition("/")[0] if api else path.rstrip("/").rpartition("/")[2]


def die(_: Session | None = None) -> NoReturn:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process went on")


def unreachable(_: Session | None = None) -> NoReturn:
    """Find no way to the ledger."""
    raise httpx.ConnectError("no route to the ledger")


def cut_short(_: Session | None = None) -> NoReturn:
    """Lose the connection in the middle of the reply."""
    raise httpx.ReadError("the connection broke within the reply")
