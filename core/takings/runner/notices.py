"""What ledgers told of their documents: kept when it comes, and turned into checks of just these documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, delete, or_, type_coerce
from sqlmodel import Session, col, select

from takings.plugin.webhooks import Notice
from takings.runner.queue import encode_order, enqueue
from takings.store.bulk import upsert
from takings.store.check_tables import LedgerNotice
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import chunks, columns
from takings.store.states import OperationState, RunState
from takings.store.tables import Connection, Integration, Run

#: A document is looked at when nothing more was told of it for so long: changes come several at once.
SETTLE = timedelta(seconds=60)

#: A ledger may say the same again for so long.
KEPT = timedelta(days=32)

#: Who asks for a check that a ledger's word leads to.
TRIGGER = "webhook"

#: How many notices one transaction takes, and how many ids one query looks for.
_BATCH, _CHUNK = 500, 50


def keep_notices(session: Session, component: str, notices: Iterable[Notice], *, now: datetime) -> int:
    """Keep what a ledger told of organisations that are connected here; returns how many that are."""
    by_organisation: dict[str, list[Notice]] = defaultdict(list)
    for one in notices:
        by_organisation[one.organisation].append(one)
    kept = 0
    for organisation, told in by_organisation.items():
        connections = session.exec(
            select(Connection).where(Connection.component == component, Connection.organisation == organisation)
        ).all()
        rows = [
            {
                "owner": connection.owner,
                "connection_id": connection.id,
                "document": one.document,
                "kind": one.kind,
                "at": one.at.isoformat() if one.at else "",
                "received_at": now,
            }
            for connection in connections
            for one in told
        ]
        upsert(session, LedgerNotice, rows, key=("connection_id", "document", "kind", "at"), update=())
        kept += len(told) if connections else 0
    return kept


def any_notice(session: Session, now: datetime) -> bool:
    """Tell whether there is something to take."""
    query = columns(LedgerNotice.id).where(*_ripe(now)).limit(1)
    return session.execute(query).first() is not None


def take_notices(session: Session, now: datetime) -> list[Run]:
    """Put a check into the queue for each integration whose documents a ledger told of, and return the runs.

    Documents that are not ours are forgotten.
    """
    query = select(LedgerNotice).where(*_ripe(now)).order_by(col(LedgerNotice.id)).limit(_BATCH)
    # Of two workers that look at once each takes what the other has not.
    ripe = session.exec(query.with_for_update(skip_locked=True)).all()
    runs: dict[str, Run] = {}
    for connection_id in sorted({one.connection_id for one in ripe}):
        of_one = [one for one in ripe if one.connection_id == connection_id]
        ours, keys = _ours(session, session.get_one(Connection, connection_id), {one.document for one in of_one})
        for row in of_one:
            if row.document in ours:
                row.taken_at = now
                session.add(row)
            else:
                session.delete(row)
        for integration_id, some in sorted(keys.items()):
            run = _enqueue(session, integration_id, sorted(some), now=now)
            runs[run.id] = run
    if ripe:
        session.connection().execute(delete(LedgerNotice).where(col(LedgerNotice.received_at) < now - KEPT))
    return list(runs.values())


def _ripe(now: datetime) -> tuple[Any, ...]:
    return (col(LedgerNotice.taken_at).is_(None), col(LedgerNotice.received_at) <= now - SETTLE)


def _ours(session: Session, connection: Connection, ids: set[str]) -> tuple[set[str], dict[str, set[str]]]:
    """Return which of the ledger's ids are documents of ours, and their keys by integration."""
    found: set[str] = set()
    keys: dict[str, set[str]] = defaultdict(set)
    receipt = type_coerce(OperationRow.__table__.c.receipt, Text)  # type: ignore[attr-defined]
    for some in chunks(sorted(ids), _CHUNK):
        rows = session.execute(
            columns(OperationRow.key, OperationRow.receipt, UnitRow.integration_id, UnitRow.documents)
            .join(UnitRow, col(UnitRow.id) == OperationRow.unit_id)
            .where(
                OperationRow.organisation == f"{connection.component}/{connection.organisation}",
                OperationRow.owner == connection.owner,
                OperationRow.state == OperationState.DONE.value,
                or_(*(receipt.contains(one, autoescape=True) for one in some)),
            )
        )
        for key, given, integration_id, documents in rows:
            if given.get("id") in ids and any(key == one["key"] for one in documents):
                found.add(given["id"])
                keys[integration_id].add(key)
    return found, keys


def _enqueue(session: Session, integration_id: str, keys: Sequence[str], *, now: datetime) -> Run:
    """Put a check of these documents into the queue, or add them to one that waits there."""
    waiting = session.exec(
        select(Run).where(
            Run.integration_id == integration_id,
            Run.kind == "verify",
            Run.trigger == TRIGGER,
            Run.state == RunState.QUEUED.value,
        )
    ).first()
    if waiting is not None:
        waiting.order = {**waiting.order, "documents": sorted({*waiting.order["documents"], *keys})}
        session.add(waiting)
        return waiting
    return enqueue(
        session,
        session.get_one(Integration, integration_id),
        kind="verify",
        trigger=TRIGGER,
        principal=TRIGGER,
        order={**encode_order(None, None), "documents": list(keys)},
        now=now,
    )
