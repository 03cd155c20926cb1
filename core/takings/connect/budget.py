"""Call budgets: how often a ledger may be called, kept by all workers together through the database.

A process reserves a few calls at once and spends them without asking again; what it does not spend in time is
given back with its next reservation. What the ledger itself says in its headers is believed.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from takings.connect.app_limit import AppLimit
from takings.connect.budget_rows import BudgetRows, Wish
from takings.connect.windows import Block, Refusal, Seen
from takings.domain.durations import retry_after
from takings.errors import RateLimited
from takings.plugin.context import Clock
from takings.plugin.kinds import Budget
from takings.store.database import Database

LONGEST_WAIT = timedelta(seconds=90)
#: A clock ticks more coarsely than floats add up: a shorter wait might not move it at all.
SHORTEST_WAIT = 0.001
#: The most calls reserved in one transaction.
MOST = 10
#: Seconds to wait after a refusal that does not say how long.
_WITHOUT_ADVICE = {"minute": 10.0, "day": 3600.0, "app": 5.0, "concurrent": 1.0}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call waits for a limit of the system: to be shown to whoever is watching."""

    system: str
    scope: str
    seconds: float

    def __str__(self) -> str:
        return f"waiting {self.seconds:.0f} s for the {self.scope} limit of {self.system}"


Progress = Callable[[Waiting], None]


class CallBudget:
    """The budget of one organisation in this process; made by `CallBudgets`, shared by all its threads."""

    def __init__(
        self,
        *,
        rows: BudgetRows | None,
        app: AppLimit | None,
        system: str,
        declared: Budget,
        clock: Clock,
        sleep: Callable[[float], None],
        longest: float,
    ) -> None:
        self._rows, self._app, self._system, self._declared = rows, app, system, declared
        self._clock, self._sleep, self._longest = clock, sleep, longest
        self._places = threading.BoundedSemaphore(declared.concurrent) if declared.concurrent else None
        self._lock = threading.Lock()
        self._held: Block | None = None
        self._left = self._spent = self._in_flight = 0
        self._last = 0.0
        self._seen: Seen | None = None
        self._day_left: int | None = None
        self._day_seen = 0.0
        self._refused = Refusal("", 0.0)
        self._announced = 0.0

    @contextmanager
    def call(self, progress: Progress | None = None) -> Iterator[None]:
        """Take one call's place for as long as the block lasts; waits and raises as `acquire` does."""
        self.acquire(progress)
        try:
            yield
        finally:
            self.release()

    def acquire(self, progress: Progress | None = None) -> None:
        """Wait until one call may be made; `release` gives its place back.

        Raises `RateLimited` when that takes longer than the limit for waiting; nothing was sent then.
        """
        deadline = self._now() + self._longest
        if self._places is not None and not self._places.acquire(timeout=self._longest):
            raise RateLimited(timedelta(seconds=5), "concurrent")
        try:
            while isinstance(found := self._next(deadline), Refusal):
                self._wait(found, deadline, progress)
            self._wait(Refusal("app", found), deadline, progress)
        except BaseException:
            self._free_place()
            raise
        with self._lock:
            self._in_flight += 1

    def release(self) -> None:
        """Give the place of a call back, whatever became of the call."""
        with self._lock:
            self._in_flight -= 1
        self._free_place()

    def learn(self, status: int, headers: Mapping[str, str]) -> None:
        """Read from a reply how much is left, and from a 429 how long to wait; called before `release`."""
        declared, now = self._declared, self._now()
        minute, day = _count(headers, declared.minute_header), _count(headers, declared.day_header)
        with self._lock:
            others = max(0, self._in_flight - 1)  # perhaps not counted by the ledger yet
            if minute is not None:
                self._seen = Seen(max(0, minute - others), now)
                self._left = min(self._left, self._seen.left)
            if day is not None:
                self._day_left, self._day_seen = max(0, day - others), now
        if status == 429:
            self._refuse(headers, minute=minute, day=day, now=now)

    def _next(self, deadline: float) -> Refusal | float:
        """Spend a reserved call and return its moment, or say what stands in the way."""
        with self._lock:
            now = self._now()
            if self._refused.until > now:
                return self._refused
            refusal = self._ensure(now)
            if refusal is not None:
                return refusal
            at = now if self._app is None else self._app.take(now, deadline)
            if isinstance(at, Refusal):
                return at
            self._left, self._spent, self._last = self._left - 1, self._spent + 1, max(self._last, at)
            if self._seen is not None:
                self._seen = Seen(max(0, self._seen.left - 1), self._seen.at)
            if self._day_left is not None:
                self._day_left = max(0, self._day_left - 1)
            return at

    def _ensure(self, now: float) -> Refusal | None:
        """See to it that a call of the organisation is reserved."""
        held = self._held
        if self._rows is None or (held is not None and self._left > 0 and held.last >= now):
            return None
        used_up = held is not None and self._spent == held.used and held.last >= now
        wish = Wish(
            count=min(MOST, 4 * self._spent) if used_up else 1,
            previous=held,
            used=self._spent,
            last=self._last,
            seen=self._seen,
            day_left=self._day_left,
            day_seen=self._day_seen,
        )
        found = self._rows.reserve(wish, now)
        # What the ledger said is noted now; noted a second time it would count calls that have grown old meanwhile.
        self._seen = None
        if isinstance(found, Refusal):
            return found
        self._held, self._left, self._spent, self._last = found, found.used, 0, now
        self._day_left = None
        return None

    def _refuse(self, headers: Mapping[str, str], *, minute: int | None, day: int | None, now: float) -> None:
        app = _count(headers, self._declared.app_header)
        advice = _advice(headers, now)
        scope = "day" if day == 0 else "minute" if minute == 0 else "app" if app == 0 else ""
        scope = scope or ("concurrent" if advice is None and self._declared.concurrent else "minute")
        until = now + (_WITHOUT_ADVICE[scope] if advice is None else advice)
        with self._lock:
            self._refused = Refusal(scope, until)
            self._left, self._seen = 0, None
            others = max(0, self._in_flight - 1)
        if scope == "app" and self._app is not None:
            self._app.refuse(until)
        elif scope in {"minute", "day"} and self._rows is not None:
            # The ledger says when its window begins anew: what was called before that no longer counts then.
            anew = [Block(until, others)] if scope == "minute" and minute == 0 and advice is not None else None
            self._rows.refuse(scope, until, anew)

    def _wait(self, refusal: Refusal, deadline: float, progress: Progress | None) -> None:
        now = self._now()
        seconds = refusal.until - now
        if seconds <= 0:
            return
        if refusal.until > deadline:
            raise RateLimited(timedelta(seconds=math.ceil(seconds)), refusal.scope)
        if progress is not None and seconds >= 1 and refusal.until > self._announced + 1:
            self._announced = refusal.until
            progress(Waiting(self._system, refusal.scope, seconds))
        self._sleep(max(seconds, SHORTEST_WAIT))

    def _free_place(self) -> None:
        if self._places is not None:
            self._places.release()

    def _now(self) -> float:
        return self._clock.now().timestamp()


class CallBudgets:
    """The call budgets of one engine: one object for each organisation, however many clients ask for it.

    `sleep` waits; a call that would wait longer than `longest` raises instead.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
        longest: timedelta = LONGEST_WAIT,
    ) -> None:
        self._database, self._clock, self._sleep, self._longest = database, clock, sleep, longest
        self._lock = threading.Lock()
        self._budgets: dict[tuple[str, str], CallBudget] = {}
        self._apps: dict[str, AppLimit] = {}

    def of(self, component: str, organisation: str, declared: Budget, *, system: str) -> CallBudget:
        """Return the budget of an organisation of a component; without an organisation only the app's limit."""
        with self._lock:
            key = (component, organisation)
            if key not in self._budgets:
                if not organisation:
                    declared = Budget(app_minute=declared.app_minute, app_header=declared.app_header)
                self._budgets[key] = CallBudget(
                    rows=self._rows(component, organisation, declared),
                    app=self._app(component, declared),
                    system=system,
                    declared=declared,
                    clock=self._clock,
                    sleep=self._sleep,
                    longest=self._longest.total_seconds(),
                )
            return self._budgets[key]

    def _rows(self, component: str, organisation: str, declared: Budget) -> BudgetRows | None:
        if not (declared.minute or declared.day):
            return None
        return BudgetRows(self._database, organisation=f"{component}/{organisation}", declared=declared)

    def _app(self, component: str, declared: Budget) -> AppLimit | None:
        if not declared.app_minute:
            return None
        if component not in self._apps:
            self._apps[component] = AppLimit(self._database, component, declared.app_minute)
        return self._apps[component]


def _advice(headers: Mapping[str, str], now: float) -> float | None:
    wait = retry_after(headers.get("Retry-After", ""), datetime.fromtimestamp(now, UTC))
    return None if wait is None else wait.total_seconds()


def _count(headers: Mapping[str, str], name: str) -> int | None:
    said = headers.get(name, "") if name else ""
    return int(said) if said.isdecimal() else None
