"""The real target plugin against its sandbox, which enforces what the ledger's documents say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.connect.world import BOOKS, OWNER, PRINCIPAL, TILL, TILL_TARGET, ManualClock, World, host_of

from takings.connect.contexts import ContextFactory
from takings.connect.installation import Installation
from takings.connect.oauth import OAuthFlow
from takings.plugin import TargetType
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.store.tables import Connection
from takings_xero.plugin import takings_targets
from takings_xero.sandbox import Sandbox


class XeroWorld(World):
    """The parts of an engine whose ledger is the sandbox."""

    def connect_to(self, sandbox: Sandbox) -> None:
        (target,) = takings_targets()
        assert isinstance(target, TargetType)
        self.host = host_of((BOOKS, target), (TILL, TILL_TARGET))
        self.installation = Installation({BOOKS: sandbox.ready()["installation"]})
        self.parts |= {"host": self.host, "installation": self.installation}
        self.oauth = OAuthFlow(**self.parts)
        self.contexts = ContextFactory(**self.parts, oauth=self.oauth, budgets=self.budgets)

    def join(self, name: str, organisation: int) -> Connection:
        """Let the sandbox consent at once, and join one of its organisations."""
        address = self.begin(self.integration(name), redirect_uri="http://localhost:8377/back")
        reply = self.pool.send("GET", address, system="Xero")
        came = {key: values[0] for key, values in parse_qs(urlsplit(reply.headers["Location"]).query).items()}
        finished = self.oauth.finish(state=came["state"], code=came["code"], principal=PRINCIPAL)
        assert finished.missing_scopes == ()
        chosen = sorted(finished.organisations, key=lambda one: one.name)[organisation]
        row: Connection = self.row(Connection, self.choose(finished, chosen.id, finished=finished))
        return row


@pytest.fixture
def sandbox(tmp_path: Path, clock: ManualClock) -> Iterator[Sandbox]:
    names = ("Harbour Cafe", "Hill Cafe")
    with Sandbox(
        tmp_path / "xero", clock=lambda: clock.now().timestamp(), organisations=names, auto_consent=True
    ) as running:
        yield running


@pytest.fixture
def xero(database: Database, sandbox: Sandbox, clock: ManualClock) -> Iterator[XeroWorld]:
    made = XeroWorld(database=database, keys=KeyRing.generate(), address=sandbox.url, clock=clock)
    made.connect_to(sandbox)
    yield made
    made.close()


def read(world: XeroWorld, sandbox: Sandbox, connection: Connection) -> int:
    http = world.contexts.for_connection(connection).http
    headers = {"xero-tenant-id": connection.organisation, "Accept": "application/json"}
    return http.request("GET", f"{sandbox.url}/api.xro/2.0/Organisation", headers=headers).status_code


def live(sandbox: Sandbox) -> list[object]:
    return [one for one in sandbox.control.state()["connections"] if one.get("live", True)]


def test_five_threads_read_more_than_two_minutes_calls_without_one_refusal(xero: XeroWorld, sandbox: Sandbox) -> None:
    connections = [xero.join("one", 0), xero.join("two", 1)]
    with ThreadPoolExecutor(5) as threads:
        found = Counter(threads.map(lambda n: read(xero, sandbox, connections[n % 2]), range(260)))
    assert found == {200: 260}


def test_tokens_that_the_ledger_ends_early_are_renewed_for_both_organisations(
    xero: XeroWorld, sandbox: Sandbox
) -> None:
    connections = [xero.join("one", 0), xero.join("two", 1)]
    for _ in range(2):
        sandbox.control.expire_access_tokens()
        xero.clock.move(60)
        assert [read(xero, sandbox, one) for one in connections] == [200, 200]


def test_disconnecting_both_leaves_nothing_there(xero: XeroWorld, sandbox: Sandbox) -> None:
    first, second = xero.join("one", 0), xero.join("two", 1)
    assert len(live(sandbox)) == 2
    xero.oauth.disconnect(first.id, OWNER, PRINCIPAL)
    assert read(xero, sandbox, second) == 200
    xero.oauth.disconnect(second.id, OWNER, PRINCIPAL)
    assert live(sandbox) == []
    assert xero.authorisation().sealed_tokens == ""
