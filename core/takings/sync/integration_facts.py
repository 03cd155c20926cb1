"""Reads what the views of integrations are made of, by a constant number of queries however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from takings.store.query import chunks, columns
from takings.store.states import RunState
from takings.store.tables import AuthToken, CatalogueCode, Connection, Day, Integration, MappingRow, Run

#: The states of runs that no worker has begun.
NOT_BEGUN = (RunState.QUEUED.value, RunState.CANCELLED.value)


@dataclass(slots=True, kw_only=True)
class Facts:
    """What is read of one integration beside its row."""

    source: Connection
    target: Connection | None
    days: dict[str, int] = field(default_factory=dict)
    last_run: datetime | None = None
    last_run_state: str = ""
    open_codes: int = 0
    token: str = "none"  # noqa: S105 - what became of it


def load_facts(session: Session, rows: Sequence[Integration]) -> dict[str, Facts]:
    """Read the facts of these integrations, by their ids."""
    found: dict[str, Facts] = {}
    for some in chunks(rows):
        found |= _load(session, some)
    return found


def _load(session: Session, rows: Sequence[Integration]) -> dict[str, Facts]:
    ids = [row.id for row in rows]
    wanted = {row.source_connection_id for row in rows} | {row.target_connection_id for row in rows} - {None}
    connections = {
        one.id: one for one in session.exec(select(Connection).where(col(Connection.id).in_(wanted))).all()
    }
    facts = {
        row.id: Facts(
            source=connections[row.source_connection_id],
            target=connections[row.target_connection_id] if row.target_connection_id else None,
        )
        for row in rows
    }
    for id_, state, count in session.execute(
        columns(Day.integration_id, Day.state, func.count())
        .where(col(Day.integration_id).in_(ids))
        .group_by(col(Day.integration_id), col(Day.state))
    ):
        facts[id_].days[state] = count
    for id_, count in session.execute(_open(ids)):
        facts[id_].open_codes = count
    for id_, at, state in session.execute(_last_runs(ids)):
        facts[id_].last_run, facts[id_].last_run_state = at, state
    tokens = _tokens(session, {one.source.id for one in facts.values()})
    for one in facts.values():
        one.token = tokens.get(one.source.id, "none")
    return facts


def _open(ids: Sequence[str]) -> Any:
    decided = columns(MappingRow.code).where(
        MappingRow.integration_id == CatalogueCode.integration_id,
        MappingRow.dimension == CatalogueCode.dimension,
        MappingRow.code == CatalogueCode.code,
    )
    return (
        columns(CatalogueCode.integration_id, func.count())
        .where(col(CatalogueCode.integration_id).in_(ids), ~decided.exists())
        .group_by(col(CatalogueCode.integration_id))
    )


def _last_runs(ids: Sequence[str]) -> Any:
    """One seek in an index for each integration, however long its history is."""
    newest = (
        columns(Run.id)
        .where(Run.integration_id == Integration.id, col(Run.state).not_in(NOT_BEGUN))
        .order_by(col(Run.started_at).desc())
        .limit(1)
        .correlate(Integration)
        .scalar_subquery()
    )
    found = columns(newest).where(col(Integration.id).in_(ids))
    return columns(Run.integration_id, Run.started_at, Run.state).where(col(Run.id).in_(found))


def _tokens(session: Session, connections: set[str]) -> dict[str, str]:
    rows = session.execute(
        columns(AuthToken.connection_id, func.max(AuthToken.last_used_at))
        .where(col(AuthToken.connection_id).in_(connections), col(AuthToken.revoked_at).is_(None))
        .group_by(col(AuthToken.connection_id))
    )
    return {id_: "used" if used else "handed out" for id_, used in rows}
