"""The ledger's accounts and tax rates as they were read last, so that no page waits for the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlmodel import Session

from takings.plugin.targets import Chart
from takings.store.bulk import upsert
from takings.store.setup_tables import LedgerChart
from takings.store.tables import Connection

_decoder = msgspec.json.Decoder(Chart)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChart:
    """A chart and when it was read."""

    chart: Chart
    read_at: datetime


def load_chart(session: Session, connection_id: str | None) -> KeptChart | None:
    """Return a connection's chart, or None where it was never read."""
    row = session.get(LedgerChart, connection_id) if connection_id else None
    return KeptChart(chart=_decoder.decode(row.chart), read_at=row.read_at) if row else None


def keep_chart(session: Session, connection: Connection, chart: Chart, *, now: datetime) -> None:
    """Keep what the ledger offers."""
    values = {
        "connection_id": connection.id,
        "owner": connection.owner,
        "chart": msgspec.json.encode(chart).decode(),
        "read_at": now,
    }
    upsert(session, LedgerChart, [values], key=("connection_id",), update=("chart", "read_at"))
