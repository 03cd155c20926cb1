"""Feeds the queue with what is due: each due time once, whatever the number of workers; missed ones come up once.

The due time is a column that one conditional update moves on, in the transaction that puts the run into the queue:
of two workers that see the same due time one moves it, and the other finds it gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlmodel import Session, col

from takings.domain.schedule import Schedule, next_due
from takings.runner.port import Waiting
from takings.runner.queue import SCHEDULED, count_queued, encode_order, new_id, organisation_of
from takings.store.bulk import upsert
from takings.store.database import Database
from takings.store.query import columns
from takings.store.states import ConnectionState, IntegrationState, RunState
from takings.store.tables import Connection, Integration, Run

#: With so many runs in the queue nothing is added: what is due stays due until there is room.
BACKLOG = 2_000

#: How many due times one transaction moves on, so that no other writer waits long.
BATCH = 100

#: An integration that needs attention is tried again no more often than this.
_TRIED_AGAIN = timedelta(hours=20)

_LOST = (ConnectionState.EXPIRED.value, ConnectionState.REVOKED.value)


def tick(database: Database, now: datetime, limit: int = BATCH) -> list[Waiting]:
    """Put a run into the queue for each integration that is due, the longest due first, and move its due time on."""
    with database.write() as session:
        room = BACKLOG - count_queued(session)
        if room <= 0:
            return []
        due = session.execute(
            select(Integration)
            .where(col(Integration.next_due) <= now, col(Integration.state) != IntegrationState.PAUSED.value)
            .order_by(col(Integration.next_due), col(Integration.id))
            .limit(min(limit, room))
        ).scalars()
        begun = [_begin(session, row, now) for row in due.all()]
        rows = [run for run in begun if run is not None]
        session.flush()
        return [Waiting(run.id, organisation_of(session, run)) for run in rows]


def _begin(session: Session, integration: Integration, now: datetime) -> Run | None:
    """Move an integration's due time to the next future one; returns the queued run for it, where it is to run."""
    due_at = integration.next_due
    assert due_at is not None
    moved = session.execute(
        update(Integration)
        .where(col(Integration.id) == integration.id, col(Integration.next_due) == due_at)
        .values(next_due=next_due(_schedule(integration), now))
    )
    if not moved.rowcount or not _may_run(session, integration, now):  # type: ignore[attr-defined]
        return None
    run = {
        "id": new_id(),
        "integration_id": integration.id,
        "owner": integration.owner,
        "trigger": SCHEDULED,
        "principal": SCHEDULED,
        "state": RunState.QUEUED.value,
        "order": encode_order(None, None),
        "due_at": due_at,
        "started_at": now,
    }
    # Where a run for this due time stands already, as after a clock that was put back, it is not repeated.
    upsert(session, Run, [run], key=("integration_id", "due_at"), update=())
    return session.get(Run, run["id"])


def _schedule(integration: Integration) -> Schedule:
    try:
        return Schedule.from_dict(integration.schedule)
    except ValueError:  # a time zone that this machine does not know: one due time is lost rather than all repeated
        return Schedule()


def _may_run(session: Session, integration: Integration, now: datetime) -> bool:
    """Whether a due integration is run: a draft never is, nor is one whose last scheduled run has not begun yet.

    One that needs attention is tried again, since what was wrong may be mended elsewhere, though at most once a day
    after a run that failed;
    and not at all while a connection has no authorisation, which only a person can give it.
    """
    if integration.state == IntegrationState.DRAFT.value or _count(session, _queued(integration)):
        return False
    if integration.state != IntegrationState.NEEDS_ATTENTION.value:
        return True
    sides = (integration.source_connection_id, integration.target_connection_id)
    lost = and_(col(Connection.id).in_(sides), col(Connection.state).in_(_LOST))
    if session.execute(columns(func.count()).select_from(Connection).where(lost)).scalar_one():
        return False
    lately = (
        col(Run.integration_id) == integration.id,
        col(Run.kind) == "sync",
        col(Run.state) == RunState.FAILED.value,
        col(Run.started_at) > now - _TRIED_AGAIN,
    )
    return not _count(session, lately)


def _queued(integration: Integration) -> Sequence[Any]:
    return (
        col(Run.integration_id) == integration.id,
        col(Run.state) == RunState.QUEUED.value,
        col(Run.trigger) == SCHEDULED,
        col(Run.kind) == "sync",
    )


def _count(session: Session, where: Sequence[Any]) -> int:
    return int(session.execute(columns(func.count()).select_from(Run).where(*where)).scalar_one())
