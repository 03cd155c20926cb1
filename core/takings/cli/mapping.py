"""Shows mapping rows and suggestions as tables."""

from __future__ import annotations

from collections.abc import Sequence

from takings.cli.output import table, words
from takings.views import MappingView


def mapping_table(rows: Sequence[MappingView]) -> None:
    """Write codes with their decisions."""
    cells = [(one.dimension, one.code, one.name, words(one.choice), one.ref_code, one.ref_name) for one in rows]
    table(("Dimension", "Code", "Name", "Decision", "Ledger code", "Ledger name"), cells)


def suggestion_table(rows: Sequence[MappingView]) -> None:
    """Write each code with its suggestions, best first, with score and reason."""
    cells: list[tuple[object, ...]] = []
    for row in rows:
        if not row.suggestions:
            cells.append((row.dimension, row.code, row.name, "", "(none)", "", "nothing in the ledger fits"))
        for number, one in enumerate(row.suggestions):
            head = (row.dimension, row.code, row.name) if number == 0 else ("", "", "")
            cells.append((*head, one.code, one.name, one.score, one.reason))
    headings = ("Dimension", "Code", "Name", "Ledger code", "Ledger name", "Score", "Why")
    table(headings, cells, right=("Score",))
