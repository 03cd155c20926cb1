"""The loops of the libraries' documentation, a call for each document, on a time scale of 1:10 so that they end."""

from __future__ import annotations

import json
from pathlib import Path

from bench.contestants.protocol import Figures
from bench.ledger import ledger
from bench.report import Cell, Finding
from bench.runs import not_possible, run, sdk_task
from bench.scenarios.bench import YEAR, Bench

SCALE = 10
WINDOW_SECONDS = 6
LATENCY_MS = 10.0
SHORT = 30
CALLS_A_DAY = 4


def measure(bench: Bench) -> Finding:
    """Run both loops: the whole year, or thirty days of it with --quick."""
    days = SHORT if bench.quick else YEAR
    file = bench.prepare(YEAR)
    if bench.quick:
        file = _first_days(file, SHORT)
    with ledger(WINDOW_SECONDS) as books:
        found = []
        for package in ("xero-python", "pyxero"):
            task = sdk_task(books, file, package=package, way="naive", docs=days, latency_ms=LATENCY_MS, limit=400.0)
            found.append(run(books, task))
    marked = " (computed)" if bench.quick else ""
    return Finding(
        scenario="naive",
        title=f"A call for each document, {days} days at 1:{SCALE} (window {WINDOW_SECONDS} s, {LATENCY_MS:g} ms)",
        columns=("One by one", "Wall s", f"A year, real scale, min{marked}", "CPU ms/day", "Calls", "429s", "RSS MB"),
        rows=[_row(one, days) for one in found],
        notes=[*_notes(found[0]), *not_possible(found)],
    )


def _notes(sdk: Figures) -> list[str]:
    notes = ["Real scale: the measured wall × 10; of a shorter run, four calls a day at 60 a minute."]
    after = sdk.get("first_raised_after_days")
    if after is not None:
        notes.append(f"As documented, the loop of xero-python ends at a 429 after {after} days; here it waits.")
    return notes


def _row(one: Figures, days: int) -> list[Cell]:
    if "not_possible" in one:
        return [one["name"], *[None] * 6]
    year: Cell = one.get("ended") or (one["wall_s"] * SCALE / 60 if days == YEAR else CALLS_A_DAY * YEAR / 60)
    keys = ("cpu_ms_per_doc", "calls", "rate_limited", "peak_rss_mb")
    return [one["name"], one["wall_s"], year, *[one[key] for key in keys]]


def _first_days(file: Path, days: int) -> Path:
    few = file.with_name(f"days-{days}.json")
    few.write_text(json.dumps(json.loads(file.read_text("utf-8"))[:days]), "utf-8")
    return few
