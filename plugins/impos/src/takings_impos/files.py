"""Is responsible for files: what kind a file is, and taking JSON and JSON Lines apart."""

from __future__ import annotations

from takings.plugin import Catalogue, Content, RawRecord

from . import findings
from .catalogue import is_catalogue, read_catalogue
from .jsontext import NotReadable, Slice, decode, slices, text_of
from .reader import raw, refusal

_JSON_NAMES = (".json", ".jsonl", ".ndjson")


def read_file(body: bytes, name: str) -> Content:
    """Take a file apart: JSON, JSON Lines, CSV, or a catalogue in JSON; what is in it decides, then its name."""
    try:
        text = text_of(body)
    except NotReadable as error:
        return Content(findings=(refusal(error),))
    if not text.strip():
        return Content(findings=(findings.nothing_sent(),))
    if text.lstrip()[0] in "{[" or name.lower().endswith(_JSON_NAMES):
        return _lines(text) if _is_lines(text, name) else _json(text)
    from .csvfile import read_csv  # noqa: PLC0415 - most files are JSON

    return read_csv(text)


def _is_lines(text: str, name: str) -> bool:
    if name.lower().endswith((".jsonl", ".ndjson")):
        return True
    # Several objects one after the other, each on a line of its own, are JSON Lines whatever the file is called.
    rows = [row for row in text.split("\n", 200) if row.strip()][:2]
    return len(rows) == 2 and rows[0].lstrip().startswith("{") and rows[0].rstrip().endswith("}")


def _json(text: str) -> Content:
    try:
        found = slices(text)
        if not text.lstrip().startswith("["):
            return _single(found[0])
    except NotReadable as error:
        return Content(findings=(refusal(error),))
    if not found:
        return Content(findings=(findings.nothing_sent(),))
    return Content(records=tuple(raw(one, f"[{at}], line {one.line}") for at, one in enumerate(found)))


def _single(one: Slice) -> Content:
    decoded = decode(one.text)
    if not is_catalogue(decoded.value):
        return Content(records=(raw(one),))
    catalogue = read_catalogue(decoded)
    return Content(catalogue=catalogue) if isinstance(catalogue, Catalogue) else Content(findings=catalogue)


def _lines(text: str) -> Content:
    records, problems = [], []
    # Only LF ends a line: JSON text may hold U+2028 and its like within a string.
    for number, row in enumerate(text.split("\n"), 1):
        if not (row := row.strip(" \t\r")):
            continue
        try:
            found = slices(row)
        except NotReadable as error:
            problems.append(refusal(error, line=number - 1))
            continue
        if row.startswith("["):
            problems.append(findings.not_json("a line of JSON Lines is one record, not an array", number, 1))
        records.append(RawRecord(body=found[0].text.encode() if found else b"", where=f"line {number}"))
    if problems:
        return Content(findings=findings.capped(problems))
    return Content(records=tuple(records))
