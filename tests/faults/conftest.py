"""One ledger process, one starter of sync processes, and the table of hits, for all fault tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.faults.hits import Hits, Matrix
from tests.faults.rig import Lab, Rig
from tests.faults.world import Bench
from tests.support import postgres
from tests.support.ledger_process import LedgerProcess
from tests.support.sync_starter import SyncStarter

from takings.host import PluginHost
from takings.store.database import Database

HITS = pytest.StashKey[Hits]()
MATRIX = pytest.StashKey[Matrix]()
SCHEDULES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[HITS], config.stash[MATRIX], config.stash[SCHEDULES] = Hits(), Matrix(), []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    hits = config.stash[HITS]
    if hits.counted:
        terminalreporter.section("faults that struck, by kind of call")
        for line in hits.table():
            terminalreporter.write_line(line)
    if config.stash[MATRIX].counted:
        terminalreporter.section("cases of the crash matrix that held")
        for line in config.stash[MATRIX].table():
            terminalreporter.write_line(line)
    if config.stash[SCHEDULES]:
        terminalreporter.section("random schedules of faults")
        for line in config.stash[SCHEDULES]:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def hits(pytestconfig: pytest.Config) -> Hits:
    return pytestconfig.stash[HITS]


@pytest.fixture(scope="session")
def matrix(pytestconfig: pytest.Config) -> Matrix:
    return pytestconfig.stash[MATRIX]


@pytest.fixture(scope="session")
def schedules(pytestconfig: pytest.Config) -> list[str]:
    return pytestconfig.stash[SCHEDULES]


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """Where rigs are: a folder in memory, and a starter of processes."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="takings-matrix-", dir=in_memory())))
        schema = folder / "schema.db"
        with Database(schema) as database:
            database.upgrade()
        starter = stack.enter_context(SyncStarter(folder, "tests.faults.worker"))
        yield Lab(folder, starter, PluginHost.load(), schema)


@pytest.fixture(scope="session")
def sqlite_rig(lab: Lab) -> Iterator[Rig]:
    rig = lab.rig("sqlite")
    yield rig
    rig.close()


@pytest.fixture(scope="session")
def postgresql_rig(lab: Lab) -> Iterator[Rig]:
    with postgres.server() as server:
        if server is None:
            pytest.skip(postgres.MISSING)
        rig = lab.rig("postgresql", server)
        yield rig
        rig.close()


def in_memory() -> Path | None:
    """Return a folder of a file system in memory: a killed process needs no disk that keeps its promises."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) else None


@pytest.fixture(scope="session")
def shared_bench() -> Iterator[Bench]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="takings-faults-", dir=in_memory())))
        schema = folder / "schema.db"
        with Database(schema) as database:
            database.upgrade()
        ledger = stack.enter_context(LedgerProcess(folder / "ledger"))
        starter = stack.enter_context(SyncStarter(folder))
        bench = Bench(ledger, starter, PluginHost.load(), schema, folder)
        stack.callback(bench.close)
        yield bench


@pytest.fixture
def bench(shared_bench: Bench) -> Iterator[Bench]:
    yield shared_bench
    shared_bench.ledger.clear_faults()
