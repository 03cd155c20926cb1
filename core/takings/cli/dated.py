"""Lists documents of a report with their dates and the days that they are for."""

from __future__ import annotations

from collections.abc import Sequence

from takings.cli.output import money, say, table
from takings.views.reports import DatedDocument


def say_documents(documents: Sequence[DatedDocument], title: str, currency: str) -> None:
    """Write documents below a title; nothing where there are none."""
    if not documents:
        return
    say()
    say(title)
    rows = [
        (one.number, one.kind, one.day, one.days, money(one.total, currency), money(one.tax, currency))
        for one in documents
    ]
    table(("Number", "Kind", "Date", "For", "Total", "Tax"), rows, right=("Total", "Tax"))
