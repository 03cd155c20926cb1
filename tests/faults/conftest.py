"""One ledger process, one starter of sync processes, and the table of hits, for all fault tests."""

from __future__ import annotations

from collections.abc import Iterator

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
def shared_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("faults")
    schema = folder / "schema.db"
    with Database(schema) as database:
        database.upgrade()
    with LedgerProcess(folder / "ledger") as ledger, SyncStarter(folder) as starter:
        bench = Bench(ledger, starter, PluginHost.load(), schema, folder)
        yield bench
        bench.close()


@pytest.fixture
def bench(shared_bench: Bench) -> Iterator[Bench]:
    yield shared_bench
    shared_bench.ledger.clear_faults()
