"""The scenarios by name, in the order they run; each returns what it found."""

from __future__ import annotations

from collections.abc import Callable

from bench.report import Finding
from bench.scenarios import backfill, disk, naive, nightly, pages, scaling, start
from bench.scenarios.bench import Bench

SCENARIOS: dict[str, Callable[[Bench], Finding]] = {
    "backfill": backfill.measure,
    "naive": naive.measure,
    "nightly": nightly.measure,
    "scaling": scaling.measure,
    "start": start.measure,
    "pages": pages.measure,
    "disk": disk.measure,
}

__all__ = ["SCENARIOS", "Bench"]
