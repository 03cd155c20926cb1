"""One venue joined to one organisation of the ledger's process, and what must be true of both after any crash."""

from __future__ import annotations

import shutil
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlmodel import select
from tests.support.ledger_process import LedgerProcess
from tests.support.sync_process import ShiftedClock, plain_transport
from tests.support.sync_starter import SyncProcess, SyncStarter
from tests.support.takings_of import Takings

from takings.connect.installation import Installation
from takings.domain.period import Period
from takings.engine import Engine
from takings.host import PluginHost
from takings.store.journal import CallRow, NumberRow, OperationRow
from takings.store.secrets import KeyRing
from takings.views import LOCAL, RunView

CONTACT = "POS sales"
REDIRECT = "http://localhost:8400/oauth/callback"

#: Each kind of call, with the ledger's resource that it creates.
RESOURCES = {"contact": "Contacts", "invoice": "Invoices", "payment": "Payments"}


@dataclass
class Bench:
    """What all cases of a session share; `clock` is the time that engines and the ledger agree on.

    Venues share one database where nothing is said, as a hosting service's do: an open engine is quick.
    """

    ledger: LedgerProcess
    starter: SyncStarter
    plugins: PluginHost
    schema: Path
    folder: Path
    clock: ShiftedClock = field(default_factory=ShiftedClock)
    keys: KeyRing = field(default_factory=KeyRing.generate)
    worlds: int = 0
    engines: dict[Path, Engine] = field(default_factory=dict)

    def pass_time(self, seconds: float) -> None:
        """Put the clocks of engines and ledger forward."""
        self.clock.offset += seconds
        self.ledger.switch(clock_offset=self.clock.offset)

    def world(self, takings: Takings, *, own_database: bool = False, **provisioning: Any) -> World:
        """Set a venue up against an organisation of its own, with its records brought in and nothing posted."""
        self.worlds += 1
        tenant = self.ledger.add_organisation(f"Organisation {self.worlds}")
        database = self.folder / (f"own-{self.worlds}.db" if own_database else "takings.db")
        world = World(self, f"venue-{self.worlds}", tenant, takings, database, provisioning)
        world.set_up()
        return world

    def engine(self, database: Path) -> Engine:
        """Open a database in this process, with a new schema where there is none yet."""
        if database not in self.engines:
            if not database.exists():
                shutil.copy(self.schema, database)
            self.engines[database] = Engine(
                database,
                self.plugins,
                keys=self.keys,
                clock=self.clock,
                transport=plain_transport(),
                installation=Installation(self.installation),
            )
        return self.engines[database]

    @property
    def installation(self) -> dict[str, Any]:
        """What an operator would set."""
        return {"xero:accounting": self.ledger.installation}

    def close(self, *databases: Path) -> None:
        """Close the engines of these databases, or of all."""
        for database in databases or tuple(self.engines):
            self.engines.pop(database).close()


@dataclass
class World:
    """A venue in a database and the organisation that it posts to."""

    bench: Bench
    name: str
    tenant: str
    takings: Takings
    database: Path
    provisioning: dict[str, Any]
    accounts: dict[tuple[str, str], str] = field(default_factory=dict)
    late_seconds: float = 0.0

    @property
    def ledger(self) -> LedgerProcess:
        """The ledger."""
        return self.bench.ledger

    @property
    def engine(self) -> Engine:
        """The database, open in this process."""
        return self.bench.engine(self.database)

    def set_up(self) -> None:
        """Set the venue up: provisioned, connected, mapped, records brought in."""
        engine = self.engine
        engine.provision(LOCAL, name=self.name, source="impos", target="xero", **self.provisioning)
        answer = self.ledger.consent(engine.begin_connect(LOCAL, self.name, REDIRECT))
        said = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
        connected = engine.finish_connect(LOCAL, state=said["state"], code=said["code"])
        engine.choose_organisation(LOCAL, connected, self.tenant)
        engine.import_file(LOCAL, self.name, self.takings.catalogue_file(), name="catalogue.json")
        engine.accept_suggestions(LOCAL, self.name, least_score=1)
        self.accounts = {(row.dimension, row.code): row.ref_id for row in engine.mapping(LOCAL, self.name)}
        engine.import_file(LOCAL, self.name, self.takings.file(), name="days.json")

    def lose_database(self) -> World:
        """Delete the database, and set the same venue up anew against the same organisation."""
        self.bench.close(self.database)
        for path in self.database.parent.glob(f"{self.database.name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.ledger.switch(consent_tenants=[self.tenant])
        anew = replace(self, accounts={})
        anew.set_up()
        return anew

    # --- Syncing ------------------------------------------------------------------------------------------

    def start(self, **order: Any) -> SyncProcess:
        """Start a sync in a process of its own; `trip` says where it kills itself."""
        return self.bench.starter.start(
            {
                "database": str(self.database),
                "keys": self.bench.keys.to_text(),
                "offset": self.bench.clock.offset,
                "installation": self.bench.installation,
                "name": self.name,
                "first": self.takings.first.isoformat(),
                "last": self.takings.last.isoformat(),
                **order,
            }
        )

    def sync(self) -> RunView:
        """Sync in this process."""
        period = Period(self.takings.first, self.takings.last)
        return self.engine.sync(LOCAL, self.name, period, confirm=lambda _: True, pull=False)

    def sync_to_the_end(self) -> RunView:
        """Sync once, and expect that nothing is left to do."""
        run = self.sync()
        assert run.state == "done", [str(found) for found in run.findings]
        return run

    @property
    def organisation(self) -> str:
        """The organisation as the journal names it."""
        return f"xero:accounting/{self.tenant}"

    # --- What the journal and the ledger hold -------------------------------------------------------------

    def fault(self, do: str, kind: str, **more: Any) -> int:
        """Add a fault for the calls of one kind to this organisation."""
        self.late_seconds = max(self.late_seconds, more.get("seconds", 0.0))
        return self.ledger.fault(do, RESOURCES[kind], self.tenant, **more)

    def open_calls(self) -> list[str]:
        """Return the kinds of the journal's open calls."""
        mine, still = CallRow.organisation == self.organisation, CallRow.state == "open"
        with self.engine.database.read() as session:
            return list(session.exec(select(CallRow.kind).where(mine, still)).all())

    def standing(self, kind: str) -> int:
        """Return how many documents of a kind the organisation holds, of any state."""
        return len(self.ledger.documents(self.tenant).get(RESOURCES[kind], []))

    def await_standing(self, kind: str, count: int) -> None:
        """Wait until the organisation holds so many; fails after twenty seconds."""
        deadline = time.monotonic() + 120
        while self.standing(kind) < count:
            assert time.monotonic() < deadline, f"the ledger never got {count} of {kind}"

    def await_late_commits(self) -> None:
        """Wait until the ledger has carried out what it was to carry out late, which it shows nowhere."""
        self.ledger.await_idle()
        threading.Event().wait(self.late_seconds and self.late_seconds + 0.2)

    def numbers(self) -> dict[str, str]:
        """Return the ledger's invoice numbers by our keys."""
        return {one["Reference"]: one["InvoiceNumber"] for one in self.ledger.documents(self.tenant)["Invoices"]}

    # --- The promises -------------------------------------------------------------------------------------

    def assert_exactly_once(self) -> None:
        """Assert that ledger and journal hold everything once, to the cent, and that `verify` agrees."""
        self.assert_ledger_holds(self.takings)
        self.assert_journal_closed()
        verified = self.engine.verify(LOCAL, self.name)
        assert verified.agrees, [str(found) for found in verified.differences]
        assert verified.documents == len(self.takings.records)

    def assert_ledger_holds(self, takings: Takings) -> None:
        """Assert from the ledger's own dump that these takings stand there once, and nothing beside them."""
        dump, expected = self.ledger.documents(self.tenant), takings.expected(self.accounts)
        contacts = Counter(one["Name"] for one in dump["Contacts"])
        assert contacts == {CONTACT: 1}
        assert sorted(one["Reference"] for one in dump["Invoices"]) == expected.invoices
        assert sorted(one["Reference"] for one in dump["Payments"]) == expected.payments
        assert {one["Status"] for one in dump["Invoices"]} == {"PAID"}
        assert {one["Status"] for one in dump["Payments"]} == {"AUTHORISED"}
        numbers = Counter(one["InvoiceNumber"] for one in dump["Invoices"])
        assert max(numbers.values()) == 1
        lines = ((line["AccountID"], line["LineAmount"]) for one in dump["Invoices"] for line in one["LineItems"])
        assert _sums(lines) == expected.lines
        paid = ((one["Account"]["AccountID"], one["Amount"]) for one in dump["Payments"])
        assert _sums(paid) == expected.paid
        assert Decimal(self.ledger.trial_balance(self.tenant)["total"]) == 0

    def assert_journal_closed(self) -> None:
        """Assert that no call is open, every operation is done, and no number is left reserved."""
        with self.engine.database.read() as session:
            operations = session.exec(
                select(OperationRow.state).where(OperationRow.organisation == self.organisation)
            )
            states = Counter(operations.all())
            numbers = session.exec(select(NumberRow.state).where(NumberRow.organisation == self.organisation))
            reserved = [state for state in numbers.all() if state != "used"]
        assert not self.open_calls()
        assert set(states) == {"done"}, states
        assert not reserved


def _sums(amounts: Iterator[tuple[str, Any]]) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in amounts:
        found[account] += Decimal(str(amount))
    return {account: amount for account, amount in found.items() if amount}
