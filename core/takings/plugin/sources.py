"""The contract of a source connector: a point of sale that gives day summaries."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from takings.domain.catalogue import Catalogue, Dimension
from takings.domain.day import DaySummary
from takings.domain.findings import Finding
from takings.domain.period import Period
from takings.plugin.connecting import Connecting
from takings.plugin.context import Context
from takings.plugin.declarations import Flow, Sandbox
from takings.plugin.settings import Migrate, NoSettings, Settings
from takings.plugin.steps import Capability, Step


class WayIn(StrEnum):
    """How records of a source come in."""

    PULL = "pull"
    PUSH = "push"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """One record exactly as the source gave it; `where` says where it stood, like `line 3` or `[2]`."""

    body: bytes
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records read together, and the cursor from which reading goes on after them.

    The core stores records and cursor in one transaction. The cursor is opaque text of at most 4,000
    characters; None means that the period is read to its end.
    """

    records: tuple[RawRecord, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a pushed body or a file holds: records, a catalogue, or findings that refuse it as a whole."""

    records: tuple[RawRecord, ...] = ()
    catalogue: Catalogue | None = None
    findings: tuple[Finding, ...] = ()


class RecordReader(ABC):
    r"""The pure half of a source: it reads bytes and touches nothing else.

    Example::

        from datetime import date

        from takings.plugin import Content, DaySummary, Finding, Line, LineKind, RawRecord, RecordReader, Site
        from takings.plugin import Tender, parse_amount

        SITE = Site(id="main", name="Corner Shop", timezone="Europe/Dublin", currency="EUR")


        class TillReader(RecordReader):
            '''Reads files with lines like `2026-11-22;120.00`: a date, and what was taken, all of it in cash.'''

            def read_file(self, body: bytes, name: str) -> Content:
                lines = enumerate(body.splitlines(), start=1)
                return Content(records=tuple(RawRecord(body=line, where=f"line {at}") for at, line in lines))

            def parse(self, record: RawRecord) -> DaySummary | tuple[Finding, ...]:
                try:
                    day, _, amount = record.body.decode().partition(";")
                    taken = parse_amount(amount, SITE.currency)
                    on = date.fromisoformat(day)
                except ValueError as wrong:
                    return (
                        Finding(code="shop.line", what="A line can't be read", why=str(wrong), where=record.where),
                    )
                line = Line(kind=LineKind.SALE, account="SALES", amount=taken)
                cash = Tender(code="CASH", name="Cash", recorded=taken, counted=taken)
                return DaySummary(site=SITE, business_date=on, sequence=1, revision=1, lines=(line,), tenders=(cash,))


        good, bad = TillReader().read_file(b"2026-11-22;120.00\n2026-11-23;12", "days.csv").records
        day, problem = TillReader().parse(good), TillReader().parse(bad)
        assert isinstance(day, DaySummary) and day.difference == 0
        assert isinstance(problem, tuple) and problem[0].where == "line 2"
    """

    @abstractmethod
    def parse(self, record: RawRecord) -> DaySummary | tuple[Finding, ...]:
        """Read one record, or say what is wrong with it, with path, value and what is expected.

        Where a line has no tax code of its own, leave it empty: the core takes the account's.
        """

    def read_body(self, body: bytes) -> Content:
        """Take a pushed body apart into records; declared with `WayIn.PUSH`."""
        raise NotImplementedError(f"{type(self).__name__} declares no push")

    def read_file(self, body: bytes, name: str) -> Content:
        """Take a file apart into records; declared with `WayIn.FILE`. `name` is the file's, or `-`."""
        raise NotImplementedError(f"{type(self).__name__} declares no files")


class Source(ABC):
    """The calling half of a source: one connection, opened for a few calls. It keeps nothing between calls.

    Example::

        from collections.abc import Iterator
        from datetime import date
        from typing import Any

        from takings.plugin import Batch, Catalogue, Finding, Http, Period, RawRecord, Reply, Source, SourceCode
        from takings.testing import canned


        class Till(Source):
            '''Reads one day in a call; the cursor is the next date, so that reading goes on where it stopped.'''

            def __init__(self, http: Http) -> None:
                self._http = http

            def check(self) -> list[Finding]:
                return []

            def catalogue(self) -> Catalogue:
                return Catalogue(codes=(SourceCode(dimension="methods", code="CASH", name="Cash"),), currency="EUR")

            def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
                dates = [day.isoformat() for day in period if day.isoformat() >= (cursor or "")]
                for day, following in zip(dates, [*dates[1:], None], strict=True):
                    reply = self._http.request("GET", f"https://till.example.com/days/{day}")
                    yield Batch(records=(RawRecord(body=reply.content),), cursor=following)


        class Answers:
            def request(self, method: str, url: str, **given: Any) -> Reply:
                return canned(200, url[-10:])


        week = Period(date(2026, 11, 16), date(2026, 11, 22))
        read = list(Till(Answers()).read(week, "2026-11-21"))
        assert [one.records[0].body for one in read] == [b"2026-11-21", b"2026-11-22"] and read[-1].cursor is None
    """

    @abstractmethod
    def check(self) -> Sequence[Finding]:
        """Say what stands in the way of reading; nothing when the source can be read now."""

    @abstractmethod
    def catalogue(self) -> Catalogue:
        """Return all codes to be mapped."""

    @abstractmethod
    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        """Yield the records of a period, from `cursor` on where one was stored for this period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceType:
    """One source connector as its plugin declares it; its component id is `plugin:key`.

    `open(installation, connection, context)` gives a `Source`; the first two are validated settings.

    Example::

        from takings.plugin import Capability, Content, Dimension, DimensionKind, Finding, Flow, RawRecord
        from takings.plugin import RecordReader, SourceType, TokenHandedOut, WayIn


        class DayReader(RecordReader):
            def read_body(self, body: bytes) -> Content:
                return Content(records=(RawRecord(body=body),))

            def parse(self, record: RawRecord) -> tuple[Finding, ...]:
                return (Finding(code="shop.empty", what="The day has no sales"),)


        PUSHES = SourceType(
            key="till",
            title="Corner Shop till",
            reader=DayReader(),
            ways_in=frozenset({WayIn.PUSH}),  # so there is nothing to open
            connecting=TokenHandedOut(hand_to="Enter it at the till", presented=False),
            dimensions=(
                Dimension(key="rates", title="Tax rates", kind=DimensionKind.TAX),
                Dimension(key="groups", title="Product groups", kind=DimensionKind.ACCOUNT),
            ),
            flows=(Flow(key="end_of_day", title="End of day"),),
            capabilities=frozenset({Capability.REVISIONS}),
        )
        assert PUSHES.open is None
    """

    key: str
    title: str
    reader: RecordReader
    open: Callable[[Any, Any, Context], Source] | None = None
    ways_in: frozenset[WayIn]
    connecting: Connecting
    dimensions: tuple[Dimension, ...]
    flows: tuple[Flow, ...]
    installation: type[Settings] = NoSettings
    connection: type[Settings] = NoSettings
    integration: type[Settings] = NoSettings
    settings_version: tuple[int, int] = (1, 0)
    migrate: Migrate | None = None
    steps: tuple[Step, ...] = ()
    capabilities: frozenset[Capability] = frozenset()
    sandbox: Sandbox | None = None
    docs_url: str = ""
