"""A source that is connected to its stand-in, and what the tests of a source ask of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from takings.plugin import (
    Batch,
    Content,
    DaySummary,
    DimensionKind,
    Finding,
    Period,
    RawRecord,
    Source,
    SourceType,
    WayIn,
)
from takings.testing.connecting import Connected
from takings.testing.faults import FaultyHttp
from takings.testing.shapes import misfits

#: More pages than any stand-in has for a month.
MOST_PAGES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBench:
    """A source: connected where it can be pulled, with its stand-in's ready line."""

    declaration: SourceType
    connected: Connected | None
    period: Period
    ready: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pulls(self) -> bool:
        """Whether it can be pulled."""
        return WayIn.PULL in self.declaration.ways_in

    @property
    def http(self) -> FaultyHttp:
        """The client that the source is given; it goes wrong on request."""
        assert self.connected is not None
        return self.connected.context.http

    def open(self) -> Source:
        """Open the source for a few calls, as the core does each time."""
        assert self.declaration.open is not None
        assert self.connected is not None
        return self.declaration.open(self.connected.installation, self.connected.connection, self.connected.context)

    def read(self, period: Period | None = None, cursor: str | None = None) -> list[Batch]:
        """Read a period to its end."""
        batches: list[Batch] = []
        for batch in self.open().read(period or self.period, cursor):
            assert isinstance(batch, Batch), f"read() yields a {type(batch).__name__} where a Batch is expected"
            wrong = list(misfits(batch))
            assert not wrong, f"Batch: {wrong[0]}"
            batches.append(batch)
            assert len(batches) < MOST_PAGES, "reading comes to no end"
        return batches

    def records(self) -> list[RawRecord]:
        """Read the records of the period."""
        return [record for batch in self.read() for record in batch.records]

    def parse(self, record: RawRecord) -> DaySummary | tuple[Finding, ...]:
        """Read one record."""
        return self.declaration.reader.parse(record)

    def days(self, records: Sequence[RawRecord]) -> list[DaySummary]:
        """Return the days of records that can be read."""
        parsed = map(self.parse, records)
        return [one for one in parsed if isinstance(one, DaySummary)]


def bodies(batches: Sequence[Batch]) -> list[bytes]:
    """Return the records' bytes, in order."""
    return [record.body for batch in batches for record in batch.records]


def amounts_of(day: DaySummary) -> Iterator[tuple[str, Decimal]]:
    """Yield every amount of a day with where it stands."""
    for number, line in enumerate(day.lines):
        yield f"lines[{number}].amount", line.amount
    for number, tender in enumerate(day.tenders):
        yield f"tenders[{number}].recorded", tender.recorded
        yield f"tenders[{number}].counted", tender.counted
    for number, tax in enumerate(day.taxes):
        yield f"taxes[{number}].amount", tax.amount


def wrong_amount(amount: Any) -> str:
    """Say what is wrong with an amount, or nothing."""
    if not isinstance(amount, Decimal):
        return f"is a {type(amount).__name__}, not a Decimal"
    return "" if amount.is_finite() else "is no number"


def codes_of(day: DaySummary) -> set[tuple[DimensionKind, str]]:
    """Return the codes that a day uses for money."""
    used = {(DimensionKind.ACCOUNT, line.account) for line in day.lines if line.amount}
    used |= {(DimensionKind.TAX, line.tax_code) for line in day.lines if line.amount and line.tax_code}
    return used | {(DimensionKind.TENDER, tender.code) for tender in day.tenders if tender.counted}


def bundles(records: Sequence[RawRecord]) -> Iterator[bytes]:
    """Yield records put together in the usual ways: lines, a JSON array, an object with items."""
    parts = [record.body for record in records]
    yield b"\n".join(parts) + b"\n"
    yield b"[" + b",".join(parts) + b"]"
    for name in ("items", "records", "days"):
        yield b"{" + json.dumps(name).encode() + b":[" + b",".join(parts) + b"]}"


def holds(content: Content, count: int) -> bool:
    """Whether a content was taken apart into so many records."""
    return not content.findings and len(content.records) == count
