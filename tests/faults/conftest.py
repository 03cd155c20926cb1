"""One ledger process, one starter of sync processes, and the table of hits, for all fault tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.faults.hits import Hits
from tests.faults.world import Bench
from tests.support.ledger_process import LedgerProcess
from tests.support.sync_starter import SyncStarter

from takings.host import PluginHost
from takings.store.database import Database

HITS = pytest.StashKey[Hits]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[HITS] = Hits()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    hits = config.stash[HITS]
    if hits.counted:
        terminalreporter.section("faults that struck, by kind of call")
        for line in hits.table():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def hits(pytestconfig: pytest.Config) -> Hits:
    return pytestconfig.stash[HITS]


@pytest.fixture(scope="session")
def shared_bench() -> Iterator[Bench]:
    # A killed process needs no disk that keeps its promises; in memory each commit takes a tenth of the time.
    memory = Path("/dev/shm")
    with ExitStack() as stack:
        place = memory if os.access(memory, os.W_OK) else None
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="takings-faults-", dir=place)))
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
