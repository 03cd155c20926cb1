"""What the core would give the plugin, mapped days, and Beancount's own judgement of a journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from beancount import loader
from beancount.core.data import Transaction
from hypothesis import settings

from takings.plugin import (
    Call,
    DaySummary,
    Done,
    LedgerRef,
    Line,
    LineKind,
    MappedDay,
    MappedLine,
    MappedTender,
    Operation,
    Period,
    Site,
    Tender,
    Unit,
)
from takings_journal.default_chart import default_chart
from takings_journal.options import ConnectionSettings, IntegrationSettings
from takings_journal.target import JournalTarget

settings.register_profile("journal", deadline=None, max_examples=60)
settings.load_profile("journal")

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SITE = Site(id="4417", name="The Anchor", timezone="Australia/Melbourne", currency="AUD")


class Lost(Exception):
    """The machine went away."""


@dataclass
class Folder:
    """The files of one folder, replaced whole; with `dies_before` the machine goes away before that write."""

    path: Path
    writes: list[str] = field(default_factory=list)
    dies_before: int = 0

    def read(self, name: str) -> str | None:
        file = self.path / name
        return file.read_text("utf-8") if file.exists() else None

    def write(self, name: str, text: str) -> None:
        if len(self.writes) + 1 == self.dies_before:
            raise Lost
        self.writes.append(name)
        (self.path / name).write_text(text, "utf-8")


@dataclass
class Journal:
    """A journal in a folder, as the core would use it."""

    files: Folder
    name: str = "takings"

    @property
    def target(self) -> JournalTarget:
        return self.open()

    def open(self, organisation: str = "", **connection: str) -> JournalTarget:
        clock = SimpleNamespace(now=lambda: datetime(2026, 11, 1, tzinfo=UTC))
        context: Any = SimpleNamespace(files=self.files, clock=clock)
        return JournalTarget(ConnectionSettings(journal=self.name, **connection), organisation, context)

    def plan(self, unit: Unit, **chosen: str) -> Any:
        given = IntegrationSettings(**chosen)
        return self.target.plan(unit, self.target.survey(OCTOBER, given), given)

    def operation(self, unit: Unit, **chosen: str) -> Operation:
        plan = self.plan(unit, **chosen)
        assert plan.findings == ()
        return plan.operations[0]

    def post(self, *units: Unit, **chosen: str) -> list[str]:
        operations = [self.operation(one, **chosen) for one in units]
        outcomes = self.target.execute(self.call(operations))
        assert all(isinstance(one, Done) for one in outcomes), outcomes
        return [one.key for one in operations]

    def call(self, operations: Sequence[Operation], key: str = "call-1") -> Call:
        body = self.target.prepare("transaction", operations)
        return Call(key=key, kind="transaction", operations=tuple(operations), body=body)

    def inspect(self, *keys: str) -> Any:
        found = list(self.target.inspect({key: {} for key in keys}, OCTOBER))
        return found if len(keys) > 1 else found[0]

    @property
    def text(self) -> str:
        return self.files.read(f"{self.name}.beancount") or ""

    @property
    def chart_text(self) -> str:
        return self.files.read(f"{self.name}.accounts.beancount") or ""

    def edit(self, before: str, after: str, count: int = 1) -> None:
        """Do what a person does in an editor."""
        assert before in self.text
        (self.files.path / f"{self.name}.beancount").write_text(self.text.replace(before, after, count))

    def default(self) -> str:
        """The chart that a new journal has."""
        return default_chart(self.name)

    def edit_chart(self, text: str) -> None:
        (self.files.path / f"{self.name}.accounts.beancount").write_text(text)

    def transactions(self) -> list[Transaction]:
        """What Beancount reads; it must find nothing wrong."""
        entries, errors, _ = loader.load_file(str(self.files.path / f"{self.name}.beancount"))
        assert errors == []
        return [one for one in entries if isinstance(one, Transaction)]

    def balances(self) -> dict[str, Decimal]:
        """What each account holds, as Beancount reads it."""
        held: dict[str, Decimal] = {}
        for transaction in self.transactions():
            for posting in transaction.postings:
                assert posting.units is not None
                assert posting.units.number is not None
                held[posting.account] = held.get(posting.account, Decimal(0)) + posting.units.number
        return {account: amount for account, amount in held.items() if amount}


def sold(
    amount: str,
    account: str = "Income:Sales:Food",
    tax: str = "GST",
    *,
    kind: LineKind = LineKind.SALE,
    name: str = "",
) -> MappedLine:
    line = Line(kind=kind, account=f"code of {account}", amount=Decimal(amount), name=name, tax_code=tax)
    return MappedLine(line=line, account=LedgerRef(id=account), tax=LedgerRef(id=tax) if tax else None, tax_code=tax)


def paid(amount: str, account: str | None = "Assets:Clearing:Cash", code: str = "CASH") -> MappedTender:
    tender = Tender(code=code, name=code.title(), recorded=Decimal(amount), counted=Decimal(amount))
    return MappedTender(tender=tender, account=LedgerRef(id=account) if account else None)


def made(
    *mapped: MappedLine | MappedTender, day: int = 1, number: str | None = None, site: Site = SITE, sequence: int = 1
) -> Unit:
    """A unit of one day."""
    lines = tuple(one for one in mapped if isinstance(one, MappedLine))
    tenders = tuple(one for one in mapped if isinstance(one, MappedTender))
    summary = DaySummary(
        site=site,
        business_date=date(2026, 10, day),
        sequence=sequence,
        revision=1,
        lines=tuple(one.line for one in lines),
        tenders=tuple(one.tender for one in tenders),
    )
    key = f"till:eod/{site.id}/2026-10-{day:02d}.{sequence}/g1"
    return Unit(key=key, generation=1, number=number, days=(MappedDay(day=summary, lines=lines, tenders=tenders),))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(Folder(tmp_path))


@pytest.fixture
def make_journal(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Journal]:
    """Gives a journal in a new folder each time, for tests that try many examples."""
    return lambda: Journal(Folder(tmp_path_factory.mktemp("journal")))


@pytest.fixture
def make() -> SimpleNamespace:
    return SimpleNamespace(sold=sold, paid=paid, unit=made, site=SITE, lost=Lost, folder=Folder, journal=Journal)
