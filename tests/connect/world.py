"""An engine's parts joined by hand, with a plugin that declares the little ledger of these tests."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import SQLModel, select
from tests.connect.ledger import CLIENT_ID, CLIENT_SECRET

from takings.connect.budget import CallBudgets, Waiting
from takings.connect.contexts import ContextFactory
from takings.connect.http import HttpPool
from takings.connect.installation import Installation
from takings.connect.oauth import FinishedConnect, OAuthFlow
from takings.host.host import PluginHost
from takings.host.records import Component, ComponentKind, PluginRecord, PluginState
from takings.plugin import (
    Budget,
    Context,
    OAuth2,
    OAuthEndpoints,
    Organisation,
    Settings,
    TargetType,
    TokenHandedOut,
    Unavailable,
    option,
)
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.store.tables import Authorisation, Connection, Integration

BOOKS, TILL = "ledger:books", "till:days"
OWNER, PRINCIPAL, BACK = "cafe", "web:ann", "https://takings.example/back"
START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


class ManualClock:
    """A clock that stands still until it is moved, or somebody sleeps."""

    def __init__(self, start: datetime = START) -> None:
        self._now, self._lock = start, threading.Lock()
        self.slept: list[float] = []

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def move(self, seconds: float) -> None:
        with self._lock:
            self._now += timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.move(seconds)


class SystemClock:
    """The real time, for tests with processes of their own."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Operator(Settings):
    """What the operator sets for the ledger."""

    client_id: str = option(title="Client id")
    client_secret: str = option(title="Client secret", kind="secret")
    address: str = option(title="Address", kind="address")


class OwnersChoice(Settings):
    """What the owner sets for the ledger."""

    attach_report: bool = option(False, title="Attach the report", kind="switch", scope="attachments")


def _endpoints(settings: Operator) -> OAuthEndpoints:
    return OAuthEndpoints(
        authorise_url=f"{settings.address}/authorise?prompt=consent",
        token_url=f"{settings.address}/token",
        revocation_url=f"{settings.address}/revoke",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
    )


def _organisations(context: Context, settings: Operator) -> Sequence[Organisation]:
    import json

    found = json.loads(context.http.request("GET", f"{settings.address}/connections").content)
    return [Organisation(**one) for one in found]


def _disconnect(context: Context, settings: Operator, organisation: Organisation) -> None:
    reply = context.http.request("DELETE", f"{settings.address}/connections/{organisation.link}")
    if reply.status_code >= 500:
        raise Unavailable("Little Ledger", "it is closed")


def _never_opened(*_: Any) -> Any:
    raise NotImplementedError


TARGET = TargetType(
    key="books",
    title="Little Ledger",
    open=_never_opened,
    connecting=OAuth2(
        endpoints=_endpoints,
        scopes=("offline_access", "invoices"),
        organisations=_organisations,
        subject=lambda reply: str(reply["user"]),
        disconnect=_disconnect,
        grace_minutes=30,
    ),
    flows=(),
    kinds=(),
    budget=Budget(
        minute=60,
        concurrent=5,
        day=1000,
        app_minute=10_000,
        minute_header="X-Minute-Left",
        day_header="X-Day-Left",
        app_header="X-App-Left",
    ),
    installation=Operator,
    integration=OwnersChoice,
)
TILL_TARGET = replace(TARGET, key="days", title="Till", connecting=TokenHandedOut(), budget=Budget())


def host_of(*targets: tuple[str, TargetType]) -> PluginHost:
    """Return a host whose plugins declare these targets by component id."""
    records = []
    for name, declared in targets:
        plugin = name.partition(":")[0]
        component = Component(
            id=name, plugin=plugin, kind=ComponentKind.TARGET, title=declared.title, declaration=declared
        )
        records.append(
            PluginRecord(
                id=plugin,
                distribution=f"takings-{plugin}",
                version="1.0",
                state=PluginState.LOADED,
                components=(component,),
            )
        )
    return PluginHost(records)


@dataclass
class World:
    """The parts, and shortcuts through them."""

    database: Database
    keys: KeyRing
    address: str
    clock: Any
    target: TargetType = TARGET
    pool: HttpPool = field(default_factory=HttpPool)
    waits: list[Waiting] = field(default_factory=list)

    def __post_init__(self) -> None:
        operator = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "address": self.address}
        self.installation = Installation({BOOKS: operator, TILL: operator})
        self.host = host_of((BOOKS, self.target), (TILL, TILL_TARGET))
        self.parts: dict[str, Any] = {
            "database": self.database,
            "keys": self.keys,
            "clock": self.clock,
            "pool": self.pool,
            "host": self.host,
            "installation": self.installation,
        }
        self.oauth = OAuthFlow(**self.parts)
        sleep = getattr(self.clock, "sleep", None)
        self.budgets = CallBudgets(self.database, clock=self.clock, **({"sleep": sleep} if sleep else {}))
        self.contexts = ContextFactory(
            **self.parts, oauth=self.oauth, budgets=self.budgets, progress=self.waits.append
        )

    def integration(self, name: str, *, owner: str = OWNER, settings: dict[str, Any] | None = None) -> str:
        """Store a draft with a source connection and no target yet."""
        source = Connection(id=f"s-{name}", owner=owner, side="source", component=TILL, created_at=START)
        row = Integration(
            id=f"i-{name}",
            owner=owner,
            name=name,
            source_component=TILL,
            target_component=BOOKS,
            source_connection_id=source.id,
            target_settings=settings or {},
            created_at=START,
        )
        with self.database.write() as session:
            session.add(source)
            session.flush()
            session.add(row)
        return row.id

    def begin(self, integration: str, **changes: Any) -> str:
        given = {"owner": OWNER, "principal": PRINCIPAL, "component": BOOKS, "redirect_uri": BACK} | changes
        return self.oauth.begin(integration_id=integration, **given)

    def consented(self, ledger: Any, integration: str, *, user: str = "ann") -> FinishedConnect:
        """Go through consent to the list of organisations."""
        state, code = ledger.consent(self.begin(integration), user=user)
        return self.oauth.finish(state=state, code=code, principal=PRINCIPAL)

    def choose(self, back: FinishedConnect, organisation: str, **changes: Any) -> str:
        given: dict[str, Any] = {
            "integration_id": back.integration_id,
            "authorisation_id": back.authorisation_id,
            "organisation_id": organisation,
            "owner": OWNER,
            "principal": PRINCIPAL,
        }
        return self.oauth.choose(**(given | changes))

    def connected(
        self, ledger: Any, name: str = "one", organisation: str = "org-1", *, user: str = "ann"
    ) -> Connection:
        """Connect a new integration all the way."""
        finished = self.consented(ledger, self.integration(name), user=user)
        return self.row(Connection, self.choose(finished, organisation, finished=finished))

    def row(self, table: Any, key: str) -> Any:
        with self.database.read() as session:
            return session.get(table, key)

    def rows(self, table: type[SQLModel]) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(select(table)))

    def authorisation(self) -> Authorisation:
        (row,) = self.rows(Authorisation)
        assert isinstance(row, Authorisation)
        return row

    def close(self) -> None:
        self.pool.close()
