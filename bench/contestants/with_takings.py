"""takings itself: reads the days from the point of sale, journals everything on disk and posts; then verifies."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.contestants.protocol import Figures, Job, Order, peak_mb, serve, timed

CALLBACK = "http://localhost:8400/oauth/callback"


def prepare(order: Order) -> Job:
    """Open an engine on a database that a process of its own has set up, as `takings sync` finds it."""
    subprocess.run(
        [sys.executable, "-m", __spec__.name, "--set-up"], input=json.dumps(order), text=True, check=True, timeout=300
    )
    took: list[float] = []
    with timed(took):
        engine = _open(order)
    names = _names(order)
    days = _Days(engine, names, threads=order["threads"])
    if order["warm_up"]:
        days.sync(order["warm_up"], order["warm_up"])
    before = peak_mb()

    def run() -> Figures:
        days.sync(order["first"], order["last"])
        documents = sum(one.counts["documents"] for one in days.runs)
        return {"docs": documents, "phases_s": days.phases, "rss_before_mb": before}

    def afterwards() -> Figures:
        posting = {"posting_s": _posting_seconds(order["database"])} if len(names) == 1 else {}
        verified = _verify(engine, names) if order["verify"] else {}
        engine.close()
        return posting | verified

    return Job(run=run, afterwards=afterwards, import_ms=took[0])


def set_up(order: Order) -> None:
    """Make the database, and connect one integration for each organisation of the order."""
    with _open(order) as engine:
        engine.upgrade()
        for name, tenant in zip(_names(order), order["tenants"], strict=True):
            _connect(engine, name, tenant, order["source"])
            if order["warm_up"]:  # days from then on are posted by themselves, as each night
                _make_active(engine, name, date.fromisoformat(order["warm_up"]))


def _make_active(engine: Any, name: str, since: date) -> None:
    """Let an integration be one that was set up on that date."""
    from takings.store.tables import Integration
    from takings.views import LOCAL

    with engine.database.write() as session:
        row = session.get_one(Integration, engine.integration(LOCAL, name).id)
        row.state, row.start_date, row.active_from = "active", since, since


def _names(order: Order) -> list[str]:
    return [f"venue-{number}" for number, _ in enumerate(order["tenants"], 1)]


def _open(order: Order) -> Any:
    from takings.connect.installation import Installation
    from takings.engine import Engine
    from takings.host import PluginHost
    from takings.store.secrets import load_or_create_key_file

    settings = Installation({"impos:eod": order["source"]["installation"], "xero:accounting": order["ledger"]})
    keys = load_or_create_key_file(Path(order["database"]).with_suffix(".key"))
    return Engine(order["database"], PluginHost.load(), keys=keys, installation=settings)


class _Days:
    """Syncs a period of all integrations, and notes when a single one came to its phases."""

    def __init__(self, engine: Any, names: Sequence[str], *, threads: int) -> None:
        self._engine, self._names, self._threads = engine, names, threads
        self.phases: dict[str, float] = {}
        self.runs: list[Any] = []

    def sync(self, first: str, last: str) -> None:
        """Pull, map and post; raises RuntimeError when a run is not done."""
        from takings.domain.period import Period
        from takings.views import LOCAL

        period = Period(date.fromisoformat(first), date.fromisoformat(last))
        began = time.perf_counter()

        def note(progress: Any) -> None:
            self.phases.setdefault(f"first {progress.phase}", round(time.perf_counter() - began, 4))

        def one(name: str) -> Any:  # what is past is confirmed by its count, as after a preview
            return self._engine.sync(LOCAL, name, period, confirm=period.days, progress=note)

        if self._threads == 1:
            self.runs = [one(name) for name in self._names]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                self.runs = list(pool.map(one, self._names))
        for run in self.runs:
            if run.state != "done":
                raise RuntimeError(f"a run is {run.state}: {[found.what for found in run.findings]}")


def _connect(engine: Any, name: str, tenant: str, source: Any) -> None:
    """Provision an integration, enter its token at the source, consent at the ledger, and map every code."""
    import httpx

    from takings.views import LOCAL

    engine.provision(LOCAL, name=name, source="impos", target="xero")
    httpx.post(source["enter_token"]["url"], json={"token": engine.new_token(LOCAL, name)}).raise_for_status()
    sent_to = httpx.get(engine.begin_connect(LOCAL, name, CALLBACK)).headers["location"]
    answer = {key: values[0] for key, values in parse_qs(urlsplit(sent_to).query).items()}
    connected = engine.finish_connect(LOCAL, state=answer["state"], code=answer["code"])
    engine.choose_organisation(LOCAL, connected, tenant)
    engine.refresh_catalogue(LOCAL, name)
    engine.accept_suggestions(LOCAL, name, least_score=1)


def _posting_seconds(database: str) -> float:
    """Return the time from the first call's sending to the last reply, as the journal has them."""
    with closing(sqlite3.connect(Path(database))) as connection:
        first, last = connection.execute("select min(first_sent_at), max(answered_at) from call").fetchone()
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()


def _verify(engine: Any, names: Sequence[str]) -> Figures:
    from takings.views import LOCAL

    before = time.perf_counter()
    agree = all(engine.verify(LOCAL, name).agrees for name in names)
    return {"verify_s": time.perf_counter() - before, "verify_agrees": agree}


if __name__ == "__main__":
    if "--set-up" in sys.argv:
        set_up(json.load(sys.stdin))
    else:
        serve(prepare)
