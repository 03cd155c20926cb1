"""Writes core/takings/web/api/examples.json: what a small shop answers to calls, for the OpenAPI document."""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from docs._tools.reading import ROOT
from starlette.types import ASGIApp

from takings.domain.period import Period
from takings.engine import Engine
from takings.host import PluginHost
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.testing import FakeSource, FakeTarget, FixedClock, fake_host
from takings.views import Principal
from takings.web import WebPrincipal, make_web
from takings.web.api.app import OPERATIONS
from takings.web.api.document import BASE

FILE = ROOT / "core" / "takings" / "web" / "api" / "examples.json"

#: Noon of the 3rd of November at the shop's venue.
_NOW = datetime(2026, 11, 3, 1, 0, tzinfo=UTC)
_KIM = Principal(owner="customer-17", name="kim")
_DAYS = Period(date(2026, 11, 1), date(2026, 11, 2))
_LATER = date(2026, 11, 2)
_MAPPING = (("taxes", "GST", "GST"), ("methods", "CASH", "100"), ("accounts", "SALES", "200"))


@dataclass
class _Shop:
    """A shop whose answers are kept, with its random ids replaced."""

    app: ASGIApp
    clock: FixedClock
    ref: str
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def ask(self, name: str, place: str, sent: Any = None) -> Any:
        """Make a call of an operation, keep what is answered, and return it."""
        self.clock.advance(timedelta(minutes=1))  # of runs that began at one moment no one is the first
        (one,) = (one for one in OPERATIONS if one.name == name)
        answer = asyncio.run(self._ask(one.method, f"/integrations/{self.ref}{place}", sent))
        found = answer.json()
        for run in (found.get("run"), found):
            if isinstance(run, dict) and "trigger" in run:
                self.ids[run["id"]] = f"5f0c1e9a2b7d4c{len(self.ids):02x}"
        text = answer.text
        for known, shown in self.ids.items():
            text = text.replace(known, shown)
        self.kept.setdefault(name, {})[str(answer.status_code)] = json.loads(text)
        return found

    async def _ask(self, method: str, path: str, sent: Any) -> httpx.Response:
        where: dict[str, Any] = {"transport": httpx.ASGITransport(self.app), "base_url": "https://shop.example"}
        async with httpx.AsyncClient(**where) as http:
            return await http.request(method, f"{BASE}{path}", json=sent)


def recorded() -> dict[str, dict[str, Any]]:
    """Return what is answered, by the names of the operations and the status."""
    source, ledger = FakeSource(), FakeTarget()
    host: PluginHost = fake_host(source.declaration(), ledger.declaration())
    with tempfile.TemporaryDirectory() as folder:
        database, clock = Database(Path(folder) / "takings.db"), FixedClock(_NOW)
        with Engine(database, host, keys=KeyRing.generate(), clock=clock) as engine:
            engine.upgrade()
            shop = _opened(engine, clock)
            source.set_day(_LATER, Decimal("132.00"))
            engine.fetch(_KIM, shop.ref, _DAYS)
            _ask_all(shop)
            return shop.kept


def _opened(engine: Engine, clock: FixedClock) -> _Shop:
    """Set an integration up that has posted two days."""
    ref = engine.provision(_KIM, name="anchor", source="fake:till", target="fake:ledger").id
    for key in ("connect.target", "send"):
        engine.submit_step(_KIM, ref, key, values={"end_of_day": True} if key == "send" else {})
    engine.refresh_catalogue(_KIM, ref)
    for dimension, code, to in _MAPPING:
        engine.set_mapping(_KIM, ref, dimension=dimension, code=code, choice="post", to=to)
    engine.sync(_KIM, ref, _DAYS, confirm=2)
    who = WebPrincipal(owner=_KIM.owner, name=_KIM.name, session_id="", is_program=True)
    return _Shop(make_web(engine, principal=lambda scope: who, public_base_url="https://shop.example"), clock, ref)


def _ask_all(shop: _Shop) -> None:
    place = f"/days/{_LATER}/1/difference"
    shop.ask("listDays", "/days")
    shop.ask("showDifference", place)
    shop.ask("showMonthSummary", f"/reports/month/{_LATER:%Y-%m}")
    shop.ask("showDaySheet", f"/reports/day/{_LATER}")
    shop.ask("showClearingAccounts", f"/reports/clearing?from={_DAYS.first}&to={_DAYS.last}")
    shop.ask("previewUndo", f"/undo?days={_DAYS.first}")
    shop.ask("requestUndo", "/undo", {"days": [str(_DAYS.first)]})
    shop.ask("requestUndo", "/undo", {"days": [str(_DAYS.first)], "confirm": 1})
    decision = {"decision": "adjust", "days": [str(_LATER)], "reason": "The month is reported"}
    shop.ask("decideAboutDays", "/decisions", decision)
    shop.ask("requestCheck", "/drift/check", {})
    shop.ask("showDaysToConfirm", "/confirmations")


def written() -> str:
    """Return the file as it is kept."""
    return json.dumps(recorded(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
