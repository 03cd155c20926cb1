"""What the scenarios of one run share: how much is measured, a folder, and the prepared days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.ledger import Ledger, ledger, prepared
from bench.processes import server
from bench.runs import TENDERS, run, takings_task

YEAR = 365


@dataclass(kw_only=True)
class Bench:
    """One run of the benchmark; `passes` fresh processes for each figure, of which the best counts."""

    folder: Path
    quick: bool = False

    @property
    def passes(self) -> int:
        """How many fresh processes a figure is the best of."""
        return 1 if self.quick else 3

    @property
    def days_file(self) -> Path:
        """Where the prepared days are, once something prepared them."""
        return self.folder / "days.json"

    def prepare(self, days: int) -> Path:
        """Return a file with so many prepared days; made by a run of takings when there is none yet."""
        if not self.days_file.exists():
            with ledger() as books, source() as till:
                task = takings_task(books, till, self.folder, days=days)
                run(books, task)
                prepared(books, task.tenants[0], self.days_file)
        return self.days_file


@contextmanager
def source() -> Iterator[dict[str, Any]]:
    """Run the simulator of the point of sale: a venue with three payment methods that is open every day."""
    with server("takings_impos.simulator", "--tenders", TENDERS) as ready:
        yield ready


__all__ = ["YEAR", "Bench", "Ledger", "source"]
