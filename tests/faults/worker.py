"""A process that does one thing with an engine, with a fault at one boundary: `python -m tests.faults.worker`.

Forked from a process that has everything imported. What it did, what it found and which boundaries it came to is
written to the order's result.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from sqlmodel import col, select
from tests.faults.moving_clock import MovingClock
from tests.faults.store_faults import STRIKES, takes_again
from tests.faults.striking import (
    PATIENCE,
    SHORT,
    Boundary,
    Watch,
    WatchedDatabase,
    WatchedTransport,
    cut_short,
    die,
    unreachable,
)
from tests.support.sync_process import main, plain_transport, plugins

from takings.connect.installation import Installation
from takings.domain.period import Period
from takings.engine import Engine
from takings.errors import NotFound, TakingsError
from takings.store.journal import AuditEvent, CallRow, OperationRow
from takings.store.secrets import KeyRing
from takings.store.tables import Run
from takings.views import LOCAL, RunView

VENUE = "anchor"
REDIRECT = "http://localhost:8400/oauth/callback"


def watch_for(order: dict[str, Any]) -> Watch:
    """Return the watch that an order asks for."""
    strike = order.get("strike")
    if strike is None:
        return Watch()
    does = {"die": die, "unreachable": unreachable, "cut short": cut_short}.get(strike["do"])
    if does is None:
        does = STRIKES[strike["do"]](order["database"])
    return Watch(Boundary(**strike["at"]), strike["when"], does)


def work(order: dict[str, Any]) -> None:
    """Do what is ordered and write what became of it."""
    watch = watch_for(order)
    result: dict[str, Any] = {}
    engine = Engine(
        WatchedDatabase(order["database"], watch, patience=SHORT if "lock" in str(order.get("strike")) else PATIENCE),
        plugins(),
        keys=KeyRing.from_text(order["keys"]),
        clock=MovingClock(Path(order["clock"])),
        transport=WatchedTransport(watch),
        installation=Installation(order["installation"]),
    )
    with engine:
        try:
            result["runs"] = DOES[order["do"]](engine, order)
        except TakingsError as problem:
            result["problem"] = [type(problem).__name__, str(problem), problem.exit_code]
        except Exception as fault:
            result["fault"] = f"{type(fault).__name__}: {fault}"
        if order["do"] == "end":
            result["facts"] = facts(engine)
    takes_again()
    result |= {"boundaries": [one.as_dict() for one in watch.seen], "struck": watch.struck}
    Path(order["result"]).write_text(json.dumps(result))


def _period(order: dict[str, Any]) -> Period:
    return Period(date.fromisoformat(order["first"]), date.fromisoformat(order["last"]))


def _told(run: RunView) -> list[Any]:
    return [run.state, [one.code for one in run.findings], run.counts]


def _sync(engine: Engine, order: dict[str, Any]) -> list[Any]:
    return [_told(engine.sync(LOCAL, order.get("name", VENUE), _period(order), confirm=lambda _: True, pull=False))]


def _undo(engine: Engine, order: dict[str, Any]) -> list[Any]:
    return [_told(engine.undo(LOCAL, order.get("name", VENUE), _period(order), confirm=lambda _: True))]


def _end(engine: Engine, order: dict[str, Any]) -> list[Any]:
    """Do what comes next after a fault: a sync as each night; and an undo that did not begin is asked for again."""
    if order.get("connect"):
        connect(engine, order["tenant"])
    runs = _sync(engine, order)
    if order["verb"] == "undo" and {one.state for one in engine.days(LOCAL, VENUE)} == {"posted"}:
        try:
            runs += _undo(engine, order)
        except NotFound:
            runs.append(["nothing to undo", [], {}])
    if order["verb"] != "undo":
        verified = engine.verify(LOCAL, VENUE)
        runs.append(["agrees" if verified.agrees else "differs", [str(one) for one in verified.differences], {}])
    return runs


def connect(engine: Engine, tenant: str, name: str = VENUE) -> None:
    """Connect the ledger, as the owner does in a browser."""
    with httpx.Client(transport=plain_transport(), timeout=20) as browser:
        answer = browser.get(engine.begin_connect(LOCAL, name, REDIRECT)).headers["location"]
    said = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
    connected = engine.finish_connect(LOCAL, state=said["state"], code=said["code"])
    engine.choose_organisation(LOCAL, connected, tenant)


def facts(engine: Engine) -> dict[str, Any]:
    """Read what the journal tells."""
    with engine.database.read() as session:
        runs = session.exec(select(Run).order_by(col(Run.started_at))).all()
        calls = session.exec(select(CallRow).order_by(col(CallRow.id))).all()
        operations = Counter(session.exec(select(OperationRow.state)).all())
        audit = session.exec(select(AuditEvent.action).order_by(col(AuditEvent.id))).all()
        return {
            "runs": [[one.kind, one.state, [found["code"] for found in one.findings]] for one in runs],
            "calls": [[one.kind, one.state, one.times_sent, one.answer, one.run_id] for one in calls],
            "operations": dict(operations),
            "days": [one.state for one in engine.days(LOCAL, VENUE)],
            "audit": list(audit),
        }


DOES: dict[str, Callable[[Engine, dict[str, Any]], list[Any]]] = {
    "sync": _sync,
    "undo": _undo,
    "end": _end,
}

if __name__ == "__main__":
    main(work)
