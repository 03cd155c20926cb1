"""Builders of mapped days and surveys for the deciding half, and a connected sandbox for the acting half."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from takings.plugin import (
    Call,
    Chart,
    DaySummary,
    Done,
    LedgerAccount,
    LedgerOption,
    LedgerRef,
    LedgerTax,
    Line,
    LineKind,
    MappedDay,
    MappedLine,
    MappedTender,
    NoSettings,
    Operation,
    Outcome,
    Plan,
    ReplyLost,
    Site,
    StandingDocument,
    Survey,
    Tender,
    Unavailable,
    Unit,
)
from takings_xero.connecting import SCOPES, organisations
from takings_xero.options import InstallationSettings
from takings_xero.plugin import open_target
from takings_xero.sandbox import Sandbox

SITE = Site(id="4417", name="The Anchor Hotel", timezone="Australia/Melbourne", currency="AUD")
DAY = date(2026, 10, 1)

ACCOUNTS = (
    LedgerAccount(id="a-food", code="201", name="Food Sales", kind="REVENUE", tax="OUTPUT"),
    LedgerAccount(id="a-beer", code="202", name="Beverage Sales", kind="REVENUE", tax="OUTPUT"),
    LedgerAccount(
        id="a-tips", code="807", name="Tips Payable", kind="LIABILITY", tax="BASEXCLUDED", takes_payments=True
    ),
    LedgerAccount(id="a-wages", code="477", name="Wages", kind="EXPENSE"),
    LedgerAccount(id="a-cash", code="611", name="Cash Clearing", kind="ASSET", takes_payments=True),
    LedgerAccount(
        id="a-bank", code="", name="Business Bank Account", kind="ASSET", takes_payments=True, takes_lines=False
    ),
    LedgerAccount(id="a-round", code="860", name="Rounding", kind="EXPENSE", tax="BASEXCLUDED", role="rounding"),
    LedgerAccount(id="a-old", code="299", name="Old Sales", kind="REVENUE", active=False, takes_payments=True),
)
TAXES = (
    LedgerTax(id="OUTPUT", code="OUTPUT", name="GST on Income", rate=Decimal(10), kinds=("ASSET", "REVENUE")),
    LedgerTax(id="EXEMPTOUTPUT", code="EXEMPTOUTPUT", name="GST Free Income", rate=Decimal(0), kinds=("REVENUE",)),
    LedgerTax(id="BASEXCLUDED", code="BASEXCLUDED", name="BAS Excluded", rate=Decimal(0)),
    LedgerTax(id="OLD", code="OLD", name="Old GST", rate=Decimal("12.5"), active=False),
)
OPTIONS = (
    LedgerOption(id="o-bar", name="Bar", category="k-place", category_name="Place"),
    LedgerOption(id="o-food", name="Food", category="k-place", category_name="Place"),
    LedgerOption(id="o-dinner", name="Dinner", category="k-part", category_name="Day part"),
    LedgerOption(id="o-gone", name="Terrace", category="k-place", category_name="Place", active=False),
)


class Build:
    """Makes days, units and surveys; amounts are given as text."""

    DAY = DAY

    @staticmethod
    def ref(ident: str | None) -> LedgerRef | None:
        return LedgerRef(id=ident, code=ident, name=ident) if ident else None

    @classmethod
    def line(
        cls,
        amount: str | Decimal,
        account: str = "a-food",
        tax: str | None = "OUTPUT",
        *,
        source: str = "FOOD",
        kind: LineKind = LineKind.SALE,
        **fields: Any,
    ) -> MappedLine:
        ref = cls.ref(account)
        assert ref
        code = fields.pop("tax_code", tax or "")
        line = Line(kind=kind, account=source, amount=Decimal(amount), tax_code=code, **fields)
        return MappedLine(line=line, account=ref, tax=cls.ref(tax), tax_code=code)

    @classmethod
    def tender(cls, amount: str | Decimal, account: str | None = "a-cash", code: str = "CASH") -> MappedTender:
        counted = Decimal(amount)
        return MappedTender(
            tender=Tender(code=code, name=code.title(), recorded=counted, counted=counted), account=cls.ref(account)
        )

    @staticmethod
    def day(
        lines: Iterable[MappedLine], tenders: Iterable[MappedTender], day: date = DAY, **fields: Any
    ) -> MappedDay:
        lines, tenders = tuple(lines), tuple(tenders)
        summary = DaySummary(
            site=fields.pop("site", SITE),
            business_date=day,
            sequence=fields.pop("sequence", 1),
            revision=1,
            lines=tuple(one.line for one in lines),
            tenders=tuple(one.tender for one in tenders),
            **fields,
        )
        return MappedDay(day=summary, lines=lines, tenders=tenders)

    @staticmethod
    def unit(*days: MappedDay, number: str | None = None, generation: int = 1) -> Unit:
        first = min(one.day.key for one in days)
        key = f"impos:eod/4417/{first.business_date}.{first.sequence}/g{generation}"
        return Unit(key=key, generation=generation, number=number, days=days)

    @classmethod
    def simple(cls, number: str | None = None) -> Unit:
        """Return an ordinary small day: two sales, a tip, two payment methods."""
        return cls.unit(
            cls.day(
                [
                    cls.line("110.00", name="Kitchen", department="Food"),
                    cls.line("55.00", "a-beer", source="BEER", name="Tap Beer"),
                    cls.line("5.00", "a-tips", "BASEXCLUDED", source="TIPS", kind=LineKind.TIP, name="Tips"),
                ],
                [cls.tender("100.00"), cls.tender("70.00", "a-bank", "EFTPOS")],
            ),
            number=number,
        )

    @staticmethod
    def survey(
        *,
        locked_through: date | None = None,
        documents: tuple[StandingDocument, ...] = (),
        contact: str = "active",
        currency: str = "AUD",
        taxes: tuple[LedgerTax, ...] = TAXES,
        accounts: Iterable[LedgerAccount] = ACCOUNTS,
        through: date = date(2026, 12, 1),
    ) -> Survey:
        locks = {"period": locked_through.isoformat()} if locked_through else {}
        ident = "" if contact == "absent" else "c-1"
        return Survey(
            chart=Chart(
                organisation="t-1",
                organisation_name="The Anchor Hotel",
                currency=currency,
                accounts=tuple(accounts),
                taxes=taxes,
                options=OPTIONS,
            ),
            locked_through=locked_through,
            documents=documents,
            extra={
                "contact": {"state": contact, "name": "POS sales", "id": ident},
                "short_code": "!abcde",
                "locks": locks,
                "through": through.isoformat(),
            },
        )


@pytest.fixture(scope="session")
def build() -> type[Build]:
    """Builders for the deciding half."""
    return Build


class Connected:
    """A context that is authorised at the sandbox: what the core gives, without refresh and budgets."""

    def __init__(self, client: httpx.Client, token: str) -> None:
        self._client, self._token = client, token
        self.http = self
        self.clock = self
        self.log = self
        self.notes: list[str] = []
        self.calls: list[str] = []

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        self.calls.append(f"{method} {urlsplit(url).path.rsplit('/', 1)[-1]}")
        sent = {"Authorization": f"Bearer {self._token}", **(headers or {})}
        try:
            return self._client.request(method, url, params=params, headers=sent, content=content)
        except httpx.ConnectError as error:
            raise Unavailable("Xero", str(error)) from error
        except httpx.TransportError as error:
            raise ReplyLost("Xero", str(error)) from error

    def now(self) -> datetime:
        return datetime.now(UTC)

    def info(self, message: str, **values: Any) -> None:
        self.notes.append(message)

    def warning(self, message: str, **values: Any) -> None:
        self.notes.append(f"{message}: {values}")


class Ledger:
    """A sandbox, an authorised context, and an open target for one of its organisations."""

    def __init__(self, sandbox: Sandbox, client: httpx.Client, scopes: tuple[str, ...] = SCOPES) -> None:
        self.sandbox = sandbox
        self.installation = InstallationSettings(**sandbox.ready()["installation"])
        self.token_reply = _authorise(self.installation, client, scopes)
        self.context = Connected(client, self.token_reply["access_token"])
        self.organisation = organisations(self.context, self.installation)[0]
        self.target = open_target(self.installation, NoSettings(), self.organisation.id, self.context)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the sandbox's API for what the target itself never does."""
        reply = self.context.request(
            method,
            f"{self.installation.api_url}/{path}",
            headers={"xero-tenant-id": self.organisation.id, "Accept": "application/json"},
            content=None if body is None else json.dumps(body).encode(),
        )
        assert reply.status_code == 200, reply.text
        return reply.json()

    def balances(self) -> dict[str, Decimal]:
        """Return the trial balance that the sandbox computes itself, by account id; debits are positive."""
        found = self.sandbox.control.balances(self.organisation.id)
        assert found["total"] == "0.00"
        return {one["AccountID"]: Decimal(one["balance"]) for one in found["accounts"] if Decimal(one["balance"])}

    def accounts(self) -> dict[str, LedgerAccount]:
        return {account.code or account.name: account for account in self.target.chart().accounts}

    def mapped(self, build: type[Build], day: date = DAY, *, number: str | None = None, sale: str = "110.00") -> Unit:
        """Return a unit of one sale with GST and a tip, paid in cash and by card, in the sandbox's chart."""
        chart = self.accounts()
        total = Decimal(sale)
        lines = [
            build.line(total, chart["201"].id, name="Kitchen"),
            build.line("5.00", chart["807"].id, "BASEXCLUDED", source="TIPS", kind=LineKind.TIP, name="Tips"),
        ]
        tenders = [
            build.tender("15.00", chart["611"].id),
            build.tender(total - 10, chart["Business Bank Account"].id, "EFTPOS"),
        ]
        return build.unit(build.day(lines, tenders, day), number=number)

    def execute(self, kind: str, operations: Iterable[Operation], key: str) -> tuple[Outcome, ...]:
        operations = tuple(operations)
        body = self.target.prepare(kind, operations)
        return tuple(self.target.execute(Call(key=key, kind=kind, operations=operations, body=body)))

    def post(self, plan: Plan, key: str = "call") -> dict[str, dict[str, str]]:
        """Post a plan's operations kind by kind, as the core does, and return the receipts by key."""
        assert not plan.findings, plan.findings
        return self.post_all([plan], key)

    def post_all(self, plans: Iterable[Plan], key: str = "call") -> dict[str, dict[str, str]]:
        receipts: dict[str, dict[str, str]] = {}
        wanted = {one.key: one for plan in plans for one in plan.operations}
        for kind in ("contact", "invoice", "creditnote", "journal", "payment"):
            all_of_kind = [one for one in wanted.values() if one.kind == kind]
            for start in range(0, len(all_of_kind), 50):
                batch = [resolved(one, receipts) for one in all_of_kind[start : start + 50]]
                found = self.execute(kind, batch, f"{key}-{kind}-{start}")
                for operation, outcome in zip(batch, found, strict=True):
                    assert isinstance(outcome, Done), outcome
                    receipts[operation.key] = dict(outcome.receipt)
        return receipts


def resolved(operation: Operation, receipts: Mapping[str, Mapping[str, str]]) -> Operation:
    """Put the receipts' values in the place of references."""

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            if "$ref" in value:
                return receipts[value["$ref"]][value["field"]]
            return {name: fill(part) for name, part in value.items()}
        return [fill(part) for part in value] if isinstance(value, list) else value

    return Operation(key=operation.key, kind=operation.kind, payload=fill(dict(operation.payload)))


def _authorise(installation: InstallationSettings, client: httpx.Client, scopes: tuple[str, ...]) -> dict[str, Any]:
    callback = "http://localhost:8765/oauth/callback"
    query = {"response_type": "code", "client_id": installation.client_id, "redirect_uri": callback, "state": "s"}
    asked = client.get(installation.authorise_url, params={**query, "scope": " ".join(scopes)})
    code = parse_qs(urlsplit(asked.headers["location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback}
    reply = client.post(installation.token_url, data=form, auth=(installation.client_id, installation.client_secret))
    assert reply.status_code == 200, reply.text
    tokens: dict[str, Any] = reply.json()
    return tokens


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=120) as made:
        yield made


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox on loopback that consents by itself."""
    with Sandbox(tmp_path / "xero", auto_consent=True) as sandbox:
        yield sandbox


@pytest.fixture
def ledger(running: Sandbox, client: httpx.Client) -> Ledger:
    """A connected organisation of the sandbox."""
    return Ledger(running, client)


@pytest.fixture
def connect(running: Sandbox, client: httpx.Client) -> Callable[..., Ledger]:
    """Return a function that connects with other scopes."""
    return lambda *scopes: Ledger(running, client, scopes)
