"""Finds closes that should have arrived and did not, and tells of each date once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Text, bindparam, type_coerce
from sqlmodel import Session, col

from takings.domain.findings import Finding
from takings.domain.missing import EVIDENCE_WEEKS, REPORT_AFTER, days_missing, missing_dates
from takings.domain.period import Period
from takings.store.query import ask, columns, fields
from takings.store.tables import Day, Integration, Run
from takings.sync.joint import Joint, Services

_CODE = "run.day_missing"

_DAY = fields(Day)
_DATES = (
    columns(_DAY.business_date)
    .where(
        _DAY.integration_id == bindparam("of"),
        _DAY.business_date.between(bindparam("first"), bindparam("last")),
    )
    .distinct()
)


def missing_days(
    session: Session, integration: Integration, period: Period, *, today: date, history: bool = False
) -> tuple[date, ...]:
    """Return the dates of a period whose close has not arrived though it is late enough to miss it.

    Nothing is missed before the integration's start date, unless it is asked for `history`.
    """
    last = min(period.last, today - timedelta(days=report_after(integration)))
    first = period.first if history else max(period.first, integration.start_date or period.first)
    if first > last:
        return ()
    since = first - timedelta(weeks=EVIDENCE_WEEKS)
    known = ask(session, _DATES, of=integration.id, first=since, last=last)
    missing = missing_dates(known.scalars().all(), Period(first, last))
    return tuple(day for day in missing if day.isoformat() not in integration.closed)


def report_after(integration: Integration) -> int:
    """Return after how many days a close that has not arrived is missed."""
    return int(integration.schedule.get("missing_after", REPORT_AFTER))


def tell_missing(services: Services, joint: Joint, *, asked: bool) -> list[Finding]:
    """Return a finding of the missing days of the trailing window that no run has told of yet.

    `asked` says whether the point of sale was asked for the days of the window.
    """
    integration, now = joint.integration, services.clock.now()
    today = joint.today(now)
    window = Period(today - timedelta(days=integration.trailing_days), today)
    with services.database.read() as session:
        dates = missing_days(session, integration, window, today=today)
        told = _told(session, integration, now) if dates else set()
    new = [day for day in dates if day.isoformat() not in told]
    return [days_missing(new, joint.source_connection.name or integration.name, asked=asked)] if new else []


def _told(session: Session, integration: Integration, now: datetime) -> set[str]:
    """Return the dates that earlier runs told of; a date leaves the window before the runs that told of it do."""
    findings = Run.__table__.c.findings  # type: ignore[attr-defined]
    rows = session.execute(
        columns(Run.findings).where(
            Run.integration_id == integration.id,
            col(Run.started_at) > now - timedelta(days=integration.trailing_days + 1),
            type_coerce(findings, Text).like(f"%{_CODE}%"),
        )
    )
    return {day for (found,) in rows for one in found if one["code"] == _CODE for day in one["subject"].split(", ")}
