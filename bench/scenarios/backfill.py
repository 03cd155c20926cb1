"""A year into one organisation at 100 ms latency and under the limits: takings and the batched libraries in turn."""

from __future__ import annotations

from bench.contestants.protocol import Figures
from bench.ledger import Ledger, ledger, prepared
from bench.report import Cell, Check, Finding, at_least, at_most
from bench.runs import best, not_possible, run, sdk_task, takings_task
from bench.scenarios.bench import YEAR, Bench, source

LATENCY_MS = 100.0
COLUMNS = (
    "365 days, 100 ms", "Wall s", "Posting s", "CPU ms/day", "Writes", "Reads", "429s", "TCP", "In flight",
    "RSS MB", "Before MB", "Import CPU ms",
)  # fmt: skip


def measure(bench: Bench) -> Finding:
    """Run the contestants in turn and keep the best of each."""
    ours: list[Figures] = []
    others: dict[str, list[Figures]] = {"xero-python": [], "pyxero": []}
    with ledger() as books, source() as till:
        for _ in range(bench.passes):
            task = takings_task(books, till, bench.folder, days=YEAR, latency_ms=LATENCY_MS)
            ours.append(run(books, task))
            prepared(books, task.tenants[0], bench.days_file)
            _others(books, bench, others)
    mine, sdks = best(ours), [best(found) for found in others.values()]
    notes = [
        f"takings: with reading, mapping and the journal; verify afterwards took {mine['verify_s']:.2f} s.",
        f"Seconds from the start of the last pass: {_phases(ours[-1])}.",
        "Libraries: prepared days, no reading, no mapping, no state kept.",
        *not_possible(sdks),
    ]
    return Finding(
        scenario="backfill",
        title="Backfill of a year (best of fresh processes)",
        columns=COLUMNS,
        rows=[row(one) for one in [mine, *sdks]],
        checks=_checks(mine, sdks[0]),
        notes=notes,
    )


def _others(books: Ledger, bench: Bench, others: dict[str, list[Figures]]) -> None:
    for package, found in others.items():
        if found and "not_possible" in found[0]:
            continue
        task = sdk_task(books, bench.days_file, package=package, way="batched", docs=YEAR, latency_ms=LATENCY_MS)
        found.append(run(books, task))


def _phases(one: Figures) -> str:
    return ", ".join(f"{name} {seconds:.2f}" for name, seconds in one["phases_s"].items())


def row(one: Figures) -> list[Cell]:
    """Return the cells of one contestant."""
    if "not_possible" in one:
        return [one["name"], *[None] * (len(COLUMNS) - 1)]
    keys = ("wall_s", "posting_s", "cpu_ms_per_doc", "writes", "reads", "rate_limited", "connections",
            "most_in_flight", "peak_rss_mb", "rss_before_mb", "import_ms")  # fmt: skip
    return [one["name"], *[one.get(key) for key in keys]]


def _checks(mine: Figures, sdk: Figures) -> list[Check]:
    checks = [
        at_most("backfill: writing calls", mine["writes"], 30, hard=True),
        at_most("backfill: reads", mine["reads"], 10, hard=True),
        at_most("backfill: 429s", mine["rate_limited"], 0, hard=True),
        at_most("backfill: calls at once", mine["most_in_flight"], 5, hard=True),
        at_most("backfill: posting, first call to last reply", mine["posting_s"], 1.5, unit=" s"),
        at_most("backfill: CPU a day", mine["cpu_ms_per_doc"], 0.9, unit=" ms"),
        at_most("backfill: peak memory", mine["peak_rss_mb"], 90, unit=" MB"),
    ]
    if "not_possible" not in sdk:
        times = sdk["cpu_ms_per_doc"] / mine["cpu_ms_per_doc"]
        checks.append(at_least("backfill: CPU below batched xero-python", times, 4, unit=" ×"))
    return checks
