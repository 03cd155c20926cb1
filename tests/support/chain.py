"""The whole chain for tests: an engine on a database of its own, a stand-in POS and a stand-in ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from sqlalchemy import func, select

from takings.connect.installation import Installation
from takings.domain.period import Period
from takings.engine import Engine
from takings.host import PluginHost
from takings.store.metadata import Stored
from takings.store.secrets import KeyRing
from takings.views import LOCAL, Confirmation, IntegrationView, Principal, RunView
from takings_impos.simulator import Simulator
from takings_xero.sandbox import Sandbox

SOURCE, TARGET = "impos:eod", "xero:accounting"
CALLBACK = "http://localhost:8400/oauth/callback"
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
#: When the tests begin: the morning after the sample month, at the venue.
MORNING = datetime(2026, 10, 31, 22, 0, tzinfo=UTC)


class ShiftedClock:
    """A running clock that began at `start`; `advance` moves it on, and who waits by it moves it on as well."""

    def __init__(self, start: datetime = MORNING) -> None:
        self._shift = start - datetime.now(UTC)
        self._waiting = Lock()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def seconds(self) -> float:
        return self.now().timestamp()

    def advance(self, by: timedelta) -> None:
        self._shift += by

    def wait(self, seconds: float) -> None:
        """Let the time pass at once; threads that wait at the same time wait for the same instant."""
        until = self.now() + timedelta(seconds=seconds)
        with self._waiting:
            self.advance(max(until - self.now(), timedelta(0)))


def agree(question: Confirmation) -> bool:
    """Confirm whatever is asked."""
    return True


class Books:
    """One organisation of a running ledger sandbox, through its control API."""

    def __init__(self, http: httpx.Client, control: str, tenant: str) -> None:
        self._http, self._control, self.tenant = http, control, tenant

    def _get(self, path: str) -> Any:
        reply = self._http.get(f"{self._control}/organisations/{self.tenant}/{path}")
        assert reply.status_code == 200, reply.text
        return json.loads(reply.text, parse_float=Decimal)

    def change(self, path: str = "", **changes: Any) -> Any:
        """Do what a person does in the ledger: change an account, contact, invoice, payment or the organisation."""
        reply = self._http.post(f"{self._control}/organisations/{self.tenant}{path and '/' + path}", json=changes)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def balances(self) -> dict[str, Decimal]:
        """The trial balance by account code, debits positive."""
        found = self._get("balances")
        assert found["total"] == "0.00"
        return {one["Code"]: Decimal(one["balance"]) for one in found["accounts"]}

    def documents(self) -> dict[str, list[dict[str, Any]]]:
        """Every document, by plural."""
        found: dict[str, list[dict[str, Any]]] = self._get("documents")
        return found

    def invoices(self) -> list[dict[str, Any]]:
        """The invoices that stand, in order of their dates."""
        return self._standing("Invoices")

    def credit_notes(self) -> list[dict[str, Any]]:
        """The credit notes that stand, in order of their dates."""
        return self._standing("CreditNotes")

    def _standing(self, plural: str) -> list[dict[str, Any]]:
        standing = [one for one in self.documents()[plural] if one["Status"] in ("AUTHORISED", "PAID")]
        return sorted(standing, key=lambda one: (day_of(one), str(one["Reference"])))

    def payments(self) -> list[dict[str, Any]]:
        """The payments that stand."""
        return [one for one in self.documents()["Payments"] if one["Status"] == "AUTHORISED"]


def day_of(document: Mapping[str, Any]) -> str:
    """The ISO date of a ledger's document."""
    milliseconds = int(str(document["Date"]).removeprefix("/Date(").partition("+")[0])
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date().isoformat()


@dataclass
class Ledger:
    """A running ledger sandbox; each test takes a fresh organisation of it."""

    sandbox: Sandbox
    http: httpx.Client
    clock: ShiftedClock
    _numbers: Any = field(default_factory=lambda: count(1))

    @property
    def control(self) -> str:
        return str(self.sandbox.ready()["control"])

    def organisation(self, **settings: Any) -> Books:
        """Found a fresh organisation."""
        body = {"name": f"Venue {next(self._numbers)}", "settings": settings}
        reply = self.http.post(f"{self.control}/organisations", json=body)
        assert reply.status_code == 200, reply.text
        return Books(self.http, self.control, reply.json()["tenant"])

    def switch(self, **changes: Any) -> None:
        """Change switches of the sandbox."""
        assert self.http.post(f"{self.control}/switches", json=changes).status_code == 200

    def counters(self) -> dict[str, Any]:
        """What the sandbox was asked since the last `reset`."""
        found: dict[str, Any] = self.http.get(f"{self.control}/counters").json()
        return found

    def reset(self) -> None:
        """Begin to count anew, with fresh limits."""
        for what in ("counters", "limits"):
            assert self.http.post(f"{self.control}/{what}/reset").status_code == 200

    def writes(self) -> int:
        """How many writing calls came since the last `reset`."""
        return sum(n for name, n in self.counters()["calls"].items() if name.split()[0] in ("PUT", "POST"))


@dataclass
class Venue:
    """One integration in an engine, with its organisation in the ledger."""

    engine: Engine
    books: Books
    ledger: Ledger
    name: str = "anchor"
    principal: Principal = LOCAL
    token: str = ""

    def connect(self, books: Books | None = None) -> IntegrationView:
        """Connect the ledger, as a person in a browser does."""
        return connect(self.engine, self.ledger, self.name, books or self.books, self.principal)

    def map_all(self) -> None:
        """Take the best suggestion for every code that is open."""
        self.engine.accept_suggestions(self.principal, self.name, least_score=1)

    def sync(self, period: Period | None = OCTOBER, **more: Any) -> RunView:
        """Sync what is stored, and agree to what is asked."""
        more = {"confirm": agree, "pull": False, **more}
        return self.engine.sync(self.principal, self.name, period, **more)

    def sync_whole(self, period: Period | None = OCTOBER) -> dict[str, int]:
        """Sync, confirm made-up days that look unusual, and sync again; returns what both counted."""
        first = self.sync(period).counts
        if not self.engine.to_confirm(self.principal, self.name).count:
            return first
        self.engine.confirm_days(self.principal, self.name, reason="It is made up")
        again = self.sync(period).counts
        return {**again, "documents": first.get("documents", 0) + again.get("documents", 0)}

    def states(self) -> dict[str, str]:
        """The state of each day, by date and sequence."""
        days = self.engine.days(self.principal, self.name)
        return {f"{one.business_date}/{one.sequence}": one.state for one in days}

    def push(self, records: Iterable[Mapping[str, Any]]) -> Any:
        """Push records with the Auth Token."""
        return self.engine.receive(self.token, as_body(records))


def as_body(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Records as a POS pushes them."""
    return json.dumps(list(records)).encode()


def connect(engine: Engine, ledger: Ledger, name: str, books: Books, principal: Principal = LOCAL) -> IntegrationView:
    """Consent at the ledger and choose an organisation."""
    reply = ledger.http.get(engine.begin_connect(principal, name, CALLBACK))
    query = {key: values[0] for key, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}
    found = engine.finish_connect(principal, state=query["state"], code=query["code"])
    return engine.choose_organisation(principal, found, books.tenant)


def open_engine(
    database: str | Path,
    plugins: PluginHost,
    ledger: Ledger,
    simulator: Simulator | None = None,
    clock: ShiftedClock | None = None,
    keys: KeyRing | None = None,
) -> Engine:
    """Open an engine whose components talk to the stand-ins."""
    service = simulator.ready()["installation"] if simulator else {"service_url": "http://127.0.0.1:9"}
    values = {SOURCE: service, TARGET: ledger.sandbox.ready()["installation"]}
    return Engine(
        database,
        plugins,
        keys=keys or KeyRing.generate(),
        installation=Installation(values),
        clock=clock or ledger.clock,
    )


def row_counts(engine: Engine) -> dict[str, int]:
    """How many rows each table of the database has; call budgets are no data."""
    with engine.database.read() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Stored.metadata.sorted_tables
            if table.name != "call_budget"
        }
