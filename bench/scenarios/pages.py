"""What a page costs to draw: the setup of a till with 80 codes and a ledger with 200 accounts, in this process."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from itertools import product
from typing import Any

from bench.report import Finding, at_most
from bench.scenarios.bench import Bench
from takings.engine import Engine
from takings.plugin import Catalogue, Chart, LedgerAccount, SourceCode
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.testing import FakeSource, FakeTarget, fake_host
from takings.views import LOCAL
from takings.web import WebPrincipal, make_web

CODES, ACCOUNTS = 80, 200
BUDGET = 50.0

_AREAS = ("Bar", "Kitchen", "Bistro", "Functions", "Bottle shop", "Gaming", "Accommodation", "Cafe", "Garden", "Roof")
_SOLD = (
    "Tap beer",
    "Wine",
    "Spirits",
    "Soft drinks",
    "Entrees",
    "Mains",
    "Desserts",
    "Coffee",
    "Snacks",
    "Merchandise",
)
_BOOKS = (
    *_SOLD,
    "Rent",
    "Wages",
    "Insurance",
    "Power",
    "Repairs",
    "Cleaning",
    "Music",
    "Advertising",
    "Stock",
    "Freight",
)
_KINDS = ("REVENUE", "EXPENSE", "DIRECTCOSTS", "CURRENT", "BANK")

#: Pages of an integration beside its setup.
_BESIDE = ("held", "drift", "settings", "reports", "reports/month", "reports/clearing")

ME = WebPrincipal(owner=LOCAL.owner, name=LOCAL.name, session_id="bench", can_provision=True)


class Till(FakeSource):
    """A point of sale with as many accounts as the budget speaks of."""

    def catalogue(self) -> Catalogue:
        """Return its codes."""
        usual = super().catalogue()
        sold = list(product(_AREAS, _SOLD))[:CODES]
        more = [
            SourceCode(dimension="accounts", code=f"D{n:02d}", name=f"{area} {what}", category=area)
            for n, (area, what) in enumerate(sold)
        ]
        return replace(usual, codes=(*usual.codes, *more))


class Books(FakeTarget):
    """A ledger with as many accounts as the budget speaks of."""

    def chart(self) -> Chart:
        """Return its accounts."""
        usual = super().chart()
        named = list(product(_AREAS, _BOOKS))[:ACCOUNTS]
        more = [
            LedgerAccount(id=f"acc-{n:03d}", code=str(300 + n), name=f"{what} {area}", kind=_KINDS[n % len(_KINDS)])
            for n, (area, what) in enumerate(named)
        ]
        return replace(usual, accounts=(*usual.accounts, *more))


def measure(bench: Bench) -> Finding:
    """Draw each step of a setup again and again; of the CPU of this process the least counts."""
    host = fake_host(Till().declaration(), Books().declaration())
    database = Database(bench.folder / "pages.db")
    database.upgrade()
    with Engine(database, host, keys=KeyRing.generate()) as engine:
        view = engine.provision(LOCAL, name="venue", source="fake:till", target="fake:ledger")
        engine.submit_step(LOCAL, "venue", "connect.target")
        engine.refresh_catalogue(LOCAL, "venue")
        web = make_web(engine, principal=lambda scope: ME, public_base_url="http://localhost")
        base = f"/i/{view.id}"
        paths = {"list of the steps": base, "dashboard": "/", "alerts": "/alerts"}
        paths |= {name.replace("/", ", "): f"{base}/{name}" for name in _BESIDE}
        paths |= {one.title: f"{base}/setup/{one.key}" for one in engine.setup(LOCAL, "venue").steps}
        rounds = 5 if bench.quick else 20
        rows = [(name, *_drawn(web, path, rounds)) for name, path in paths.items()]
        _settle(engine)
        rows.append(("Match accounts, all matched", *_drawn(web, f"{base}/setup/map.accounts", rounds)))
    return Finding(
        scenario="pages",
        title=f"Pages of a setup: {CODES} rows, {ACCOUNTS} accounts (least of {rounds} times, CPU of the process)",
        columns=("Page", "CPU ms", "kB"),
        rows=[list(row) for row in rows],
        checks=[at_most("pages: the dearest page", max(cpu for _, cpu, _ in rows), BUDGET, unit=" ms")],
    )


def _settle(engine: Engine) -> None:
    for row in engine.mapping(LOCAL, "venue"):
        if row.dimension == "accounts":
            engine.set_mapping(LOCAL, "venue", dimension="accounts", code=row.code, to="acc-007")


def _drawn(web: Any, path: str, rounds: int) -> tuple[float, float]:
    """Return the least CPU of a page in milliseconds, and its size."""

    async def draw() -> tuple[float, float]:
        best, size = float("inf"), 0.0
        for _ in range(rounds):
            before = time.process_time()
            body = await _get(web, path)
            best, size = min(best, (time.process_time() - before) * 1000), len(body) / 1024
        return best, size

    return asyncio.run(draw())


async def _get(web: Any, path: str) -> bytes:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"accept-encoding", b"gzip")],
        "http_version": "1.1",
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
        "asgi": {"version": "3.0"},
    }
    status, parts = 0, list[bytes]()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            parts.append(message.get("body", b""))

    await web(scope, receive, send)
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return b"".join(parts)
