"""The nightly job: one day for each of many venues, all in one process, each venue with its own organisation."""

from __future__ import annotations

from datetime import timedelta

from bench.ledger import ledger
from bench.report import Finding, at_most
from bench.runs import LAST_DAY, run, takings_task
from bench.scenarios.bench import Bench, source


def measure(bench: Bench) -> Finding:
    """Sync one more day of venues that have posted before; one after another, then eight at once."""
    venues = 10 if bench.quick else 50
    warm_up = (LAST_DAY - timedelta(days=1)).isoformat()
    found = []
    with source() as till:
        for threads in (1, 8):
            with ledger() as books:
                more = {"warm_up": warm_up, "threads": threads}
                task = takings_task(books, till, bench.folder, days=1, venues=venues, more=more)
                found.append(run(books, task))
    rows = [
        [
            f"{venues} venues, {threads} at once", one["wall_s"], one["cpu_ms_per_doc"], one["writes"] / venues,
            one["reads"] / venues, one["calls"] / one["wall_s"], one["rate_limited"], one["peak_rss_mb"],
        ]
        for threads, one in zip((1, 8), found, strict=True)
    ]  # fmt: skip
    return Finding(
        scenario="nightly",
        title="Nightly: one day for each venue, in one process",
        columns=("No latency", "Wall s", "CPU ms/day", "Writes/venue", "Reads/venue", "Calls/s", "429s", "RSS MB"),
        rows=rows,
        checks=[
            at_most("nightly: 429s", max(one["rate_limited"] for one in found), 0, hard=True),
            at_most("nightly: CPU a day", found[0]["cpu_ms_per_doc"], 3, unit=" ms"),
        ],
        notes=["Calls/s is a floor: the sandbox answers from one Python process. Xero allows an app 167 a second."],
    )
