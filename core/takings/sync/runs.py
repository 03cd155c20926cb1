"""The rows of runs: begun or taken from the queue, ended or put back, and found interrupted by a later one."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session

from takings.domain.findings import Finding, errors
from takings.domain.period import Period
from takings.errors import TakingsError
from takings.store import audit
from takings.store.query import ask, columns, fields
from takings.store.states import RunState
from takings.store.tables import Run
from takings.sync.encoding import encode_findings
from takings.sync.joint import Joint, Services
from takings.sync.phases import Tally
from takings.sync.ways_out import way_out

_RUN = fields(Run)
_UNENDED = columns(_RUN.id).where(
    _RUN.integration_id == bindparam("of"),
    _RUN.state == RunState.RUNNING.value,
    _RUN.worker == "",
    _RUN.id != bindparam("but"),
)


def begin_run(  # noqa: PLR0913 - a run is that many facts
    services: Services,
    joint: Joint,
    *,
    kind: str,
    trigger: str,
    principal: str,
    period: Period,
    run_id: str = "",
    request_id: str = "",
) -> Run:
    """Write the row of a new run and who asked for it, or go on with a queued one (`run_id`) that was claimed."""
    now = services.clock.now()
    with services.database.write() as session:
        run = (
            session.get_one(Run, run_id)
            if run_id
            else Run(
                id=uuid.uuid4().hex[:16],
                integration_id=joint.integration.id,
                owner=joint.integration.owner,
                kind=kind,
                trigger=trigger,
                principal=principal,
                started_at=now,
            )
        )
        run.first, run.last = period.first, period.last
        session.add(run)
        if not run_id:
            audit_asked(session, run, at=now, principal=principal, request_id=request_id)
    return run


def audit_asked(session: Session, run: Run, *, at: datetime, principal: str, request_id: str) -> None:
    """Keep who asked for a run, in which request; what it does then has the run's id."""
    audit.record(
        session,
        at=at,
        owner=run.owner,
        principal=principal,
        action="run.requested",
        integration_id=run.integration_id,
        request_id=request_id,
        details={
            "run": run.id,
            "kind": run.kind,
            "first": run.first.isoformat() if run.first else "",
            "last": run.last.isoformat() if run.last else "",
            **({"confirm": confirm} if (confirm := run.order.get("confirm")) is not None else {}),
        },
    )


def state_of(tally: Tally) -> RunState:
    """Return how a run ended that came to its end: with problems, where something needs somebody."""
    if tally.failed:
        return RunState.FAILED
    unsolved = sum(tally.counts.get(name, 0) for name in ("held", "changed", "partly"))
    return RunState.PROBLEMS if unsolved or errors(tally.findings) else RunState.DONE


def mark_interrupted(session: Session, joint: Joint, but: str, *, now: datetime) -> None:
    """Mark earlier runs that never ended; called under the posting lock, so that none of them can be alive.

    A worker's runs are left alone: another worker takes them over.
    """
    for id_ in ask(session, _UNENDED, of=joint.integration.id, but=but).scalars().all():
        row = session.get_one(Run, id_)
        row.state = RunState.INTERRUPTED.value
        row.ended_at = now
        session.add(row)


def end_run(services: Services, run: Run, state: RunState, *, tally: Tally, worker: str = "") -> Run:
    """Write how a run ended, and the audit event of it; one that was stopped goes back to the queue.

    Nothing is written when another worker has taken the run over from `worker`.
    """
    now = services.clock.now()
    with services.database.write() as session:
        row = session.get_one(Run, run.id)
        if row.worker != worker:
            return row
        row.state = state.value
        row.progress = {}
        session.add(row)
        if state is RunState.QUEUED:
            row.worker, row.seen_at = "", None
            return row
        row.counts = dict(tally.counts)
        row.findings = encode_findings(tuple(tally.findings))
        row.ended_at = now
        audit.record(
            session,
            at=now,
            owner=row.owner,
            principal=row.principal,
            action="run.ended",
            integration_id=row.integration_id,
            request_id=row.id,
            details={"state": state.value, **tally.counts},
        )
        session.flush()
        session.refresh(row)
        return row


def problem_found(problem: TakingsError) -> Finding:
    """Return the finding of what stopped a run."""
    return Finding(
        code=f"run.{_snake(type(problem).__name__)}",
        what=str(problem),
        why="The run ended before it was through; nothing is lost, and the next one goes on",
        do=way_out(problem),
        where=getattr(problem, "field", ""),
        verbatim=getattr(problem, "verbatim", ""),
    )


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def fault_of_ours(fault: Exception) -> Finding:
    """Return the finding of an error that nobody foresaw; its text may hold anything, so only its kind is kept."""
    return Finding(
        code="run.fault",
        what="The run ended by a fault in takings",
        why="Nothing is lost, and the next sync goes on",
        do="Report it, with the log of the program that ran it",
        verbatim=type(fault).__name__,
    )
