"""Is responsible for the pure half of the source: bytes to records, and a record to a day summary."""

from __future__ import annotations

from takings.plugin import Catalogue, Content, DaySummary, Finding, RawRecord, RecordReader

from . import findings
from .catalogue import read_catalogue
from .jsontext import Decoded, NotReadable, Slice, decode, slices, text_of
from .record import read_record

#: So many records go in one push.
MOST_PUSHED = 100


class EndOfDayReader(RecordReader):
    """Reads records `impos.end_of_day/1` from a push, a file or a pull; all of them are the same JSON."""

    def parse(self, record: RawRecord) -> DaySummary | tuple[Finding, ...]:
        """Read one record, or say all that is wrong with it, up to fifty findings."""
        decoded = decoded_or_refusal(record.body)
        return read_record(decoded) if isinstance(decoded, Decoded) else (decoded,)

    def read_body(self, body: bytes) -> Content:
        """Take a pushed body apart: one record, or an array of up to a hundred."""
        try:
            text = text_of(body)
            found = slices(text)
        except NotReadable as error:
            return Content(findings=(refusal(error),))
        if not found:
            return Content(findings=(findings.nothing_sent(),))
        if len(found) > MOST_PUSHED:
            return Content(findings=(findings.too_many(len(found), MOST_PUSHED),))
        return Content(records=numbered(found) if text.lstrip().startswith("[") else (raw(found[0]),))

    def read_file(self, body: bytes, name: str) -> Content:
        """Take a file apart: JSON, JSON Lines or CSV, or a catalogue in JSON."""
        from .files import read_file  # noqa: PLC0415 - the CSV reader is for files only

        return read_file(body, name)


def raw(one: Slice, where: str = "") -> RawRecord:
    """Return a slice of a text as a record."""
    return RawRecord(body=one.text.encode(), where=where)


def numbered(found: list[Slice]) -> tuple[RawRecord, ...]:
    """Return the elements of an array as records that say which element they were, from `[0]`."""
    return tuple(raw(one, f"[{at}]") for at, one in enumerate(found))


def decoded_or_refusal(body: bytes) -> Decoded | Finding:
    """Decode bytes that should be one JSON value."""
    try:
        return decode(text_of(body))
    except NotReadable as error:
        return refusal(error)


def catalogue_of(body: bytes) -> Catalogue | tuple[Finding, ...]:
    """Read bytes that should be a catalogue."""
    decoded = decoded_or_refusal(body)
    return read_catalogue(decoded) if isinstance(decoded, Decoded) else (decoded,)


def refusal(error: NotReadable, line: int = 0) -> Finding:
    """Tell why a text could not be read; `line` lines stand before it in its file."""
    if error.offset is not None:
        return findings.not_utf8(error.offset)
    if error.too_deep:
        return findings.too_deep()
    return findings.not_json(error.problem, error.line + line, error.column)
