"""How a source under test is started, connected and given its records; what an author can replace of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from takings.connect.http import HttpPool
from takings.host import PluginRecord
from takings.plugin import Content, DaySummary, Period, RawRecord, Sandbox, SourceType, WayIn
from takings.testing.base import Conformance, once_a_class
from takings.testing.connecting import connect
from takings.testing.loading import PluginUnderTest
from takings.testing.sandboxes import RunningSandbox
from takings.testing.source_bench import SourceBench, bundles, holds


class SourceBase(Conformance):
    """The source under test.

    `period` is what is read (by default the last whole month), `examples` how many mutated records are tried.
    `installation` and `connection` add settings to those that the stand-in's ready line gives.
    """

    period: ClassVar[Period | None] = None
    examples: ClassVar[int] = 60
    installation: ClassVar[Mapping[str, Any]] = {}
    connection: ClassVar[Mapping[str, Any]] = {}

    def stand_in(self, sandbox: Sandbox | None, folder: Path) -> AbstractContextManager[Mapping[str, Any]]:
        """Start the system's stand-in, and give its ready line; by default the declared sandbox."""
        if sandbox is None:
            pytest.fail(f"{self.component} declares no sandbox: declare one, or give its stand-in by stand_in()")
        return RunningSandbox(sandbox, folder)

    def example_file(self, records: Sequence[RawRecord]) -> bytes | None:
        """Write records as the source's own file; None lets the kit try the usual ways of putting them together."""
        return None

    def example_body(self, records: Sequence[RawRecord]) -> bytes | None:
        """Write records as the source's own pushed body; None lets the kit try the usual ways."""
        return None

    def change_a_day(self, ready: Mapping[str, Any], day: DaySummary) -> bool:
        """Have the stand-in change a day, for sources with `Capability.REVISIONS`; False where it can't."""
        return False

    @pytest.fixture
    def bench(
        self,
        request: pytest.FixtureRequest,
        plugin: PluginUnderTest,
        record: PluginRecord,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> SourceBench:
        """The source, connected to its stand-in where it can be pulled."""

        def make(stack: ExitStack) -> SourceBench:
            declaration = plugin.host.source(self.component)
            return self._start(stack, declaration, tmp_path_factory.mktemp("stand_in"))

        return once_a_class(request, "bench", make)

    @pytest.fixture
    def records(self, request: pytest.FixtureRequest, bench: SourceBench) -> list[RawRecord]:
        """The records of the period, or of the author's example where the source can't be pulled."""
        return once_a_class(request, "records", lambda stack: self._records(bench))

    @pytest.fixture
    def days(self, bench: SourceBench, records: list[RawRecord]) -> list[DaySummary]:
        """The days of those records that can be read."""
        return bench.days(records)

    def _start(self, stack: ExitStack, declaration: SourceType, folder: Path) -> SourceBench:
        period = self.period or last_month(datetime.now(UTC).date())
        if WayIn.PULL not in declaration.ways_in:
            return SourceBench(declaration=declaration, connected=None, period=period)
        pool = stack.enter_context(HttpPool(threads=4))
        ready = stack.enter_context(self.stand_in(declaration.sandbox, folder))
        connected = connect(
            declaration,
            ready,
            component=self.component,
            pool=pool,
            folder=folder / "files",
            installation=self.installation,
            connection=self.connection,
        )
        bench = SourceBench(declaration=declaration, connected=connected, period=period, ready=ready)
        bench.open()  # one that can't be opened fails once, and not in each test
        return bench

    def _records(self, bench: SourceBench) -> list[RawRecord]:
        if bench.pulls:
            return bench.records()
        content = self.taken_apart(bench, WayIn.FILE, ()) or self.taken_apart(bench, WayIn.PUSH, ())
        if content is None:
            pytest.fail(f"{self.component} can't be pulled: give an example by example_file() or example_body()")
        return list(content.records)

    def taken_apart(self, bench: SourceBench, way: WayIn, records: Sequence[RawRecord]) -> Content | None:
        """Return what the reader makes of records that come in this way, or None where nothing fits."""
        if way not in bench.declaration.ways_in:
            return None
        reader = bench.declaration.reader
        own = self.example_file(records) if way is WayIn.FILE else self.example_body(records)
        for body in [own] if own is not None else bundles(records) if records else ():
            content = reader.read_file(body, "example") if way is WayIn.FILE else reader.read_body(body)
            if own is not None or holds(content, len(records)):
                return content
        return None


def last_month(today: date) -> Period:
    """Return the last whole month."""
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)
