"""Venues ready for each verb, copied for each case: a database, a ledger's stand-in, and processes that use both."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL
from tests.faults.changing import later, sums
from tests.faults.moving_clock import MovingClock
from tests.faults.striking import Boundary
from tests.faults.worker import VENUE, connect
from tests.support import postgres
from tests.support.sync_process import plain_transport
from tests.support.sync_starter import SyncProcess, SyncStarter
from tests.support.takings_of import Takings, takings_of

from takings.connect.installation import Installation
from takings.domain.period import Period
from takings.engine import Engine
from takings.host import PluginHost
from takings.store.secrets import KeyRing
from takings.views import LOCAL
from takings_xero.sandbox import Sandbox

#: Each verb with how many days it is about; what takes documents back makes a call for each payment.
VERBS = {"post": 2, "repost": 1, "adjust": 2, "undo": 1}

#: Which generations stand in the end, for each day.
GENERATIONS = {"post": ["g1"], "repost": ["g2"], "adjust": ["g1", "g2"], "undo": []}


@dataclass(frozen=True)
class Prepared:
    """A venue with one verb to do, and what a run without a fault made of it: its boundaries, the ledger's books."""

    verb: str
    folder: Path
    database: str
    tenant: str
    takings: Takings
    accounts: Mapping[tuple[str, str], str]
    boundaries: tuple[Boundary, ...] = ()
    balances: Mapping[str, str] = field(default_factory=dict)

    @property
    def days(self) -> int:
        """How many days it has."""
        return len(self.takings.records)

    @property
    def runs(self) -> int:
        """How many runs there were before."""
        return 0 if self.verb == "post" else 1


@dataclass(frozen=True)
class Lab:
    """What rigs share: a folder, a starter of processes, plugins and a database with the current schema."""

    folder: Path
    starter: SyncStarter
    plugins: PluginHost
    schema: Path

    def rig(self, name: str, server: URL | None = None) -> Rig:
        """Return the rig of a store, to be closed."""
        return Rig(self.folder / name, self.starter, self.plugins, self.schema, server)


@dataclass
class Rig:
    """What all cases of one store share; `server` is PostgreSQL's, or None for SQLite."""

    folder: Path
    starter: SyncStarter
    plugins: PluginHost
    schema: Path
    server: URL | None = None
    keys: KeyRing = field(default_factory=KeyRing.generate)
    known: dict[str, Prepared] = field(default_factory=dict)
    cases: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.clock = MovingClock(self.folder / "clock")
        self.databases = ExitStack()

    def close(self) -> None:
        """Drop the prepared databases."""
        self.databases.close()
        self.clock.close()

    def prepared(self, verb: str) -> Prepared:
        """Return the venue for a verb, made at its first use, with the dry run that tells the boundaries."""
        if verb not in self.known:
            made = self._prepare(verb)
            with self.case(made) as case:
                ended = case.start("undo" if verb == "undo" else "sync").finish()
                assert "problem" not in ended, ended
                assert "fault" not in ended, ended
                boundaries = tuple(Boundary(**one) for one in ended["boundaries"])
                case.assert_ledger()
                balances = case.balances()
            self.known[verb] = Prepared(**{**made.__dict__, "boundaries": boundaries, "balances": balances})
        return self.known[verb]

    def _prepare(self, verb: str) -> Prepared:
        folder, takings = self.folder / verb, takings_of(VERBS[verb])
        folder.mkdir()
        database = str(folder / "takings.db")
        if self.server is None:
            shutil.copy(self.schema, database)
        else:
            database = self.databases.enter_context(postgres.database(self.server))
        with Sandbox(folder / "ledger", clock=self.clock.seconds, auto_consent=True) as sandbox:
            sandbox.world.switch(limit_minute=None, limit_day=None, limit_concurrent=None)
            (tenant,) = (one["tenant"] for one in sandbox.control.organisations())
            with self.engine(database, sandbox) as engine:
                if self.server is not None:
                    engine.upgrade()
                accounts = _set_up(engine, tenant, takings)
                if verb != "post":
                    _sync(engine, takings)
                if verb in ("repost", "adjust"):
                    takings = later(takings)
                    engine.import_file(LOCAL, VENUE, takings.file(), name="later.json")
                    days = [one.business_date for one in engine.days(LOCAL, VENUE)]
                    engine.decide(LOCAL, VENUE, days, decision=verb)
        self.clock.wait(3600)  # its access token has expired by then, so that a refresh is among the boundaries
        return Prepared(verb, folder, database, tenant, takings, accounts)

    def engine(self, database: str, sandbox: Sandbox) -> Engine:
        """Open a database in this process."""
        return Engine(
            database,
            self.plugins,
            keys=self.keys,
            clock=self.clock,
            transport=plain_transport(),
            installation=Installation({"xero:accounting": sandbox.ready()["installation"]}),
        )

    def start(self, do: str, database: str, sandbox: Sandbox, **order: Any) -> SyncProcess:
        """Start a process on a database."""
        return self.starter.start(
            {
                "do": do,
                "database": database,
                "keys": self.keys.to_text(),
                "clock": str(self.folder / "clock"),
                "installation": {"xero:accounting": sandbox.ready()["installation"]},
                **order,
            }
        )

    @contextmanager
    def case(self, prepared: Prepared) -> Iterator[Case]:
        """Give a copy of a prepared venue, gone afterwards."""
        self.cases += 1
        folder = self.folder / f"case-{self.cases}"
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            shutil.copytree(prepared.folder, folder)
            database = str(folder / "takings.db")
            if self.server is not None:
                template = prepared.database.partition("?")[0].rpartition("/")[2]
                database = stack.enter_context(postgres.database(self.server, template))
            sandbox = stack.enter_context(Sandbox(folder / "ledger", clock=self.clock.seconds, auto_consent=True))
            yield Case(self, prepared, database, sandbox)


def _set_up(engine: Engine, tenant: str, takings: Takings) -> dict[tuple[str, str], str]:
    engine.provision(LOCAL, name=VENUE, source="impos", target="xero")
    connect(engine, tenant)
    engine.import_file(LOCAL, VENUE, takings.catalogue_file(), name="catalogue.json")
    engine.accept_suggestions(LOCAL, VENUE, least_score=1)
    engine.import_file(LOCAL, VENUE, takings.file(), name="days.json")
    return {(row.dimension, row.code): row.ref_id for row in engine.mapping(LOCAL, VENUE)}


def _sync(engine: Engine, takings: Takings) -> None:
    run = engine.sync(LOCAL, VENUE, Period(takings.first, takings.last), confirm=lambda _: True, pull=False)
    assert run.state == "done", [str(one) for one in run.findings]


@dataclass
class Case:
    """One copy of a prepared venue."""

    rig: Rig
    prepared: Prepared
    database: str
    sandbox: Sandbox

    def start(self, do: str, **order: Any) -> SyncProcess:
        """Start a process on it."""
        takings = self.prepared.takings
        order = {"verb": self.prepared.verb, "tenant": self.prepared.tenant, "name": VENUE, **order}
        order |= {"first": takings.first.isoformat(), "last": takings.last.isoformat()}
        return self.rig.start(do, self.database, self.sandbox, **order)

    def balances(self) -> dict[str, str]:
        """Return the ledger's balances, by account."""
        found = self.sandbox.control.balances(self.prepared.tenant)
        assert Decimal(found["total"]) == 0
        return {one["Code"]: one["balance"] for one in found["accounts"] if Decimal(one["balance"])}

    def assert_nothing_twice(self) -> dict[str, list[Any]]:
        """Assert that the ledger never held anything twice, whatever became of it; returns what it holds."""
        dump = self.sandbox.control.dump(self.prepared.tenant)
        papers = (*dump["Invoices"], *dump["CreditNotes"], *dump["Payments"])
        twice = [reference for reference, n in Counter(one["Reference"] for one in papers).items() if n > 1]
        assert not twice, f"twice in the ledger: {twice}"
        contacts = Counter(one["Name"] for one in dump["Contacts"])
        assert max(contacts.values(), default=1) == 1, contacts
        return dump

    def assert_ledger(self) -> None:
        """Assert from the ledger's own state that what was meant stands once, to the cent, and nothing beside it."""
        dump, verb = self.assert_nothing_twice(), self.prepared.verb
        invoices = [one for one in dump["Invoices"] if one["Status"] in ("AUTHORISED", "PAID")]
        payments = [one for one in dump["Payments"] if one["Status"] == "AUTHORISED"]
        assert not dump["CreditNotes"]
        generations = sorted(one["Reference"].split("/")[-2] for one in invoices)
        assert generations == sorted(GENERATIONS[verb] * self.prepared.days), generations
        expected = self.prepared.takings.expected(self.prepared.accounts)
        lines = sums((line["AccountID"], line["LineAmount"]) for one in invoices for line in one["LineItems"])
        paid = sums((one["Account"]["AccountID"], one["Amount"]) for one in payments)
        assert lines == ({} if verb == "undo" else expected.lines)
        assert paid == ({} if verb == "undo" else expected.paid)
        if self.prepared.boundaries:
            assert self.balances() == self.prepared.balances

    def said(self, process: SyncProcess) -> dict[str, Any]:
        """Return what a process came to that was not to be killed."""
        ended = process.finish()
        assert "fault" not in ended, ended["fault"]
        return ended
