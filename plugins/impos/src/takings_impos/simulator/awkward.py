"""Is responsible for a month with every awkward day in it, for tests that have no sample at hand."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime

from .books import GeneratedBooks
from .quirks import ALL_AWKWARD, REVISED, Quirks
from .venue_list import ANCHOR
from .venues import Record


def awkward_month(year: int, month: int, *, seed: int = 1) -> list[Record]:
    """Give the Anchor Hotel's month with all the quirks of the sample month, the 20th in both revisions.

    Records come oldest first; quirks lie on the days that `quirks.ALL_AWKWARD` says.
    """
    after = datetime(year + 2, 1, 1, tzinfo=UTC)
    books = GeneratedBooks(ANCHOR, lambda: after, seed=seed, quirks=Quirks(ALL_AWKWARD))
    last = date(year, month, monthrange(year, month)[1])
    records = []
    for key in books.keys(date(year, month, 1), last):
        records.append(books.record(key))
        if REVISED in books.quirks.on(key.day):
            records.append(books.record(key, 2))
    return records
