"""Shows mapping rows and suggestions as tables."""

from __future__ import annotations

from collections.abc import Sequence

from takings.cli.output import money, table, words
from takings.cli.problems import say_findings
from takings.views import MappingView


def mapping_table(rows: Sequence[MappingView]) -> None:
    """Write codes with their decisions."""
    seen = any(one.amount is not None for one in rows)
    cells: list[tuple[object, ...]] = []
    for one in rows:
        volume = (money(one.amount, one.currency) if one.amount is not None else "", one.days) if seen else ()
        cells.append((one.dimension, one.code, one.name, *volume, words(one.choice), one.ref_code, one.ref_name))
    volumes = ("Amount", "Days") if seen else ()
    headings = ("Dimension", "Code", "Name", *volumes, "Decision", "Ledger code", "Ledger name")
    table(headings, cells, right=volumes)
    say_findings(finding for one in rows for finding in one.findings)


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
