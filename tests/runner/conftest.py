"""Integrations of fakes in memory, on both databases, with a clock that is set: nothing here waits."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.store.conftest import (
    KINDS,
    address,
    database,
    kind,
    migrated_file,
    migrated_on_server,
    postgres_server,
)

from takings.domain.period import Period
from takings.domain.schedule import Schedule
from takings.engine import Engine
from takings.plugin import Batch
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.store.states import RunState
from takings.store.tables import Integration, Run
from takings.testing import FakeSource, FakeTarget, FixedClock, fake_host
from takings.views import LOCAL, RunView

__all__ = [
    "KINDS",
    "address",
    "database",
    "kind",
    "migrated_file",
    "migrated_on_server",
    "postgres_server",
]

START = datetime(2026, 9, 1, tzinfo=UTC)


class Till(FakeSource):
    """A point of sale that has the days until `newest`, but those of `unclosed`."""

    def __init__(self) -> None:
        super().__init__(page=100)
        self.newest = date(2026, 8, 31)
        self.unclosed: set[date] = set()
        self.asked: list[Period] = []
        self.on_read: Callable[[], object] = lambda: None

    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        """Yield one batch."""
        self.asked.append(period)
        self.on_read()
        days = [day for day in period if day <= self.newest and day not in self.unclosed]
        for batch in super().read(Period(days[0], days[-1]), None) if days else ():
            closed = [one for one in batch.records if not any(str(day).encode() in one.body for day in self.unclosed)]
            yield Batch(records=tuple(closed), cursor=None)


class Books(FakeTarget):
    """A ledger whose organisation is named as its connection says."""


@dataclass
class World:
    """An engine with a till and a ledger of its own."""

    engine: Engine
    clock: FixedClock
    till: Till
    books: FakeTarget
    names: list[str] = field(default_factory=list)

    def add(self, name: str = "anchor", schedule: Schedule | None = None, *, start: date = date(2026, 8, 25)) -> str:
        """Set an integration up whose days from `start` on are posted; returns its id."""
        engine = self.engine
        engine.provision(LOCAL, name=name, source="fake:till", target="fake:ledger")
        engine.connect_directly(LOCAL, name)
        engine.refresh_catalogue(LOCAL, name)
        for dimension, code, to in (
            ("taxes", "GST", "GST"),
            ("methods", "CASH", "cash"),
            ("accounts", "SALES", "sales"),
        ):
            engine.set_mapping(LOCAL, name, dimension=dimension, code=code, to=to)
        with engine.database.write() as session:
            row = session.get_one(Integration, engine.integration(LOCAL, name).id)
            row.state, row.start_date, row.active_from = "active", start, start
        if schedule is not None:
            engine.set_schedule(LOCAL, name, schedule)
        self.names.append(name)
        return engine.integration(LOCAL, name).id

    def runs(self, name: str = "anchor") -> list[RunView]:
        """All runs, the first first."""
        return self.engine.runs(LOCAL, name, 10_000)[::-1]

    def run_all(self) -> None:
        """Run what waits, in this thread."""
        while waiting := self.engine.waiting_runs():
            for run_id in waiting:
                assert self.engine.execute_run(run_id)

    def go_to(self, instant: datetime) -> None:
        """Set the clock."""
        self.clock.advance(instant - self.clock.now())

    def posted(self) -> dict[str, int]:
        """How often each document stands in the ledger."""
        return {key: len(entries) for key, entries in self.books.entries.items()}

    def change_run(self, run_id: str, **values: Any) -> None:
        """Change a run's row by hand."""
        with self.engine.database.write() as session:
            row = session.get_one(Run, run_id)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)


MakeWorld = Callable[..., World]


@pytest.fixture
def make_world(tmp_path: Path, migrated_file: Path) -> Iterator[MakeWorld]:
    """Give a function that opens an engine on SQLite, or on the database of this address."""
    with ExitStack() as stack:

        def make(place: str = "", *, beside: World | None = None, clock: FixedClock | None = None) -> World:
            if not place:
                place = str(tmp_path / f"{len(list(tmp_path.iterdir()))}.db")
                shutil.copy(migrated_file, place)
            till, books = (beside.till, beside.books) if beside else (Till(), FakeTarget())
            clock = clock or FixedClock(START)
            host = fake_host(till.declaration(), books.declaration())
            return World(
                stack.enter_context(Engine(place, host, keys=KeyRing.generate(), clock=clock)), clock, till, books
            )

        yield make


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    """One engine on SQLite."""
    return make_world()


@pytest.fixture
def either(make_world: MakeWorld, address: str, database: Database) -> World:
    """One engine on each kind of database."""
    return make_world(address)


def alive(world: World) -> list[str]:
    """The ids of runs that are queued or running."""
    going = {RunState.QUEUED.value, RunState.RUNNING.value}
    return [one.id for one in world.engine.runs(LOCAL, None, 1000) if one.state in going]


def in_threads(count: int, work: Callable[[], object]) -> None:
    """Do the same in several threads at once; what one raises is raised here."""
    barrier, problems = threading.Barrier(count), []

    def do() -> None:
        barrier.wait(60)
        try:
            work()
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=do) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    if problems:
        raise problems[0]


DAY = timedelta(days=1)
