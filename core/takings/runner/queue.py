"""The queue of runs in the database: asked for, claimed by one worker, kept alive by it, taken over when it dies."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, update
from sqlmodel import Session, col

from takings.domain.period import Period
from takings.runner.port import Waiting
from takings.store.query import columns
from takings.store.states import RunState
from takings.store.tables import Connection, Integration, Run

#: A worker that has not been heard of for so long is taken for dead.
DEAD_AFTER = timedelta(seconds=60)

#: How often a run is taken over from a worker that died at it, before it is given up.
MOST_TAKEOVERS = 3

SCHEDULED = "schedule"


def encode_order(period: Period | None, confirm: int | None) -> dict[str, Any]:
    """Write what a queued run is asked to do."""
    return {
        "period": [period.first.isoformat(), period.last.isoformat()] if period else None,
        "confirm": confirm,
        "attempts": 0,
    }


def period_of_order(order: dict[str, Any]) -> Period | None:
    """Read the period that a queued run was asked for; None is the usual one."""
    named = order.get("period")
    return Period(*map(date.fromisoformat, named)) if named else None


def enqueue(
    session: Session,
    integration: Integration,
    *,
    kind: str,
    trigger: str,
    principal: str,
    order: dict[str, Any],
    now: datetime,
) -> Run:
    """Put a run into the queue; one that waits there for the same already is returned instead."""
    waiting = select(Run).where(
        col(Run.integration_id) == integration.id,
        col(Run.state) == RunState.QUEUED.value,
        col(Run.kind) == kind,
        col(Run.trigger) == trigger,
    )
    there: list[Run] = [one for one in session.execute(waiting).scalars() if {**one.order, "attempts": 0} == order]
    if there:
        return there[0]
    period = period_of_order(order)
    row = Run(
        id=new_id(),
        integration_id=integration.id,
        owner=integration.owner,
        kind=kind,
        trigger=trigger,
        principal=principal,
        state=RunState.QUEUED.value,
        first=period.first if period else None,
        last=period.last if period else None,
        order=order,
        started_at=now,
    )
    session.add(row)
    session.flush()
    return row


def new_id() -> str:
    """Return the id of a new run."""
    return uuid.uuid4().hex[:16]


def organisation_of(session: Session, run: Run) -> str:
    """Return the ledger's organisation that a run may post to, or its integration while that has no ledger."""
    found = session.execute(_with_organisations().where(col(Run.id) == run.id)).one()
    return _organisation(*found[1:])


def waiting_runs(session: Session, now: datetime, limit: int, *, without: Collection[str] = ()) -> list[Waiting]:
    """Return runs that can be begun now: what a person asked for first, then in the order they came.

    Of each organisation it is one, and none where a run is going on, here (`without`) or with another worker.
    """
    alive = and_(col(Run.state) == RunState.RUNNING.value, col(Run.worker) != "", col(Run.seen_at) > now - DEAD_AFTER)
    taken = {_organisation(*row[1:]) for row in session.execute(_with_organisations().where(alive))} | set(without)
    found: list[Waiting] = []
    for id_, *rest in session.execute(_with_organisations().where(_is_waiting(now)).order_by(*_order())):
        organisation = _organisation(*rest)
        if organisation not in taken:
            taken.add(organisation)
            found.append(Waiting(id_, organisation))
            if len(found) == limit:
                break
    return found


def claim(session: Session, run_id: str, *, worker: str, now: datetime) -> Run | None:
    """Take a run that waits, or whose worker died, and return it; None when another worker has it or it has ended."""
    row = session.get_one(Run, run_id)
    order = {**row.order, "attempts": row.order.get("attempts", 0) + (row.state == RunState.RUNNING.value)}
    done = session.execute(
        update(Run)
        .where(col(Run.id) == run_id, _is_waiting(now))
        .values(state=RunState.RUNNING.value, worker=worker, seen_at=now, started_at=now, order=order)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return None
    session.refresh(row)
    return row


def beat(session: Session, run_ids: Sequence[str], *, worker: str, now: datetime) -> None:
    """Say that a worker is alive and at these runs."""
    mine = and_(col(Run.id).in_(run_ids), col(Run.worker) == worker, col(Run.state) == RunState.RUNNING.value)
    session.execute(update(Run).where(mine).values(seen_at=now))


def note_progress(session: Session, run_id: str, progress: dict[str, Any], *, worker: str, now: datetime) -> None:
    """Keep how far a run is, which shows too that its worker is alive."""
    mine = and_(col(Run.id) == run_id, col(Run.worker) == worker, col(Run.state) == RunState.RUNNING.value)
    session.execute(update(Run).where(mine).values(progress=progress, seen_at=now))


def cancel(session: Session, run_id: str, now: datetime) -> bool:
    """Take a run back that no worker has begun; returns whether it was still waiting."""
    waiting = and_(col(Run.id) == run_id, col(Run.state) == RunState.QUEUED.value)
    done = session.execute(update(Run).where(waiting).values(state=RunState.CANCELLED.value, ended_at=now))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def count_queued(session: Session) -> int:
    """Count the runs that wait for a worker."""
    query = columns(func.count()).select_from(Run).where(col(Run.state) == RunState.QUEUED.value)
    return int(session.execute(query).scalar_one())


def positions(session: Session, runs: Collection[Run]) -> dict[str, int]:
    """Return the places in the queue, from 1, of those of these runs that wait there, by their ids."""
    mine = {run.id for run in runs if run.state == RunState.QUEUED.value}
    if not mine:
        return {}
    queued = session.execute(columns(Run.id).where(col(Run.state) == RunState.QUEUED.value).order_by(*_order()))
    return {id_: place for place, id_ in enumerate(queued.scalars(), 1) if id_ in mine}


def _order() -> tuple[Any, ...]:
    return (case((col(Run.trigger) == SCHEDULED, 1), else_=0), col(Run.started_at), col(Run.id))


def _is_waiting(now: datetime) -> Any:
    dead = and_(
        col(Run.state) == RunState.RUNNING.value,
        col(Run.worker) != "",
        or_(col(Run.seen_at).is_(None), col(Run.seen_at) <= now - DEAD_AFTER),
    )
    return or_(col(Run.state) == RunState.QUEUED.value, dead)


def _with_organisations() -> Select[Any]:
    query: Select[Any] = (
        columns(Run.id, Run.integration_id, Connection.component, Connection.organisation)
        .join(Integration, col(Integration.id) == Run.integration_id)
        .outerjoin(Connection, col(Connection.id) == Integration.target_connection_id)
    )
    return query


def _organisation(integration: str, component: str | None, organisation: str | None) -> str:
    return f"{component}/{organisation}" if organisation else f"integration/{integration}"
