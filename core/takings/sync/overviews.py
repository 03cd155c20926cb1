"""Builds the overview of an owner's integrations, by a constant number of queries however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from takings.domain.money import ZERO
from takings.store.journal import UnitRow
from takings.store.query import columns
from takings.store.states import ConnectionState, DayState, IntegrationState, RunState
from takings.store.tables import CatalogueCode, Connection, Day, Integration, MappingRow, Record, Run
from takings.store.types import from_json
from takings.sync.attention import drift_reason
from takings.sync.drift import drifted_of
from takings.sync.refusals import refused_payments
from takings.sync.unconfirmed import is_unconfirmed, past_days
from takings.views.history import AttentionView, OverviewView, Standing, TakingsView

#: Runs that are waiting or at work.
GOING_ON = (RunState.QUEUED.value, RunState.RUNNING.value)

_ENDED_BADLY = (RunState.FAILED.value, RunState.INTERRUPTED.value)
_LOST = (ConnectionState.EXPIRED.value, ConnectionState.REVOKED.value)


@dataclass(slots=True)
class _Facts:
    """What was read of one integration."""

    days: dict[str, int] = field(default_factory=dict)
    open_codes: int = 0
    unconfirmed: int = 0
    refused: int = 0
    drifted: tuple[int, str] = (0, "")
    last_run: tuple[str, datetime, str] | None = None
    running: str = ""
    takings: dict[date, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    currency: str = ""


def load_overviews(
    session: Session,
    owner: str,
    *,
    now: datetime,
    days: int,
    only: str | None = None,
    titles: Mapping[str, str] | None = None,
) -> list[OverviewView]:
    """Read the overview of all integrations of an owner, or of one: those that need a person first.

    `days` is for how many dates takings are given, `titles` what components are called before they are connected.
    """
    source, target = aliased(Connection), aliased(Connection)
    query = (
        columns(Integration, source, target)
        .join(source, col(source.id) == Integration.source_connection_id)
        .outerjoin(target, col(target.id) == Integration.target_connection_id)
        .where(Integration.owner == owner)
        .order_by(func.lower(Integration.name))
    )
    if only is not None:
        query = query.where(Integration.id == only)
    rows = session.execute(query).all()
    facts = _load_facts(session, [row.id for row, _, _ in rows], owner, since=now.date() - timedelta(days=days))
    views = [
        replace(
            _overview(row, source_row, target_row, facts=facts[row.id], now=now, days=days),
            source=source_row.name or (titles or {}).get(source_row.component, source_row.component),
        )
        for row, source_row, target_row in rows
    ]
    order = list(Standing)
    return sorted(views, key=lambda view: order.index(view.standing))


def _load_facts(session: Session, ids: Sequence[str], owner: str, *, since: date) -> Mapping[str, _Facts]:
    facts: dict[str, _Facts] = {id_: _Facts() for id_ in ids}
    if not ids:
        return facts
    for id_, state, number in session.execute(
        columns(Day.integration_id, Day.state, func.count())
        .where(col(Day.integration_id).in_(ids))  # all of them are this owner's; the index alone answers it
        .group_by(col(Day.integration_id), col(Day.state))
    ):
        facts[id_].days[state] = number
    decided = columns(MappingRow.code).where(
        MappingRow.integration_id == CatalogueCode.integration_id,
        MappingRow.dimension == CatalogueCode.dimension,
        MappingRow.code == CatalogueCode.code,
    )
    for id_, number in session.execute(
        columns(CatalogueCode.integration_id, func.count())
        .where(CatalogueCode.owner == owner, col(CatalogueCode.integration_id).in_(ids), ~decided.exists())
        .group_by(col(CatalogueCode.integration_id))
    ):
        facts[id_].open_codes = number
    for id_, day, confirmed in session.execute(past_days(Day.integration_id).where(col(Day.integration_id).in_(ids))):
        facts[id_].unconfirmed += is_unconfirmed(day, confirmed)
    refused = refused_payments(Integration.id, func.count(UnitRow.id.distinct())).order_by(None)  # type: ignore[union-attr]
    for id_, number in session.execute(refused.where(col(Integration.id).in_(ids)).group_by(col(Integration.id))):
        facts[id_].refused = number
    for id_, drifted in drifted_of(session, ids).items():
        facts[id_].drifted = drifted
    _add_runs(session, facts, owner)
    _add_takings(session, facts, since)
    return facts


def _add_runs(session: Session, facts: dict[str, _Facts], owner: str) -> None:
    newest = _first_of(
        columns(Run.id)
        .where(
            Run.integration_id == Integration.id,
            Run.kind != "verify",
            col(Run.state).not_in((*GOING_ON, RunState.CANCELLED.value)),
        )
        .order_by(col(Run.started_at).desc())
    )
    ids = columns(newest).where(Integration.owner == owner, col(Integration.id).in_(facts))
    wanted = columns(Run.integration_id, Run.id, Run.started_at, Run.state)
    for id_, run, at, state in session.execute(wanted.where(col(Run.id).in_(ids))):
        facts[id_].last_run = (run, at, state)
    going_on = wanted.where(Run.owner == owner, col(Run.state).in_(GOING_ON)).order_by(col(Run.started_at))
    for id_, run, _, _ in session.execute(going_on):
        if id_ in facts:
            facts[id_].running = facts[id_].running or run


def _first_of(query: Any) -> Any:
    """Return the first row of a query for each integration: one seek in an index, however long the history is."""
    return query.correlate(Integration).limit(1).scalar_subquery()


def _add_takings(session: Session, facts: dict[str, _Facts], since: date) -> None:
    rows = session.execute(
        columns(Day.integration_id, Day.business_date, Day.counted_total).where(
            col(Day.integration_id).in_(facts), Day.business_date >= since
        )
    )
    for id_, business_date, total in rows:
        facts[id_].takings[business_date] += total
    for id_, currency in currencies(session, list(facts)).items():
        facts[id_].currency = currency


def currencies(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """Return the currency of each of these integrations, as its newest day says it."""
    newest = _first_of(
        columns(Day.record_id).where(Day.integration_id == Integration.id).order_by(col(Day.business_date).desc())
    )
    found = columns(newest).where(col(Integration.id).in_(ids))
    rows = session.execute(columns(Record.integration_id, Record.canonical).where(col(Record.id).in_(found)))
    return {id_: str(from_json(canonical)["site"]["currency"]) for id_, canonical in rows}


def _overview(
    row: Integration, source: Connection, target: Connection | None, *, facts: _Facts, now: datetime, days: int
) -> OverviewView:
    attention = _attention(row, source, target, facts=facts)
    last: tuple[str, datetime | None, str] = facts.last_run or ("", None, "")
    return OverviewView(
        id=row.id,
        name=row.name,
        state=row.state,
        reason=row.reason,
        standing=_standing(row, facts, attention),
        source=source.name or source.component,
        organisation=target.name if target else "",
        timezone=str(row.schedule.get("timezone") or "UTC"),
        next_due=row.next_due if row.state == IntegrationState.ACTIVE.value else None,
        last_run_id=last[0],
        last_run=last[1],
        last_run_state=last[2],
        running=facts.running,
        days=facts.days,
        open_codes=facts.open_codes,
        attention=attention,
        takings=_series(facts.takings, now.date(), days),
        currency=facts.currency,
    )


def _standing(row: Integration, facts: _Facts, attention: Sequence[AttentionView]) -> Standing:
    if row.state == IntegrationState.PAUSED.value:
        return Standing.PAUSED
    if row.state == IntegrationState.DRAFT.value:
        return Standing.RUNNING if facts.running else Standing.UNFINISHED
    if attention or row.state == IntegrationState.NEEDS_ATTENTION.value:
        return Standing.ATTENTION
    return Standing.RUNNING if facts.running else Standing.HEALTHY


def _attention(
    row: Integration, source: Connection, target: Connection | None, *, facts: _Facts
) -> tuple[AttentionView, ...]:
    found: list[tuple[str, str]] = []
    if row.state == IntegrationState.DRAFT.value:
        return ()
    for connection in (source, target):
        if connection is not None and connection.state in _LOST:
            reason = connection.reason or "Its authorisation no longer works"
            found.append((f"{connection.name or connection.component} is not connected. {reason}", "connect"))
    if facts.open_codes:
        found.append((f"{_several(facts.open_codes, 'code')} without a decision", "map"))
    held = facts.days.get(DayState.HELD.value, 0) + facts.days.get(DayState.PARTLY.value, 0)
    if held:
        found.append((f"{_several(held, 'day')} held back", "held"))
    changed = facts.days.get(DayState.CHANGED.value, 0)
    if changed:
        found.append((f"{_several(changed, 'day')} changed after posting", "changed"))
    undoing = facts.days.get(DayState.UNDOING.value, 0)
    if undoing and not facts.running:
        found.append((f"{_several(undoing, 'day')} taken back in part", "held"))
    if facts.refused:
        found.append((f"{_several(facts.refused, 'document')} whose payments were refused", "payments"))
    if facts.unconfirmed:
        wait = "waits" if facts.unconfirmed == 1 else "wait"
        found.append((f"{_several(facts.unconfirmed, 'day')} of the past {wait} to be confirmed", "review"))
    differing, _ = facts.drifted
    if differing:
        found.append((drift_reason(differing), "drift"))
    if row.state == IntegrationState.NEEDS_ATTENTION.value and row.reason and not found:
        found.append((row.reason, "connect"))
    if facts.last_run and facts.last_run[2] in _ENDED_BADLY and not facts.running:
        found.append((f"The last sync {_ended(facts.last_run[2])}", f"run:{facts.last_run[0]}"))
    return tuple(AttentionView(what=what, where=where) for what, where in found)


def _ended(state: str) -> str:
    return "did not finish" if state == RunState.INTERRUPTED.value else "failed"


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _series(found: Mapping[date, Decimal], today: date, days: int) -> tuple[TakingsView, ...]:
    """Return one entry for each of the last days up to the newest that is known; nothing where none is."""
    if not found:
        return ()
    last = max(*found, today - timedelta(days=1))
    dates: list[Any] = [last - timedelta(days=back) for back in reversed(range(days))]
    return tuple(TakingsView(business_date=one, total=found.get(one, ZERO)) for one in dates)
