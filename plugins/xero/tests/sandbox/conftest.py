"""A running sandbox with a clock that stands, a connected HTTP session, and the official SDK pointed at both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from takings_xero.sandbox import Sandbox

START = 1_790_820_000.0  # 2026-10-01T02:00:00Z, midday in Sydney
CALLBACK = "http://localhost:8765/callback"
SCOPES = (
    "openid profile email offline_access accounting.invoices accounting.payments accounting.contacts "
    "accounting.settings accounting.manualjournals"
)
Doc = dict[str, Any]


@dataclass
class StandingClock:
    """A clock that moves only when told."""

    now: float = START

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Session:
    """A connected app: HTTP with token and tenant, and shortcuts for what most tests post."""

    sandbox: Sandbox
    http: httpx.Client
    scopes: str = SCOPES
    tokens: Doc = field(default_factory=dict)
    tenant: str = ""

    @property
    def installation(self) -> Doc:
        return self.sandbox.ready()["installation"]

    @property
    def basic(self) -> tuple[str, str]:
        return self.installation["client_id"], self.installation["client_secret"]

    def code(self, **more: str) -> str:
        query = {
            "response_type": "code",
            "client_id": self.installation["client_id"],
            "redirect_uri": CALLBACK,
            "scope": self.scopes,
            "state": "s1",
        }
        reply = self.http.get(self.installation["authorise_url"], params=query | more)
        assert reply.status_code == 302, reply.text
        answer = parse_qs(urlsplit(reply.headers["location"]).query)
        assert answer["state"] == ["s1"]
        return answer["code"][0]

    def token(self, **form: str) -> httpx.Response:
        return self.http.post(self.installation["token_url"], data=form, auth=self.basic)

    def exchange(self, code: str) -> httpx.Response:
        return self.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)

    def refresh(self, refresh_token: str) -> httpx.Response:
        return self.token(grant_type="refresh_token", refresh_token=refresh_token)

    def connect(self) -> Session:
        reply = self.exchange(self.code())
        assert reply.status_code == 200, reply.text
        self.tokens = reply.json()
        self.tenant = self.connections()[0]["tenantId"]
        return self

    def connections(self) -> list[Doc]:
        reply = self.http.get(self.installation["connections_url"], headers=self.bearer)
        assert reply.status_code == 200, reply.text
        return reply.json()

    @property
    def bearer(self) -> Doc:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    def call(self, method: str, path: str, body: object = None, **more: Any) -> httpx.Response:
        headers = self.bearer | {"xero-tenant-id": self.tenant, "Accept": "application/json"}
        headers |= more.pop("headers", {})
        url = f"{self.installation['api_url']}/{path}"
        if body is not None:
            more["json"] = body
        return self.http.request(method, url, headers=headers, **more)

    def get(self, path: str, **params: Any) -> Doc:
        reply = self.call("GET", path, params=params)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def ok(self, method: str, path: str, body: object) -> Doc:
        reply = self.call(method, path, body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def messages(self, method: str, path: str, body: object) -> list[str]:
        """Return the messages of a summarised refusal."""
        reply = self.call(method, path, body)
        assert reply.status_code == 400, reply.text
        refusal = reply.json()
        assert (refusal["ErrorNumber"], refusal["Type"]) == (10, "ValidationException")
        return [error["Message"] for one in refusal["Elements"] for error in one["ValidationErrors"]]

    @staticmethod
    def line(amount: object = "110.00", **changes: Any) -> Doc:
        return line(amount, **changes)

    @staticmethod
    def invoice(**changes: Any) -> Doc:
        return invoice(**changes)

    @staticmethod
    def payment(invoice_id: str, amount: object, account: str = "611", **more: Any) -> Doc:
        return payment(invoice_id, amount, account, **more)

    def post_invoice(self, **changes: Any) -> Doc:
        return self.ok("PUT", "Invoices", invoice(**changes))["Invoices"][0]

    def pay(self, invoice_id: str, amount: object, account: str = "611", **more: Any) -> Doc:
        return self.ok("PUT", "Payments", payment(invoice_id, amount, account, **more))["Payments"][0]

    def balances(self) -> dict[str, str]:
        found = self.sandbox.control.balances(self.tenant)
        assert found["total"] == "0.00"
        return {one["Code"] or one["Name"]: one["balance"] for one in found["accounts"]}


def line(amount: object = "110.00", **changes: Any) -> Doc:
    return {"Description": "Food", "Quantity": 1, "UnitAmount": amount, "AccountCode": "201"} | changes


def invoice(**changes: Any) -> Doc:
    made = {
        "Type": "ACCREC",
        "Contact": {"Name": "POS sales"},
        "Date": "2026-10-01",
        "DueDate": "2026-10-01",
        "LineAmountTypes": "Inclusive",
        "Status": "AUTHORISED",
        "LineItems": [line()],
    } | changes
    return {key: value for key, value in made.items() if value is not None}


def payment(invoice_id: str, amount: object, account: str = "611", **more: Any) -> Doc:
    wanted = {"Invoice": {"InvoiceID": invoice_id}, "Account": {"Code": account}, "Amount": amount}
    return wanted | {"Date": "2026-10-01"} | more


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def sandbox(tmp_path: Path, clock: StandingClock) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "sandbox", clock=clock, auto_consent=True) as running:
        yield running


@pytest.fixture
def session(sandbox: Sandbox, http: httpx.Client) -> Session:
    return Session(sandbox, http).connect()


@pytest.fixture
def connect(sandbox: Sandbox, http: httpx.Client) -> Callable[[str], Session]:
    """Return a function that connects with other scopes."""
    return lambda scopes: Session(sandbox, http, scopes=scopes).connect()
