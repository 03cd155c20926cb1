"""Feeds the queue with checks of what was posted: those that are due, and of documents that a ledger told of.

A due time is moved on as that of a sync is. Due times are spread over the night, and weekly ones over the week, so
that thousands of integrations don't ask a ledger at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from zlib import crc32

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from takings.domain.schedule import Every, Schedule, next_due
from takings.runner.due import BATCH
from takings.runner.notices import any_notice, take_notices
from takings.runner.port import Waiting
from takings.runner.queue import SCHEDULED, encode_order, enqueue, organisation_of
from takings.store.bulk import upsert
from takings.store.check_tables import Verification
from takings.store.database import Database
from takings.store.journal import UnitRow
from takings.store.query import columns
from takings.store.states import ConnectionState, IntegrationState, RunState
from takings.store.tables import Connection, Integration, Run

#: How often an integration can be checked by itself.
OFF, WEEKLY, DAILY = "off", "weekly", "daily"
HOW_OFTEN = (OFF, WEEKLY, DAILY)

_EVERY = {WEEKLY: Every.WEEK, DAILY: Every.DAY}
_RUNS = (IntegrationState.ACTIVE.value, IntegrationState.NEEDS_ATTENTION.value)


def tick(database: Database, now: datetime, limit: int = BATCH) -> list[Waiting]:
    """Put checks into the queue: of each integration that is due, and of what ledgers told; returns them."""
    with database.read() as session:  # most often there is nothing, and then nobody's writing is waited for
        if not (_new(session, 1) or _due(session, now, 1) or any_notice(session, now)):
            return []
    with database.write() as session:
        for row in _new(session, limit):
            values = {"integration_id": row.id, "owner": row.owner, "next_due": next_check(row, WEEKLY, now)}
            upsert(session, Verification, [values], key=("integration_id",), update=())
        runs = [run for row, due_at in _due(session, now, limit) if (run := _begin(session, row, due_at, now=now))]
        runs += take_notices(session, now)
        session.flush()
        return [Waiting(run.id, organisation_of(session, run)) for run in runs]


def next_check(integration: Integration, every: str, now: datetime) -> datetime | None:
    """Return when an integration is checked next: between 4 and 6 in the morning of its own time zone."""
    if every == OFF:
        return None
    spread = crc32(integration.id.encode())
    at, weekday = time(4 + spread % 2, spread // 2 % 60), spread // 120 % 7
    zone = str(integration.schedule.get("timezone") or "")
    try:
        schedule = Schedule(every=_EVERY[every], at=at, weekday=weekday, timezone=zone)
    except ValueError:  # a time zone that this machine does not know
        schedule = Schedule(every=_EVERY[every], at=at, weekday=weekday)
    return next_due(schedule, now)


def _new(session: Session, limit: int) -> Sequence[Integration]:
    """Return integrations that nobody has set the checks of."""
    known = columns(Verification.integration_id).where(Verification.integration_id == Integration.id)
    return (
        session.execute(select(Integration).where(col(Integration.state).in_(_RUNS), ~known.exists()).limit(limit))
        .scalars()
        .all()
    )


def _due(session: Session, now: datetime, limit: int) -> Sequence[tuple[Integration, datetime]]:
    """Return what is due, the longest due first; what is paused comes up when it is resumed."""
    rows = session.execute(
        columns(Integration, Verification.next_due)
        .join(Verification, col(Verification.integration_id) == Integration.id)
        .where(col(Verification.next_due) <= now, col(Integration.state).in_(_RUNS))
        .order_by(col(Verification.next_due), col(Integration.id))
        .limit(limit)
    )
    return [(row, due_at) for row, due_at in rows]


def _begin(session: Session, integration: Integration, due_at: datetime, *, now: datetime) -> Run | None:
    row = session.get_one(Verification, integration.id)
    moved = session.execute(
        update(Verification)
        .where(col(Verification.integration_id) == integration.id, col(Verification.next_due) == due_at)
        .values(next_due=next_check(integration, row.every, now))
    )
    if not moved.rowcount or not _may_check(session, integration):  # type: ignore[attr-defined]
        return None
    return enqueue(
        session,
        integration,
        kind="verify",
        trigger=SCHEDULED,
        principal=SCHEDULED,
        order=encode_order(None, None),
        now=now,
    )


def _may_check(session: Session, integration: Integration) -> bool:
    """Whether there is something to check, a ledger that can be asked, and no check that waits already."""
    target = session.get(Connection, integration.target_connection_id) if integration.target_connection_id else None
    if target is None or target.state != ConnectionState.CONNECTED.value:
        return False
    waiting: tuple[Any, ...] = (
        col(Run.integration_id) == integration.id,
        col(Run.kind) == "verify",
        col(Run.trigger) == SCHEDULED,
        col(Run.state) == RunState.QUEUED.value,
    )
    if session.execute(columns(func.count()).select_from(Run).where(*waiting)).scalar_one():
        return False
    posted = columns(func.count()).select_from(UnitRow).where(UnitRow.integration_id == integration.id)
    return bool(session.execute(posted).scalar_one())
