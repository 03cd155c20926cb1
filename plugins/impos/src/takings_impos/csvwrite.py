"""Is responsible for writing records as CSV: the same days as a spreadsheet, and the example of a correct file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from .csvcolumns import BETWEEN_TERMINALS, COLUMNS, DAY_COLUMNS, ROW, ROWS


def write_csv(records: Iterable[Mapping[str, Any]]) -> str:
    """Write records, as `json.loads` gives them, as one CSV text with a header line; ends lines with CR LF.

    A text that begins with `=` stays as it is, because it has to come back unchanged.
    """
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for record in records:
        day = {column: _cell(_at(record, path)) for column, path in DAY_COLUMNS.items()}
        for name, kind in ROWS.items():
            found = record.get(kind.field, [])
            for row in [found] if kind.once else found:
                cells = {column: _cell(row[column]) for column in kind.columns if column in row}
                writer.writerow({**day, ROW: name, **cells})
    return out.getvalue()


def _at(record: Mapping[str, Any], path: str) -> Any:
    value: Any = record
    for name in path.split(".")[1:]:
        value = value[name]
    return value


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return BETWEEN_TERMINALS.join(value)
    return str(value)
