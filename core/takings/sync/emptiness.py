"""Tells of closes without takings that come suddenly, and of what a period of the past has of them and of gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Text, type_coerce
from sqlmodel import Session, col

from takings.domain.brakes import days_empty, empty_runs
from takings.domain.findings import Finding
from takings.domain.missing import days_missing
from takings.domain.period import Period
from takings.store.query import columns
from takings.store.states import DayState
from takings.store.tables import Integration, Run
from takings.sync.confirming import period_of
from takings.sync.counting import days_in
from takings.sync.guarding import load_sizes
from takings.sync.joint import Joint, Services
from takings.sync.missing import missing_days
from takings.sync.planning import Planned

_CODE = "run.days_empty"


def tell_empty(services: Services, joint: Joint) -> list[Finding]:
    """Return a finding of each series of empty closes in the trailing window that no run has told of yet."""
    integration, today = joint.integration, joint.today(services.clock.now())
    window = Period(today - timedelta(days=integration.trailing_days), today)
    with services.database.read() as session:
        found = _empty(session, joint, window)
        told = _told(session, integration, services) if found else set()
    return [one for one in found if one.subject not in told]


def gaps(session: Session, joint: Joint, period: Period, *, today: date) -> list[Finding]:
    """Return what a period lacks: closes that usually come, and takings where there usually are some."""
    missing = missing_days(session, joint.integration, period, today=today, history=True)
    # What is stored says nothing of whether the point of sale was asked for it.
    found = [days_missing(missing, _venue(joint), asked=False)] if missing else []
    return found + _empty(session, joint, period)


def count_lacking(services: Services, joint: Joint, posting: Sequence[Planned], *, period: Period) -> dict[str, int]:
    """Count what a question about days tells beside them: the held days of a period, and closes missing between."""
    today = joint.today(services.clock.now())
    with services.database.read() as session:
        return {
            "held": len(days_in(session, joint, DayState.HELD, period=period)),
            "missing": len(missing_days(session, joint.integration, period_of(posting), today=today, history=True)),
        }


def _empty(session: Session, joint: Joint, period: Period) -> list[Finding]:
    sizes = load_sizes(session, joint.integration.id, period.first, last=period.last)
    return [days_empty(run, _venue(joint)) for run in empty_runs(sizes, period.first)]


def _venue(joint: Joint) -> str:
    return joint.source_connection.name or joint.integration.name


def _told(session: Session, integration: Integration, services: Services) -> set[str]:
    """Return the first dates of the series that earlier runs told of."""
    findings = Run.__table__.c.findings  # type: ignore[attr-defined]
    rows = session.execute(
        columns(Run.findings).where(
            Run.integration_id == integration.id,
            col(Run.started_at) > services.clock.now() - timedelta(days=integration.trailing_days + 1),
            type_coerce(findings, Text).like(f"%{_CODE}%"),
        )
    )
    return {one["subject"] for (found,) in rows for one in found if one["code"] == _CODE}
