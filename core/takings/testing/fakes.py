"""A source and a ledger in memory, for hosts that test how they embed the engine.

>>> from takings.testing import FakeSource, FakeTarget, fake_host
>>> source, target = FakeSource(), FakeTarget(lose_reply=1)
>>> host = fake_host(source.declaration(), target.declaration())
>>> sorted(host.targets())
['fake:ledger']
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from takings.host import Component, ComponentKind, PluginHost, PluginRecord, PluginState
from takings.plugin import (
    Batch,
    Catalogue,
    Content,
    Context,
    DaySummary,
    Dimension,
    DimensionKind,
    Finding,
    Flow,
    Line,
    LineKind,
    NoConnection,
    Period,
    PluginInfo,
    RawRecord,
    RecordReader,
    Site,
    Source,
    SourceCode,
    SourceType,
    TargetType,
    Tender,
    WayIn,
    format_amount,
)
from takings.testing.fake_ledger import FakeCode, FakeTarget

__all__ = ["FakeSource", "FakeTarget", "fake_host"]

FLOW = Flow(key="end_of_day", title="End of day", help="What was taken on each day")
SITE = Site(id="fake-1", name="Fake venue", timezone="Australia/Melbourne", currency="AUD")
DIMENSIONS = (
    Dimension(key="taxes", title="Tax codes", kind=DimensionKind.TAX),
    Dimension(key="methods", title="Payment methods", kind=DimensionKind.TENDER),
    Dimension(key="accounts", title="Accounts", kind=DimensionKind.ACCOUNT),
)


class FakeReader(RecordReader):
    """Reads the records of a `FakeSource`."""

    def parse(self, record: RawRecord) -> DaySummary | tuple[Finding, ...]:
        """Read one record."""
        try:
            data = json.loads(record.body)
            amount = Decimal(data["amount"])
            return DaySummary(
                site=SITE,
                business_date=date.fromisoformat(data["date"]),
                sequence=1,
                revision=int(data["revision"]),
                lines=(Line(kind=LineKind.SALE, account="SALES", amount=amount, name="Sales", tax_code="GST"),),
                tenders=(Tender(code="CASH", name="Cash", recorded=amount, counted=amount),),
            )
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            return (Finding(code=FakeCode.UNREADABLE.value, what="A record can't be read", why=repr(error)),)

    def read_body(self, body: bytes) -> Content:
        """Take lines apart."""
        return self.read_file(body, "-")

    def read_file(self, body: bytes, name: str) -> Content:
        """Take lines apart."""
        return Content(records=tuple(RawRecord(body=line) for line in body.splitlines() if line.strip()))


class FakeSource(Source):
    """A point of sale that took the same on every day; `set_day` changes one, with the next revision."""

    def __init__(self, amount: Decimal = Decimal("110.00"), *, page: int = 7) -> None:
        self._amount, self._page = amount, page
        self._changed: dict[date, tuple[int, Decimal]] = {}

    def set_day(self, day: date, amount: Decimal) -> None:
        """Change what was taken on a day."""
        self._changed[day] = (self._changed.get(day, (1, amount))[0] + 1, amount)

    def record(self, day: date) -> bytes:
        """Return the record of a day."""
        revision, amount = self._changed.get(day, (1, self._amount))
        data = {"date": day.isoformat(), "revision": revision, "amount": format_amount(amount, SITE.currency)}
        return json.dumps(data).encode()

    def check(self) -> Sequence[Finding]:
        """Find nothing."""
        return ()

    def catalogue(self) -> Catalogue:
        """Return one code of each dimension."""
        codes = (
            SourceCode(dimension="taxes", code="GST", name="GST", rate=Decimal(10)),
            SourceCode(dimension="methods", code="CASH", name="Cash"),
            SourceCode(dimension="accounts", code="SALES", name="Sales", tax_code="GST"),
        )
        return Catalogue(
            codes=codes, site_id=SITE.id, site_name=SITE.name, timezone=SITE.timezone, currency=SITE.currency
        )

    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        """Yield pages of days; the cursor is the next date."""
        days = [day for day in period if cursor is None or day.isoformat() >= cursor]
        for start in range(0, len(days), self._page):
            after = days[start + self._page : start + self._page + 1]
            yield Batch(
                records=tuple(RawRecord(body=self.record(day)) for day in days[start : start + self._page]),
                cursor=after[0].isoformat() if after else None,
            )

    def declaration(self, key: str = "till") -> SourceType:
        """Return it as a plugin declares it; every connection of it opens this one object."""

        def open_source(installation: Any, connection: Any, context: Context) -> Source:
            return self

        return SourceType(
            key=key,
            title="Fake till",
            reader=FakeReader(),
            open=open_source,
            ways_in=frozenset(WayIn),
            connecting=NoConnection(),
            dimensions=DIMENSIONS,
            flows=(FLOW,),
        )


def fake_host(*declarations: SourceType | TargetType, plugin: str = "fake") -> PluginHost:
    """Return a host with one loaded plugin that declares these, beside the built-in one."""
    components = tuple(
        Component(
            id=f"{plugin}:{one.key}",
            plugin=plugin,
            kind=ComponentKind.SOURCE if isinstance(one, SourceType) else ComponentKind.TARGET,
            title=one.title,
            declaration=one,
        )
        for one in declarations
    )
    record = PluginRecord(
        id=plugin,
        distribution=f"takings-{plugin}",
        version="1.0",
        state=PluginState.LOADED,
        info=PluginInfo(id=plugin, title="Fakes", version="1.0"),
        components=components,
    )
    return PluginHost((*PluginHost.load(allow=set()).records(), record))
