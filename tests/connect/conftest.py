"""A ledger of its own, a database of its own and the parts of an engine for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.connect.ledger import Ledger
from tests.connect.world import ManualClock, World

from takings.store.database import Database
from takings.store.secrets import KeyRing

ORGANISATIONS = [
    {"id": "org-1", "name": "Harbour Cafe", "link": "link-1"},
    {"id": "org-2", "name": "Hill Cafe", "link": "link-2"},
]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the current schema, to be copied: migrating each anew would take longer than the tests."""
    file = tmp_path_factory.mktemp("schema") / "takings.db"
    with Database(file) as opened:
        opened.upgrade()
    return file


@pytest.fixture
def database(empty_file: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(empty_file, tmp_path / "takings.db")
    with Database(tmp_path / "takings.db") as opened:
        yield opened


@pytest.fixture
def ledger(clock: ManualClock) -> Iterator[Ledger]:
    running = Ledger(clock.now)
    running.organisations["ann"] = list(ORGANISATIONS)
    yield running
    running.close()


@pytest.fixture
def world(database: Database, ledger: Ledger, clock: ManualClock) -> Iterator[World]:
    made = World(database=database, keys=KeyRing.generate(), address=ledger.url, clock=clock)
    yield made
    made.close()
