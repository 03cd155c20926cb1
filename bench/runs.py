"""One run of one contestant: order, clocks, counters, and whether the ledger holds what was asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bench.contestants.protocol import Figures
from bench.environments import NotInstalled, python_with
from bench.ledger import Ledger
from bench.processes import Contestant

PAYMENTS_A_DAY = 3
TENDERS = "CASH,EFTPOS,AMEX"
#: The simulator makes up days until now; two days back every venue has closed.
LAST_DAY = date.today() - timedelta(days=2)  # noqa: DTZ011 - the machine's own day will do
_NUMBERS = count(1)


class WrongResult(Exception):
    """The ledger does not hold what a contestant was to post."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a contestant is to do; `docs` invoices are expected, each with three payments."""

    name: str
    module: str
    tenants: list[str]
    order: dict[str, Any]
    docs: int
    latency_ms: float = 0.0
    requirement: str = ""
    limit: float = 400.0
    may_stop: bool = field(default=False)


def run(books: Ledger, task: Task) -> Figures:
    """Run a task and return its figures, which are printed as one JSON line; raises WrongResult."""
    figures = {"name": task.name, **_measured(books, task)}
    print(json.dumps(figures), file=sys.stderr, flush=True)
    if "not_possible" not in figures and not (task.may_stop and figures.get("ended")):
        wanted = {"invoices": task.docs, "payments": task.docs * PAYMENTS_A_DAY}
        found = {name: figures[name] for name in wanted}
        if found != wanted or figures.get("verify_agrees") is False:
            raise WrongResult(f"{task.name} was to post {wanted}, and there are {found}")
    return figures


def _measured(books: Ledger, task: Task) -> Figures:
    try:
        python = python_with(task.requirement) if task.requirement else None
    except NotInstalled as reason:
        return {"not_possible": f"could not be installed: {reason}"}
    with Contestant(f"bench.contestants.{task.module}", python=python, limit=task.limit) as process:
        answer = process.ask(task.order)
        if "not_possible" in answer:
            return answer
        books.begin(task.latency_ms)
        answer = process.ask("go")
        counted = books.end()
        if "not_possible" in answer:
            return answer
        figures = process.ask("end")
    figures = {key: round(value, 4) if isinstance(value, float) else value for key, value in figures.items()}
    figures["cpu_ms_per_doc"] = round(figures["cpu_s"] * 1000 / max(1, figures["docs"]), 3)
    return {**figures, **counted, **books.standing(task.tenants)}


def takings_task(
    books: Ledger,
    source: dict[str, Any],
    folder: Path,
    *,
    days: int,
    venues: int = 1,
    latency_ms: float = 0.0,
    more: dict[str, Any] | None = None,
) -> Task:
    """Return the task of takings: the newest `days` into each of `venues` new organisations, on a new database."""
    tenants = books.organisations(venues)
    order = {
        "source": source,
        "ledger": books.installation,
        "tenants": tenants,
        "database": str(folder / f"takings-{next(_NUMBERS)}.db"),
        "first": (LAST_DAY - timedelta(days=days - 1)).isoformat(),
        "last": LAST_DAY.isoformat(),
        "warm_up": None,
        "threads": 1,
        "verify": venues == 1,
        **(more or {}),
    }
    docs = venues * (days + (1 if order["warm_up"] else 0))
    return Task(name="takings", module="with_takings", tenants=tenants, order=order, docs=docs, latency_ms=latency_ms)


def sdk_task(
    books: Ledger,
    days_file: Path,
    *,
    package: str,
    way: str,
    docs: int,
    latency_ms: float,
    limit: float = 180.0,
) -> Task:
    """Return the task of a library, `naive` (one call for each document) or `batched`; into a new organisation."""
    requirement, module = {
        "xero-python": ("xero-python==15.2.0", "with_xero_python"),
        "pyxero": ("pyxero==0.9.5", "with_pyxero"),
    }[package]
    tenants = books.organisations(1)
    app = books.installation
    order = {
        "tenant": tenants[0],
        "token": books.token(),
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "api_url": app["api_url"],
        "days_file": str(days_file),
        "way": way,
    }
    return Task(
        name=f"{package} {'one by one' if way == 'naive' else '50 a call'}",
        module=module,
        tenants=tenants,
        order=order,
        docs=docs,
        latency_ms=latency_ms,
        requirement=requirement,
        limit=limit,
        may_stop=package == "pyxero",
    )


def best(passes: Iterable[Figures]) -> Figures:
    """Join passes of one contestant: least times, most of everything that counts against it."""
    found = list(passes)
    if any("not_possible" in one for one in found):
        return found[0]
    least = ("wall_s", "posting_s", "verify_s", "cpu_s", "cpu_ms_per_doc", "import_ms")
    joined = dict(found[0])
    for key, value in found[0].items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            values = [one[key] for one in found]
            joined[key] = min(values) if key in least else max(values)
    return joined


def not_possible(found: Iterable[Figures]) -> list[str]:
    """Say which contestants could not do the work, and why."""
    return [f"{one['name']}: not possible, {one['not_possible']}." for one in found if "not_possible" in one]
