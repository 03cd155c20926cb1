"""Counts which faults really struck at which point of which kind of call, and shows them as a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.faults.rig import VERBS
from tests.faults.world import RESOURCES


@dataclass
class Hits:
    """Hits by point, fault and kind of call."""

    counted: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def count(self, point: str, fault: str, kind: str) -> None:
        """Count one hit; called only where the fault was seen to strike."""
        self.counted[point, fault, kind] += 1

    def table(self) -> list[str]:
        """Return the table's lines."""
        rows = list(dict.fromkeys((point, fault) for point, fault, _ in self.counted))
        wide = max((len(fault) for _, fault in rows), default=0)
        lines = [f"{'point':<16} {'fault':<{wide}}" + "".join(f"{kind:>9}" for kind in RESOURCES)]
        for point, fault in rows:
            counts = "".join(f"{self.counted[point, fault, kind]:>9}" for kind in RESOURCES)
            lines.append(f"{point:<16} {fault:<{wide}}{counts}")
        return lines


@dataclass
class Matrix:
    """Cases of the crash matrix that held, by fault, verb and store."""

    counted: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def count(self, fault: str, verb: str, store: str) -> None:
        """Count one case."""
        self.counted[fault, verb, store] += 1

    def table(self) -> list[str]:
        """Return the table's lines."""
        rows = list(dict.fromkeys((fault, store) for fault, _, store in self.counted))
        lines = [f"{'fault':<36} {'store':<10}" + "".join(f"{verb:>8}" for verb in VERBS)]
        for fault, store in rows:
            counts = "".join(f"{self.counted[fault, verb, store]:>8}" for verb in VERBS)
            lines.append(f"{fault:<36} {store:<10}{counts}")
        return [*lines, f"{self.counted.total()} cases"]
