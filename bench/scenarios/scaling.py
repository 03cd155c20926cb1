"""How the cost grows with the days: CPU for each day, and the peak of memory."""

from __future__ import annotations

from bench.ledger import ledger
from bench.report import Finding, at_most
from bench.runs import best, run, takings_task
from bench.scenarios.bench import YEAR, Bench, source


def measure(bench: Bench) -> Finding:
    """Backfill a quarter, a year and two years, without latency."""
    sizes = (90, YEAR) if bench.quick else (90, YEAR, 2 * YEAR)
    found = []
    with ledger() as books, source() as till:
        for days in sizes:
            passes = [
                run(books, takings_task(books, till, bench.folder, days=days)) for _ in range(1 if bench.quick else 2)
            ]
            found.append(best(passes))
    keys = ("wall_s", "cpu_ms_per_doc", "writes", "reads", "peak_rss_mb", "rss_before_mb")
    rows = [[f"{days} days", *[one[key] for key in keys]] for days, one in zip(sizes, found, strict=True)]
    growth = found[-1]["cpu_ms_per_doc"] / found[0]["cpu_ms_per_doc"]
    more = found[-1]["peak_rss_mb"] - found[0]["peak_rss_mb"]
    return Finding(
        scenario="scaling",
        title="Growth with the days",
        columns=("No latency", "Wall s", "CPU ms/day", "Writes", "Reads", "RSS MB", "Before MB"),
        rows=rows,
        checks=[
            at_most("scaling: 429s", max(one["rate_limited"] for one in found), 0, hard=True),
            at_most(f"scaling: CPU a day, {sizes[-1]} days against {sizes[0]}", growth, 1.15, unit=" ×"),
            at_most(f"scaling: memory, {sizes[-1]} days above {sizes[0]}", more, 10, unit=" MB"),
        ],
    )
