"""What differs between databases: row locks, parameter types, advisory locks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from tests.connect.ledger import LIFE, Ledger
from tests.connect.world import BOOKS, OWNER, PRINCIPAL, ManualClock, World
from tests.support import postgres

from takings.connect.budget import CallBudgets
from takings.errors import RateLimited
from takings.plugin import Budget
from takings.store.database import Database
from takings.store.secrets import KeyRing

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres.server() as server:
        if server is None:
            pytest.skip(postgres.MISSING)
        with postgres.database(server) as found:
            with Database(found) as database:
                database.upgrade()
            yield found


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    with Database(address) as opened:
        yield opened


def test_two_engines_share_a_budget(database: Database, clock: ManualClock) -> None:
    declared = Budget(minute=60, concurrent=5, day=1000, app_minute=10_000)
    engines = [
        CallBudgets(database, clock=clock, sleep=lambda _: None, longest=timedelta(seconds=5)) for _ in range(2)
    ]

    def spend(engine: CallBudgets) -> int:
        budget, taken = engine.of(BOOKS, "org-1", declared, system="Ledger"), 0
        while True:
            try:
                with budget.call():
                    taken += 1
            except RateLimited:
                return taken

    with ThreadPoolExecutor(2) as threads:
        taken = list(threads.map(spend, engines))
    assert 50 <= sum(taken) <= 60


def test_a_connect_is_made_renewed_and_ended(database: Database, ledger: Ledger, clock: ManualClock) -> None:
    world = World(database=database, keys=KeyRing.generate(), address=ledger.url, clock=clock)
    try:
        connection = world.connected(ledger)
        clock.move(LIFE)
        reply = world.contexts.for_connection(connection).http.request("GET", f"{ledger.url}/books")
        assert reply.status_code == 200
        world.oauth.disconnect(connection.id, OWNER, PRINCIPAL)
        assert world.authorisation().sealed_tokens == ""
    finally:
        world.close()
