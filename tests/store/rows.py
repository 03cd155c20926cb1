"""Rows that satisfy every constraint, for tests that need something to stand in a table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from takings.store.tables import Connection, Integration

NOW = datetime(2025, 11, 20, 3, 15, tzinfo=UTC)
DAY = date(2025, 11, 19)


def integration(session: Session, name: str = "i1", owner: str = "venue-7") -> Integration:
    """Add an integration with its source connection."""
    connection = Connection(id=f"c-{name}", owner=owner, side="source", component="pos:eod", created_at=NOW)
    session.add(connection)
    session.flush()
    row = Integration(
        id=name,
        owner=owner,
        name=name,
        source_component="pos:eod",
        target_component="ledger:accounting",
        source_connection_id=connection.id,
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def code(name: str, /, **fields: Any) -> dict[str, Any]:
    """Describe a row of `catalogue_code` of the integration `i1`."""
    described = {"integration_id": "i1", "dimension": "taxes", "code": name, "owner": "venue-7", "first_seen_at": NOW}
    return described | {"rate": Decimal("10.0"), "name": name.title()} | fields
