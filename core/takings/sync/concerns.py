"""What needs a person, of all owners, by a constant number of queries: what alerts tell of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Text, or_, type_coerce
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from takings.store.check_tables import Drift
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import columns
from takings.store.states import ConnectionState, DayState, IntegrationState, RunState
from takings.store.tables import Connection, Day, Integration, Run
from takings.sync.refusals import refused_payments
from takings.sync.unconfirmed import is_unconfirmed, past_days

#: How long a missing close is told of, unless it has come.
_MISSED = timedelta(days=7)

#: How long a run that failed is told of, unless a later one went well; whoever did not look by then was told.
_FAILED = timedelta(days=35)

#: What a draft or a paused integration waits for is known to whoever left it so.
_WATCHED = (IntegrationState.ACTIVE.value, IntegrationState.NEEDS_ATTENTION.value)
_ENDED_BADLY = (RunState.FAILED.value, RunState.INTERRUPTED.value)
_LOST = (ConnectionState.EXPIRED.value, ConnectionState.REVOKED.value)
_SETTLED = (DayState.HELD.value, DayState.PARTLY.value, DayState.CHANGED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One thing that needs a person; `key` stays the same while it stands, and `sort` joins those of a sort.

    `subject` is what of it is told in a list, like a date. An `urgent` one does not wait for the next day.
    """

    key: str
    integration: str
    sort: str
    subject: str
    what: str = ""
    urgent: bool = False


Found = dict[str, list[Concern]]


def load_concerns(session: Session, now: datetime, owner: str | None = None) -> Found:
    """Return what needs a person now, by owner, in the order in which it is told."""
    found: Found = defaultdict(list)
    for load in (_connections, _drifted, _days, _refused_payments, _unconfirmed):
        load(session, found, owner)
    _failed(session, found, owner, now=now)
    _missing(session, found, owner, now=now)
    _empty(session, found, owner, now=now)
    return {name: sorted(some, key=lambda one: one.integration.casefold()) for name, some in found.items()}


def _of(query: Any, owner: str | None) -> Any:
    watched = query.where(col(Integration.state).in_(_WATCHED))
    return watched if owner is None else watched.where(Integration.owner == owner)


def _connections(session: Session, found: Found, owner: str | None) -> None:
    sides = or_(
        col(Connection.id) == Integration.source_connection_id, col(Connection.id) == Integration.target_connection_id
    )
    query = columns(Integration.owner, Integration.name, Connection).join(Connection, sides)
    for name, integration, one in session.execute(_of(query.where(col(Connection.state).in_(_LOST)), owner)):
        what = f"{one.name or one.component} has to be connected again"
        key = f"connection:{one.id}:{one.state}"
        found[name].append(
            Concern(key=key, integration=integration, sort="connect", subject=one.id, what=what, urgent=True)
        )


def _failed(session: Session, found: Found, owner: str | None, *, now: datetime) -> None:
    """Tell of runs that failed lately: once for a reason, until a later run of the kind went well.

    Asked from the failures, which are few: there may be millions of runs.
    """
    going_on = (RunState.QUEUED.value, RunState.RUNNING.value, RunState.CANCELLED.value)
    later = aliased(Run)
    ended_since = columns(later.id).where(
        col(later.integration_id) == Run.integration_id,
        col(later.kind) == Run.kind,
        col(later.started_at) > Run.started_at,
        col(later.state).not_in(going_on),
    )
    query = (
        columns(Integration.owner, Integration.name, Integration.id, Run.kind, Run.state, Run.findings)
        .join(Run, Run.integration_id == Integration.id)
        .where(
            col(Run.state).in_(_ENDED_BADLY),
            col(Run.started_at) > now - _FAILED,
            col(Run.kind).not_in(("preview", "fetch")),
            ~ended_since.exists(),
        )
    )
    for name, integration, id_, kind, state, findings in session.execute(_of(query, owner)):
        last = findings[-1] if findings else {"code": state, "what": "It did not finish"}
        ended = "failed" if state == RunState.FAILED.value else "did not finish"
        what = f"The last {_RUNS.get(kind, kind)} {ended}: {last['what']}"
        key = f"failed:{id_}:{kind}:{last['code']}"
        found[name].append(
            Concern(key=key, integration=integration, sort="failed", subject=kind, what=what, urgent=True)
        )


_RUNS = {"verify": "check of the ledger"}


def _drifted(session: Session, found: Found, owner: str | None) -> None:
    query = columns(Integration.owner, Integration.name, Drift).join(Drift, Drift.integration_id == Integration.id)
    rows = session.execute(_of(query.where(Drift.noted_by == ""), owner).order_by(col(Drift.business_date)))
    for name, integration, one in rows:
        told = one.findings[0]["what"] if one.findings else one.document
        found[name].append(
            Concern(
                key=f"drift:{one.integration_id}:{one.document}:{one.found_at.isoformat()}",
                integration=integration,
                sort="drift",
                subject=f"{one.business_date} {one.number}".strip(),
                what=told,
                urgent=True,
            )
        )


def _days(session: Session, found: Found, owner: str | None) -> None:
    # While a run is at it, it is no concern that days are being taken back.
    going_on = columns(Run.id).where(Run.integration_id == Integration.id, Run.state == RunState.RUNNING.value)
    query = (
        columns(Integration.owner, Integration.name, Integration.id, Day)
        .join(Day, Day.integration_id == Integration.id)
        .where(or_(col(Day.state).in_(_SETTLED), (col(Day.state) == DayState.UNDOING.value) & ~going_on.exists()))
        .order_by(col(Day.business_date), col(Day.sequence))
    )
    for name, integration, id_, day in session.execute(_of(query, owner)):
        content = f":{day.record_id}" if day.state == DayState.CHANGED.value else ""
        found[name].append(
            Concern(
                key=f"{day.state}:{id_}:{day.site}:{day.business_date}.{day.sequence}{content}",
                integration=integration,
                sort=day.state,
                subject=str(day.business_date) + (f" ({day.sequence})" if day.sequence > 1 else ""),
                what=day.findings[0]["what"] if day.findings else "",
            )
        )


def _refused_payments(session: Session, found: Found, owner: str | None) -> None:
    """Tell of documents whose payments the ledger refused after their approval: their days are posted."""
    wanted = (Integration.owner, Integration.name, Integration.id, UnitRow.id, UnitRow.first, OperationRow.findings)
    told: set[int] = set()
    for name, integration, id_, unit_id, first, findings in session.execute(_of(refused_payments(*wanted), owner)):
        if unit_id not in told:
            told.add(unit_id)
            found[name].append(
                Concern(
                    key=f"payments:{id_}:{unit_id}",
                    integration=integration,
                    sort="payments",
                    subject=str(first),
                    what=findings[0]["what"] if findings else "",
                )
            )


def _unconfirmed(session: Session, found: Found, owner: str | None) -> None:
    """Tell of days of the past that nobody has confirmed, however long ago they came."""
    wanted = (Integration.owner, Integration.name, Integration.id, Day.site, Day.sequence)
    for name, integration, id_, site, sequence, day, confirmed in session.execute(_of(past_days(*wanted), owner)):
        if is_unconfirmed(day, confirmed):
            found[name].append(
                Concern(
                    key=f"unconfirmed:{id_}:{site}:{day}.{sequence}",
                    integration=integration,
                    sort="unconfirmed",
                    subject=str(day) + (f" ({sequence})" if sequence > 1 else ""),
                    what="Nothing of the past is posted before somebody has seen its counts and totals",
                )
            )


def _missing(session: Session, found: Found, owner: str | None, *, now: datetime) -> None:
    """Tell of closes that runs have missed lately and that have not come since."""
    findings = Run.__table__.c.findings  # type: ignore[attr-defined]
    query = (
        columns(Integration.owner, Integration.name, Integration.id, Run.findings)
        .join(Run, Run.integration_id == Integration.id)
        .where(col(Run.started_at) > now - _MISSED, type_coerce(findings, Text).like("%run.day_missing%"))
    )
    missed: dict[tuple[str, str, str], set[date]] = defaultdict(set)
    for name, integration, id_, told in session.execute(_of(query, owner)):
        for one in told:
            if one["code"] == "run.day_missing":
                missed[name, integration, id_] |= {date.fromisoformat(day) for day in one["subject"].split(", ")}
    for (name, integration, id_), days in missed.items():
        come = columns(Day.business_date).where(Day.integration_id == id_, col(Day.business_date).in_(days))
        for day in sorted(days - set(session.execute(come).scalars())):
            found[name].append(
                Concern(key=f"missing:{id_}:{day}", integration=integration, sort="missing", subject=str(day))
            )


def _empty(session: Session, found: Found, owner: str | None, *, now: datetime) -> None:
    """Tell of closes without takings that runs have noticed lately, as long as no takings came since."""
    findings = Run.__table__.c.findings  # type: ignore[attr-defined]
    query = (
        columns(Integration.owner, Integration.name, Integration.id, Run.findings)
        .join(Run, Run.integration_id == Integration.id)
        .where(col(Run.started_at) > now - _MISSED, type_coerce(findings, Text).like("%run.days_empty%"))
    )
    for name, integration, id_, told in session.execute(_of(query, owner)):
        for one in told:
            if one["code"] == "run.days_empty" and not _took_since(session, id_, date.fromisoformat(one["subject"])):
                key = f"empty:{id_}:{one['subject']}"
                found[name].append(
                    Concern(key=key, integration=integration, sort="empty", subject=one["subject"], what=one["what"])
                )


def _took_since(session: Session, integration_id: str, first: date) -> bool:
    query = columns(Day.counted_total).where(Day.integration_id == integration_id, Day.business_date >= first)
    return any(session.execute(query).scalars())
