"""Builds the history of one run: its documents, the days it left held, and its calls."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from takings.domain.period import Period
from takings.errors import NotFound
from takings.store.journal import CallRow, OperationRow, UnitRow
from takings.store.query import columns
from takings.store.states import Purpose
from takings.store.tables import Connection, Integration, Run
from takings.sync import showing
from takings.sync.attempts import load_run_attempts
from takings.views.history import RunDetailView


def find_run(session: Session, owner: str, run_id: str) -> Run:
    """Return an owner's run; raises NotFound."""
    row = session.get(Run, run_id)
    if row is None or row.owner != owner:
        raise NotFound("run", run_id)
    return row


def load_run(session: Session, owner: str, run_id: str) -> RunDetailView:
    """Read one run, whole; the documents of an undo are those that it took back, or began to."""
    run = find_run(session, owner, run_id)
    integration = session.get_one(Integration, run.integration_id)
    units = columns(UnitRow.id).where(UnitRow.integration_id == integration.id, UnitRow.run_id == run.id)
    unit_ids = list(session.execute(_taken_back(run) if run.kind == "undo" else units).scalars())
    period = Period(run.first, run.last) if run.first and run.last else None
    beyond = any(one["code"] == "run.beyond_period" for one in run.findings)
    held = showing.show_days(session, integration, period, states=showing.LEFT, beyond=beyond) if period else []
    target = (
        session.exec(select(Connection).where(col(Connection.id) == integration.target_connection_id)).first()
        if integration.target_connection_id
        else None
    )
    documents = showing.show_units(session, integration, unit_ids, made=run.kind != "undo")
    return RunDetailView(
        run=showing.show_run(session, run, documents=documents, held=held),
        integration=integration.id,
        kind=run.kind,
        due_at=run.due_at,
        progress=run.progress,
        organisation=target.name if target else "",
        attempts=load_run_attempts(session, run.id),
    )


def _taken_back(run: Run) -> Any:
    return (
        columns(OperationRow.unit_id)
        .distinct()
        .join(CallRow, col(CallRow.id) == OperationRow.call_id)
        .where(
            CallRow.run_id == run.id,
            OperationRow.purpose == Purpose.UNDO.value,
            col(OperationRow.unit_id).is_not(None),
        )
    )
