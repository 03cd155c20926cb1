"""Xero's call limits: fixed windows per organisation and per app, and calls at once."""

from __future__ import annotations

import math
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from takings_xero.sandbox.problems import RateLimited
from takings_xero.sandbox.switches import Switches

MINUTE = 60
DAY = 86_400


@dataclass
class _Window:
    """A fixed window of a length and phase; `used` counts the calls of the current one."""

    length: int
    phase: float
    index: int = -1
    used: int = 0

    def turn(self, now: float) -> None:
        index = math.floor((now - self.phase) / self.length)
        if index != self.index:
            self.index, self.used = index, 0

    def seconds_left(self, now: float) -> int:
        return max(1, math.ceil(self.phase + (self.index + 1) * self.length - now))


@dataclass
class _Tenant:
    minute: _Window
    day: _Window
    in_flight: int = 0
    most_in_flight: int = 0


@dataclass
class Limits:
    """Counts calls; windows live in memory and start anew with the process."""

    _tenants: dict[str, _Tenant] = field(default_factory=dict)
    _apps: dict[str, _Window] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def slot(self, client_id: str, tenant: str, switches: Switches, *, now: float) -> Iterator[dict[str, str]]:
        """Take one call's place and yield the limit headers; raises RateLimited with the same headers.

        The order of the checks is a guess: day, minute, app, then calls at once.
        """
        with self._lock:
            books = self._tenant(tenant)
            app = self._apps.setdefault(client_id, _Window(MINUTE, 0))
            for window in (books.minute, books.day, app):
                window.turn(now)
            self._refuse_when_spent(books, app, switches, now=now)
            for window in (books.minute, books.day, app):
                window.used += 1
            books.in_flight += 1
            books.most_in_flight = max(books.most_in_flight, books.in_flight)
            headers = _headers(books, app, switches)
        try:
            yield headers
        finally:
            with self._lock:
                books.in_flight -= 1

    def most_in_flight(self) -> dict[str, int]:
        """Return per organisation how many calls were in work at once at most."""
        with self._lock:
            return {tenant: state.most_in_flight for tenant, state in self._tenants.items()}

    def reset(self) -> None:
        """Give every organisation and app fresh windows; calls in work stay counted."""
        with self._lock:
            for state in self._tenants.values():
                state.minute.index = state.day.index = -1
                state.most_in_flight = state.in_flight
            self._apps.clear()

    def _tenant(self, tenant: str) -> _Tenant:
        phase = zlib.crc32(tenant.encode())
        fresh = _Tenant(_Window(MINUTE, phase % MINUTE), _Window(DAY, phase % DAY))
        return self._tenants.setdefault(tenant, fresh)

    @staticmethod
    def _refuse_when_spent(books: _Tenant, app: _Window, switches: Switches, *, now: float) -> None:
        problem, after = "", None
        if _spent(books.day, switches.limit_day):
            problem, after = switches.problem_day, books.day.seconds_left(now)
        elif _spent(books.minute, switches.limit_minute):
            problem, after = switches.problem_minute, books.minute.seconds_left(now)
        elif _spent(app, switches.limit_app_minute):
            problem = switches.problem_app
        elif switches.limit_concurrent is not None and books.in_flight >= switches.limit_concurrent:
            problem = switches.problem_concurrent
        if problem:
            refusal = RateLimited(problem, after)
            refusal.headers.update(_headers(books, app, switches))
            raise refusal


def _spent(window: _Window, limit: int | None) -> bool:
    return limit is not None and window.used >= limit


def _headers(books: _Tenant, app: _Window, switches: Switches) -> dict[str, str]:
    # A limit that is switched off is reported as untouched.
    def left(window: _Window, limit: int | None, nominal: int) -> str:
        return str(nominal if limit is None else max(0, limit - window.used))

    return {
        "X-DayLimit-Remaining": left(books.day, switches.limit_day, 5000),
        "X-MinLimit-Remaining": left(books.minute, switches.limit_minute, 60),
        "X-AppMinLimit-Remaining": left(app, switches.limit_app_minute, 10000),
    }
