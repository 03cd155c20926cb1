"""Is responsible for CSV files: rows to records, and every problem by its line and column.

The records come out as the JSON that ImPOS would have sent, so that there is one way to read a day.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from takings.plugin import Content, Finding, RawRecord

from . import findings
from .csvcolumns import BETWEEN_TERMINALS, COLUMNS, DAY_COLUMNS, KEY_COLUMNS, ROW, ROWS, WHOLE, RowKind
from .jsontext import decode
from .record import read_record

_WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
_ROW_PATH = re.compile(r"(\$\.[a-z_]+(?:\[[0-9]+\])?)(?:\.([a-z_]+))?")


@dataclass(slots=True)
class _Day:
    """The record of one day while its rows are read; `lines` says which line each of its rows stood on."""

    line: int
    cells: dict[str, str]
    record: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.cells['trading_day']}/{self.cells['sequence']} revision {self.cells['revision']}"


def read_csv(text: str) -> Content:
    """Take a CSV text apart into records; any problem in it refuses it as a whole."""
    return _File(text).read()


class _File:
    """One CSV file while it is read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._header: dict[str, int] = {}
        self._days: list[_Day] = []
        self._keys: set[tuple[str, ...]] = set()
        self._problems: list[Finding] = []

    def read(self) -> Content:
        rows = self._rows()
        _, header = next(rows, (1, []))
        if not self._read_header(header):
            return Content(findings=findings.capped(self._problems))
        for line, cells in rows:
            if len(cells) != len(header):
                self._problems.append(findings.csv_width(line, len(cells), len(header)))
            else:
                self._read_row(line, dict(zip(header, cells, strict=True)))
        records = () if self._problems else tuple(self._record(day) for day in self._days)
        if self._problems:
            return Content(findings=findings.capped(self._problems))
        return Content(records=records) if records else Content(findings=(findings.nothing_sent(),))

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield rows that are not blank with the line that each begins on."""
        reader = csv.reader(io.StringIO(self._text, newline=""), strict=True)
        line = 1
        try:
            for row in reader:
                if any(row):
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            self._problems.append(findings.csv_syntax(str(error), line))

    def _read_header(self, header: list[str]) -> bool:
        for at, name in enumerate(header, 1):
            if name in self._header:
                self._problems.append(findings.csv_header_twice(name, at))
            elif name not in COLUMNS:
                self._problems.append(findings.csv_header_unknown(name, at))
            self._header.setdefault(name, at)
        missing = [name for name in (*DAY_COLUMNS, ROW) if name not in self._header]
        if missing:
            self._problems.append(findings.csv_header_missing(missing, len(header) + 1))
        return not self._problems

    def _read_row(self, line: int, cells: dict[str, str]) -> None:
        kind = ROWS.get(cells[ROW])
        if kind is None:
            self._wrong_cell(line, ROW, cells[ROW], expected=f"one of {', '.join(ROWS)}")
            return
        day = self._day(line, cells)
        for name, value in cells.items():
            if name in DAY_COLUMNS:
                if value != day.cells[name]:
                    same = f"{findings.show(day.cells[name])}, as on line {day.line}, where this day begins"
                    self._wrong_cell(line, name, value, expected=same)
            elif value and name != ROW and name not in kind.columns:
                self._wrong_cell(line, name, value, expected=f"nothing, because a row {cells[ROW]!r} has no {name}")
        self._add(line, cells, kind, day=day)

    def _day(self, line: int, cells: dict[str, str]) -> _Day:
        key = tuple(cells[name] for name in KEY_COLUMNS)
        last = self._days[-1] if self._days else None
        if last and key == tuple(last.cells[name] for name in KEY_COLUMNS):
            return last
        day = _Day(line, cells, _record_of(cells))
        if key in self._keys:
            self._problems.append(findings.csv_day_twice(line, str(day)))
        self._keys.add(key)
        self._days.append(day)
        return day

    def _add(self, line: int, cells: dict[str, str], kind: RowKind, *, day: _Day) -> None:
        values = {name: _value(name, cells[name]) for name in kind.columns if cells.get(name)}
        path = f"$.{kind.field}"
        if kind.once:
            if path in day.lines:
                self._problems.append(findings.csv_day_twice(line, f"{cells[ROW]} of {day}"))
            day.record[kind.field] = values
        else:
            rows = day.record.setdefault(kind.field, [])
            path += f"[{len(rows)}]"
            rows.append(values)
        day.lines[path] = line

    def _record(self, day: _Day) -> RawRecord:
        text = json.dumps(day.record, ensure_ascii=False, separators=(",", ":"))
        outcome = read_record(decode(text))
        if isinstance(outcome, tuple):
            self._problems += [findings.in_file(one, self._place(one.where, day)) for one in outcome]
        return RawRecord(body=text.encode(), where=f"line {day.line}")

    def _place(self, path: str, day: _Day) -> str:
        """Say where in the file a field of a record stands."""
        for column, at in DAY_COLUMNS.items():
            if path == at or path.startswith(at + "["):
                return self._cell_place(day.line, column)
        found = _ROW_PATH.fullmatch(path)
        if not found or found[1] not in day.lines:
            return f"line {day.line}"
        line = day.lines[found[1]]
        return self._cell_place(line, found[2]) if found[2] else f"line {line}"

    def _cell_place(self, line: int, column: str) -> str:
        at = self._header.get(column)
        return f"line {line}, column {at} ({column})" if at else f"line {line}, a column {column} that is not there"

    def _wrong_cell(self, line: int, column: str, value: str, *, expected: str) -> None:
        self._problems.append(findings.csv_cell(self._cell_place(line, column), value, expected))


def _record_of(cells: dict[str, str]) -> dict[str, Any]:
    """Begin a record with what the day columns say; an empty cell is an absent field."""
    record: dict[str, Any] = {"site": {}, "statistics": {}, "terminals": []}
    record |= {kind.field: [] for kind in ROWS.values() if not kind.once and kind.field != "house_account_sales"}
    for column, path in DAY_COLUMNS.items():
        if not cells[column]:
            continue
        *above, name = path.split(".")[1:]
        inside = record[above[0]] if above else record
        inside[name] = _value(column, cells[column])
    return record


def _value(column: str, cell: str) -> Any:
    if column in WHOLE and _WHOLE_NUMBER.fullmatch(cell):
        return int(cell)
    if column == "prices_include_tax" and cell.lower() in ("true", "false"):
        # Spreadsheets write TRUE and FALSE.
        return cell.lower() == "true"
    return [one for one in cell.split(BETWEEN_TERMINALS) if one] if column == "terminals" else cell
