"""Fixtures of the tests that run the whole chain; a folder's conftest.py names those that it uses.

Plugins are loaded once, a migrated database is copied, and each module has one ledger sandbox.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.chain import SOURCE, TARGET, Books, Ledger, ShiftedClock, Venue, open_engine

from takings.host import PluginHost
from takings.store.database import Database
from takings.views import LOCAL, Principal
from takings_impos.simulator import Simulator
from takings_xero.sandbox import Sandbox

MakeVenue = Callable[..., Venue]


@pytest.fixture(scope="session")
def all_plugins() -> PluginHost:
    """Every plugin that is installed."""
    return PluginHost.load()


@pytest.fixture(scope="session")
def schema_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the current schema, to copy."""
    path = tmp_path_factory.mktemp("schema") / "takings.db"
    with Database(path) as database:
        database.upgrade()
    return path


@pytest.fixture(scope="module")
def ledger_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger on this machine that consents by itself."""
    clock = ShiftedClock()
    folder = tmp_path_factory.mktemp("ledger")
    with (
        Sandbox(folder, clock=clock.seconds, auto_consent=True) as sandbox,
        httpx.Client(trust_env=False, timeout=120) as http,
    ):
        yield Ledger(sandbox, http, clock)


@pytest.fixture
def make_venue(
    tmp_path: Path, schema_file: Path, all_plugins: PluginHost, ledger_sandbox: Ledger
) -> Iterator[MakeVenue]:
    """Give a function that sets a venue up: provisioned, connected to an organisation of its own."""
    with ExitStack() as stack:
        yield venue_maker(stack, tmp_path, schema_file, plugins=all_plugins, ledger=ledger_sandbox)


@pytest.fixture(scope="module")
def make_lasting(
    tmp_path_factory: pytest.TempPathFactory, schema_file: Path, all_plugins: PluginHost, ledger_sandbox: Ledger
) -> Iterator[MakeVenue]:
    """The same for venues that all tests of a module share; none of these may change anything."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("lasting")
        yield venue_maker(stack, folder, schema_file, plugins=all_plugins, ledger=ledger_sandbox)


def venue_maker(stack: ExitStack, folder: Path, schema: Path, *, plugins: PluginHost, ledger: Ledger) -> MakeVenue:
    """Return a function that sets a venue up, whose engine is closed with the stack."""

    def make(
        simulator: Simulator | None = None,
        *,
        principal: Principal = LOCAL,
        beside: Venue | None = None,
        books: Books | None = None,
        name: str = "anchor",
        connect: bool = True,
        database: str = "",
        clock: ShiftedClock | None = None,
        **provisioning: Any,
    ) -> Venue:
        if beside is not None:
            engine = beside.engine
        else:
            file = folder / f"{len(list(folder.iterdir()))}.db"
            if not database:
                shutil.copy(schema, file)
            engine = stack.enter_context(open_engine(database or file, plugins, ledger, simulator, clock))
        engine.provision(principal, name=name, source=SOURCE, target=TARGET, **provisioning)
        venue = Venue(engine, books or ledger.organisation(), ledger, name, principal)
        venue.token = engine.new_token(principal, name)
        if simulator:
            simulator.enter_token(venue.token)
        if connect:
            venue.connect()
        return venue

    return make
