"""The rows of runs: begun, counted, ended, and found interrupted by a later one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, select

from takings.domain.findings import Finding
from takings.domain.period import Period
from takings.store import audit
from takings.store.states import RunState
from takings.store.tables import Run
from takings.sync.encoding import encode_findings
from takings.sync.joint import Joint, Services


def begin_run(services: Services, joint: Joint, *, trigger: str, principal: str, period: Period) -> Run:
    """Write the row of a new run."""
    run = Run(
        id=uuid.uuid4().hex[:16],
        integration_id=joint.integration.id,
        owner=joint.integration.owner,
        trigger=trigger,
        principal=principal,
        first=period.first,
        last=period.last,
        started_at=services.clock.now(),
    )
    with services.database.write() as session:
        session.add(run)
    return run


def mark_interrupted(session: Session, joint: Joint, but: str, now: datetime) -> None:
    """Mark earlier runs that never ended; called under the posting lock, so that none of them can be alive."""
    rows = session.exec(
        select(Run).where(Run.integration_id == joint.integration.id, Run.state == RunState.RUNNING.value)
    ).all()
    for row in rows:
        if row.id != but:
            row.state = RunState.INTERRUPTED.value
            row.ended_at = now
            session.add(row)


def end_run(
    services: Services, run: Run, *, state: RunState, counts: Mapping[str, int], findings: Sequence[Finding]
) -> Run:
    """Write how a run ended, and the audit event of it."""
    now = services.clock.now()
    with services.database.write() as session:
        row = session.get_one(Run, run.id)
        row.state = state.value
        row.counts = dict(counts)
        row.findings = encode_findings(tuple(findings))
        row.ended_at = now
        session.add(row)
        audit.record(
            session,
            at=now,
            owner=row.owner,
            principal=row.principal,
            action="run.ended",
            integration_id=row.integration_id,
            request_id=row.id,
            details={"state": state.value, **counts},
        )
        session.flush()
        session.refresh(row)
        return row
