"""Is responsible for turning a record into a day summary, or into findings that say what is wrong with it. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from takings.plugin import DaySummary, Finding, RawRecord, RecordReader, Site, exponent
from takings_square import findings
from takings_square.assembling import FORMAT
from takings_square.days import TradingDays
from takings_square.folding import Fold
from takings_square.shapes import DayRecord

_day = msgspec.json.Decoder(DayRecord)


class DayReader(RecordReader):
    """Reads the records that pulling makes of Square's lists."""

    def parse(self, record: RawRecord) -> DaySummary | tuple[Finding, ...]:
        """Read one business date; every amount becomes exact decimals of the location's currency."""
        try:
            told: Any = msgspec.json.decode(record.body)
            if isinstance(told, dict) and told.get("format") == FORMAT and "unplaced" in told:
                return (findings.unplaced(msgspec.json.encode(told["unplaced"]).decode()),)
            read = _day.decode(record.body)
            days = TradingDays(read.location.timezone, read.day_ends_at)
            opened, closed = days.begin(read.business_date), days.end(read.business_date)
        except msgspec.ValidationError as problem:
            return (_told(problem),)
        except (msgspec.DecodeError, ValueError, OverflowError, LookupError, OSError, RecursionError) as problem:
            # Not JSON, not UTF-8, a time zone that nobody knows, a date at the end of time.
            return (findings.unreadable(str(problem)[:200], "$"),)
        if read.format != FORMAT:
            return (findings.unreadable(f"the format is {read.format[:40]!r}, not {FORMAT}", "$.format"),)
        fold = Fold(read)
        if fold.findings:
            return tuple(fold.findings.values())
        places, place = -exponent(read.location.currency), read.location

        def amount(units: int) -> Decimal:
            return Decimal(units).scaleb(places)

        return DaySummary(
            site=Site(id=place.id, name=place.name, timezone=place.timezone, currency=place.currency),
            business_date=read.business_date,
            sequence=1,
            revision=read.revision,
            lines=fold.lines(amount),
            tenders=fold.tenders(amount),
            taxes=fold.taxes(amount),
            prices_include_tax=True,
            opened_at=days.local(opened),
            closed_at=days.local(closed),
            statistics={"orders": sum(1 for order in read.orders if order.line_items)},
        )


def _told(problem: msgspec.ValidationError) -> Finding:
    text, _, where = str(problem).rpartition(" - at `")
    return findings.unreadable(text or str(problem), where.rstrip("`") or "$")
