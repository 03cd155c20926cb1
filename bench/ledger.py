"""The sandbox as the harness sees it: organisations, switches, counters, and an access token for a contestant."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.processes import server

CALLBACK = "http://localhost:8400/oauth/callback"
SCOPES = "offline_access accounting.invoices accounting.payments accounting.contacts accounting.settings"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


class Ledger:
    """A running sandbox."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.installation: dict[str, Any] = ready["installation"]
        self._control = ready["control"]
        self._made = 0

    def organisations(self, count: int) -> list[str]:
        """Found so many new organisations and return their tenant ids."""
        found = []
        for _ in range(count):
            self._made += 1
            found.append(self.call("/organisations", {"name": f"Bench {self._made}"})["tenant"])
        return found

    def begin(self, latency_ms: float) -> None:
        """Set the latency, and count anew with fresh limits."""
        self.call("/switches", {"latency_ms": latency_ms})
        self.call("/limits/reset", {})
        self.call("/counters/reset", {})

    def end(self) -> dict[str, Any]:
        """Take the latency away and return what was counted since `begin`."""
        counted = self.call("/counters")
        self.call("/switches", {"latency_ms": 0})
        calls = {name: number for name, number in counted["calls"].items() if "token" not in name}
        by_tenant = counted["most_in_flight_by_tenant"].values()
        return {
            "calls": sum(calls.values()),
            "writes": sum(number for name, number in calls.items() if not name.startswith("GET")),
            "reads": sum(number for name, number in calls.items() if name.startswith("GET")),
            "rate_limited": counted["rate_limited"],
            "connections": counted["connections"],
            "kb_out": round(counted["bytes_out"] / 1024),
            "most_in_flight": max(by_tenant, default=0),
        }

    def standing(self, tenants: list[str]) -> dict[str, int]:
        """Return how many invoices and payments stand in these organisations."""
        invoices = payments = 0
        for tenant in tenants:
            documents = self.documents(tenant)
            invoices += sum(one["Status"] in ("AUTHORISED", "PAID") for one in documents["Invoices"])
            payments += sum(one["Status"] == "AUTHORISED" for one in documents["Payments"])
        return {"invoices": invoices, "payments": payments}

    def documents(self, tenant: str) -> dict[str, list[dict[str, Any]]]:
        """Return every document of an organisation, by plural."""
        found: dict[str, list[dict[str, Any]]] = self.call(f"/organisations/{tenant}/documents")
        return found

    def token(self) -> dict[str, Any]:
        """Consent to every organisation as its owner and return the token reply."""
        app = self.installation
        asked = {
            "response_type": "code",
            "client_id": app["client_id"],
            "redirect_uri": CALLBACK,
            "scope": SCOPES,
            "state": "bench",
        }
        location = _request(f"{app['authorise_url']}?{urlencode(asked)}")[1]["Location"]
        code = parse_qs(urlsplit(location).query)["code"][0]
        body = urlencode({"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}).encode()
        pair = b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"}
        reply: dict[str, Any] = json.loads(_request(app["token_url"], body, headers)[0])
        return reply | {"expires_at": datetime.now(UTC).timestamp() + reply["expires_in"]}

    def call(self, path: str, body: object = None) -> Any:
        """Call the control API."""
        data = None if body is None else json.dumps(body).encode()
        return json.loads(_request(self._control + path, data, {"Content-Type": "application/json"})[0])


def _request(url: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[bytes, Any]:
    try:
        with _OPENER.open(urllib.request.Request(url, data, headers or {}), timeout=60) as reply:
            return reply.read(), reply.headers
    except urllib.error.HTTPError as error:
        if error.code == 302:
            return b"", error.headers
        raise


@contextmanager
def ledger(window_seconds: int = 60) -> Iterator[Ledger]:
    """Run a sandbox with its limits on, in a folder of its own."""
    with TemporaryDirectory(prefix="bench-xero-") as folder:
        window = str(window_seconds)
        with server("bench.sandbox", "--window-seconds", window, "--data", folder, "--auto-consent") as ready:
            yield Ledger(ready)


def prepared(books: Ledger, tenant: str, file: Path) -> int:
    """Write what stands in an organisation as plain days, for contestants that read no source; returns how many."""
    documents = books.documents(tenant)
    payments: dict[str, list[dict[str, Any]]] = {}
    for one in documents["Payments"]:
        part = {"account": one["Account"]["Code"], "amount": one["Amount"], "reference": one["Reference"]}
        payments.setdefault(one["Invoice"]["InvoiceID"], []).append(part)
    days = [_day(one, payments[one["InvoiceID"]]) for one in documents["Invoices"]]
    file.write_text(json.dumps(days), "utf-8")
    return len(days)


def _day(invoice: dict[str, Any], payments: list[dict[str, Any]]) -> dict[str, Any]:
    found = re.search(r"-?\d+", invoice["Date"])
    assert found
    return {
        "day": datetime.fromtimestamp(int(found[0]) / 1000, UTC).date().isoformat(),
        "number": invoice.get("InvoiceNumber"),
        "reference": invoice["Reference"],
        "lines": [
            {
                "description": line["Description"],
                "amount": line["LineAmount"],
                "account": line["AccountCode"],
                "tax": line["TaxType"],
            }
            for line in invoice["LineItems"]
        ],
        "payments": payments,
    }
