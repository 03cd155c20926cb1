"""Is responsible for a few rows of an integration in a database in memory, for what is decided from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import create_engine
from sqlmodel import Session
from tests.support.days import DIMENSIONS, a_day, a_table, line, mapped, tender

from takings.domain.adjusting import content_of, encode_content
from takings.domain.codec import canonical_text
from takings.domain.day import DaySummary
from takings.domain.mapping import MappingTable
from takings.domain.places import encode_places
from takings.host import PluginHost
from takings.plugin.documents import Plan
from takings.plugin.settings import Settings
from takings.store.journal import UnitRow
from takings.store.metadata import Stored
from takings.store.tables import Day, Integration, Record

HOST = PluginHost.load(allow=set())
NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
FIRST = date(2026, 10, 1)
TABLE = a_table()


def sold(amount: str, day: int = 1, **more: Any) -> DaySummary:
    """A day of October: one sale, paid in cash."""
    return a_day(line(amount), tender(amount), business_date=date(2026, 10, day), **more)


def kept(summary: Any, day: int | None, record: int, table: MappingTable = TABLE) -> dict[str, Any]:
    """What a unit keeps of a day that it posted."""
    day_as_mapped = mapped(summary, table)
    content, places = encode_content(content_of(day_as_mapped)), encode_places(day_as_mapped)
    return {"day": day, "record": record, **content, "places": places}


@dataclass
class Rows:
    """The rows of one integration, and what stands in for the rest of it."""

    session: Session
    integration: Integration

    @property
    def joint(self) -> Any:
        return SimpleNamespace(
            integration=self.integration,
            organisation="fake:ledger/1",
            target_settings=Settings(),
            target_type=SimpleNamespace(kinds=()),
            target_connection=SimpleNamespace(organisation="1"),
            source_type=SimpleNamespace(dimensions=DIMENSIONS),
            today=lambda now: now.date(),
        )

    @property
    def services(self) -> Any:
        return SimpleNamespace(host=HOST, clock=SimpleNamespace(now=lambda: NOW))

    def record(self, day: DaySummary) -> int:
        """Keep what the source says of a day."""
        text, digest = canonical_text(day)
        row = Record(
            integration_id=self.integration.id, owner="local", site=day.site.id, business_date=day.business_date,
            sequence=day.sequence, revision=day.revision, content_hash=digest, standing="current", way="pull",
            raw=b"", canonical=text, received_at=NOW,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        assert row.id is not None
        return row.id

    def day(self, summary: DaySummary, **values: Any) -> Day:
        """Keep a day with its record."""
        row = Day(
            **{
                "integration_id": self.integration.id, "owner": "local", "site": summary.site.id,
                "business_date": summary.business_date, "sequence": summary.sequence,
                "record_id": self.record(summary), "counted_total": summary.counted_total, "updated_at": NOW,
            } | values
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row

    def unit(self, key: str, **values: Any) -> UnitRow:
        """Keep a unit."""
        row = UnitRow(
            **{
                "integration_id": self.integration.id, "owner": "local", "organisation": "fake:ledger/1", "key": key,
                "generation": 1, "first": FIRST, "last": FIRST, "state": "posted", "updated_at": NOW,
            } | values
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row


@contextmanager
def opened() -> Iterator[Rows]:
    """Open a new database in memory with one integration in it."""
    engine = create_engine("sqlite://")
    Stored.metadata.create_all(engine)
    with Session(engine) as session:
        integration = Integration(
            id="int_1", owner="local", name="anchor", source_component="pos:eod", target_component="builtin:ledger",
            source_connection_id="con_1", created_at=NOW,
        )  # fmt: skip
        session.add(integration)
        session.flush()
        yield Rows(session, integration)
    engine.dispose()


class Books:
    """A target of which only `plan` is asked; it keeps what it was asked with."""

    def __init__(self, plan: Plan | None = None) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self._plan = plan or Plan()

    def plan(self, *arguments: Any) -> Plan:
        self.asked.append(arguments)
        return replace(self._plan)
