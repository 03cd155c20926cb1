"""What a scenario found: rows, checks of budgets, notes; printed as tables, written as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

_WORDS = {True: "met", False: "MISSED"}
Cell = str | float | int | None


@dataclass(frozen=True, kw_only=True)
class Check:
    """One budget; `hard` says that it depends on calls, not on the machine, so that a miss fails the run."""

    budget: str
    allowed: str
    measured: str
    met: bool
    hard: bool = False


@dataclass(kw_only=True)
class Finding:
    """What one scenario came to."""

    scenario: str
    title: str
    columns: Sequence[str]
    rows: list[list[Cell]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def at_most(budget: str, value: float, limit: float, *, unit: str = "", hard: bool = False) -> Check:
    """Check a figure against what is allowed at most."""
    allowed, measured = f"at most {limit:g}{unit}", f"{_number(value)}{unit}"
    return Check(budget=budget, allowed=allowed, measured=measured, met=value <= limit, hard=hard)


def at_least(budget: str, value: float, limit: float, *, unit: str = "") -> Check:
    """Check a figure against what is wanted at least."""
    allowed, measured = f"at least {limit:g}{unit}", f"{_number(value)}{unit}"
    return Check(budget=budget, allowed=allowed, measured=measured, met=value >= limit)


def machine() -> dict[str, Any]:
    """Describe the machine without naming it."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "load_at_start": round(load, 1),
    }


def show(found: Finding) -> None:
    """Print a scenario's table and notes."""
    print(f"\n{found.title}\n")
    _table([list(found.columns), *[[_cell(cell) for cell in row] for row in found.rows]])
    for note in found.notes:
        print(f"  {note}")


def show_checks(findings: Sequence[Finding]) -> None:
    """Print each budget and whether it is met."""
    checks = [check for found in findings for check in found.checks]
    if checks:
        print("\nBudgets\n")
        rows = [[one.budget, one.allowed, one.measured, _WORDS[one.met]] for one in checks]
        _table([["Budget", "Allowed", "Measured", ""], *rows], words=True)


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return everything for a file."""
    return {"machine": machine(), "scenarios": [asdict(found) for found in findings]}


def _cell(cell: Cell) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else _number(cell)


def _number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


def _table(rows: Sequence[Sequence[str]], *, words: bool = False) -> None:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = [
            cell.rjust(width) if place and not words else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  " + "  ".join(cells).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))
