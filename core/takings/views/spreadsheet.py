"""Days and documents as CSV that a spreadsheet opens as text and numbers, and never as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from takings.domain.money import format_amount
from takings.views.work import DayView, DocumentView

#: Signs with which a spreadsheet takes a cell for a formula, with their full-width forms.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def cell(value: object) -> str:
    """Return a value for a cell; text that could be a formula gets an apostrophe before it, plain numbers do not."""
    text = "" if value is None else str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(RISKY) and not _NUMBER.fullmatch(text) else text


def write(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a file as RFC 4180 says, with its headings in the first line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([[cell(value) for value in row] for row in rows])
    return out.getvalue()


def days_csv(days: Iterable[DayView]) -> str:
    """Return days as a file: one line for each close."""
    headings = ("Business date", "Close", "Revision", "State", "Currency", "Counted", "Document", "What is wrong")
    rows = (
        (
            one.business_date,
            one.sequence,
            one.revision,
            one.state.replace("_", " "),
            one.currency,
            format_amount(one.total, one.currency),
            one.number,
            " ".join(str(finding) for finding in one.findings),
        )
        for one in days
    )
    return write(headings, rows)


def documents_csv(documents: Iterable[DocumentView]) -> str:
    """Return documents as a file: one line for each."""
    headings = ("Business date", "Close", "Kind", "Number", "State", "Currency", "Total", "Tax", "Payments", "Key")
    rows = (
        (
            one.business_date,
            one.sequence,
            one.kind.replace("_", " "),
            one.number,
            one.state.replace("_", " "),
            one.currency,
            format_amount(one.total, one.currency),
            format_amount(one.tax, one.currency),
            len(one.payments),
            one.key,
        )
        for one in documents
    )
    return write(headings, rows)
