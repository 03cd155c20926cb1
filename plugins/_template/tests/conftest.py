"""A stand-in of both systems, what the core would give the plugin, and a mapped day."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

# So that the tests run before anything is installed, and from the root of the project that ships this example.
sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from takings.plugin import (
    DaySummary,
    LedgerRef,
    Line,
    LineKind,
    MappedDay,
    MappedLine,
    MappedTender,
    RawRecord,
    ReplyLost,
    Tender,
    Unit,
)

from takings_example.plugin import PaperInstallation, TillInstallation, open_ledger, open_till
from takings_example.sandbox.books import Books
from takings_example.sandbox.days import line
from takings_example.sandbox.server import KEY, Sandbox
from takings_example.till_reader import TillReader


class Caller:
    """What the core's authorised client does, as far as a plugin can tell."""

    def __init__(self, key: str) -> None:
        self.client = httpx.Client(headers={"Authorization": f"Bearer {key or 'none'}"}, trust_env=False)

    def request(self, method: str, url: str, **more: Any) -> httpx.Response:
        try:
            return self.client.request(method, url, **more)
        except httpx.TransportError as error:
            raise ReplyLost("The system", str(error)) from error


def context(key: str) -> Any:
    log = SimpleNamespace(info=lambda *_, **__: None, warning=lambda *_, **__: None)
    return SimpleNamespace(http=Caller(key), clock=SimpleNamespace(now=lambda: datetime.now(UTC)), log=log)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Books()) as running:
        yield running


@pytest.fixture
def target(sandbox: Sandbox) -> Iterator[Any]:
    given = context(KEY)
    with given.http.client:
        yield open_ledger(PaperInstallation(ledger_url=sandbox.url), None, "paper-1", given)


@pytest.fixture
def stranger(sandbox: Sandbox) -> Iterator[Any]:
    given = context("not the key")
    with given.http.client:
        yield open_ledger(PaperInstallation(ledger_url=sandbox.url), None, "paper-1", given)


@pytest.fixture
def source(sandbox: Sandbox) -> Iterator[Any]:
    given = context("")
    with given.http.client:
        yield open_till(TillInstallation(till_url=sandbox.url + "/"), None, given)


ACCOUNTS: Mapping[str, str] = {"COFFEE": "a4000", "FOOD": "a4010", "BREAD": "a4010"}
PAID_INTO: Mapping[str, str] = {"CASH": "a1000", "CARD": "a1010"}


def read_day(day: Any) -> DaySummary:
    read = TillReader().parse(RawRecord(body=line(day).encode()))
    assert isinstance(read, DaySummary), read
    return read


def mapped(day: DaySummary) -> MappedDay:
    return MappedDay(
        day=day,
        lines=tuple(
            MappedLine(
                line=one,
                account=LedgerRef(id=ACCOUNTS[one.account]),
                tax=LedgerRef(id=one.tax_code),
                tax_code=one.tax_code,
            )
            for one in day.lines
        ),
        tenders=tuple(MappedTender(tender=one, account=LedgerRef(id=PAID_INTO[one.code])) for one in day.tenders),
    )


def unit(*days: DaySummary, number: str | None = None) -> Unit:
    first = days[0]
    key = f"example:till/{first.site.id}/{first.key.business_date}.1/g1"
    return Unit(key=key, generation=1, number=number, days=tuple(mapped(day) for day in days))


def sold(amount: str, group: str = "COFFEE", tax: str = "GST") -> Line:
    return Line(kind=LineKind.SALE, account=group, amount=Decimal(amount), tax_code=tax)


def paid(amount: str, code: str = "CASH") -> Tender:
    return Tender(code=code, name=code, recorded=Decimal(amount), counted=Decimal(amount))


@pytest.fixture
def make() -> SimpleNamespace:
    return SimpleNamespace(read_day=read_day, mapped=mapped, unit=unit, sold=sold, paid=paid)
