"""The part of the engine that deletes an integration: what is removed here, and what stays in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, or_
from sqlmodel import Session, col

from takings.engine.base import EngineBase
from takings.errors import Busy, UsageError
from takings.setup.lookup import find_integration
from takings.store import audit
from takings.store.check_tables import Drift, LedgerNotice, Verification
from takings.store.journal import CallRow, NumberRow, OAuthSession, OperationRow, UnitRow
from takings.store.query import columns
from takings.store.setup_tables import LedgerChart, SetupLink, SetupSession, WebSession
from takings.store.states import ConnectionState, RunState, UnitState
from takings.store.tables import (
    AuthToken,
    CatalogueCode,
    Connection,
    Cursor,
    Day,
    Integration,
    MappingRow,
    Record,
    Run,
)
from takings.views import Principal
from takings.views.history import DeletedView

_WAIT = timedelta(seconds=2)

#: A run that has shown no sign of life for longer has died with its process.
_SIGN_OF_LIFE = timedelta(minutes=15)

#: What goes with an integration, in an order that leaves no reference behind.
_OWN: tuple[Any, ...] = (
    SetupSession, SetupLink, WebSession, OAuthSession, Day, Record, Cursor, MappingRow, CatalogueCode, Run, NumberRow,
    Verification, Drift,
)  # fmt: skip


class Deleting(EngineBase):
    """Deleting integrations."""

    def delete(self, principal: Principal, ref: str, *, request_id: str = "") -> DeletedView:
        """Delete an integration with its days, mapping and runs; audit events are kept, the ledger is not touched.

        Raises `UsageError` while its ledger is connected, `Busy` while a run is at work. Documents carry their days'
        keys in the ledger, so setting the same venue up again later posts none of them a second time.
        """
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            self._check(session, row)
            organisation = _organisation(session, row)
        with self.database.lock(f"post:{organisation}", wait=_WAIT), self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            self._check(session, row)
            view = _told(session, row)
            _remove(session, row)
            audit.record(
                session,
                at=self.clock.now(),
                owner=principal.owner,
                principal=principal.name,
                action="integration.deleted",
                integration_id=row.id,
                request_id=request_id or principal.request_id,
                details={"name": row.name, "days": view.days, "documents": view.documents},
            )
            return view

    def what_deleting_removes(self, principal: Principal, ref: str) -> DeletedView:
        """Say what `delete` would remove and what would stay; changes nothing."""
        with self.database.read() as session:
            return _told(session, find_integration(session, principal.owner, ref))

    def _check(self, session: Session, row: Integration) -> None:
        target = session.get(Connection, row.target_connection_id) if row.target_connection_id else None
        if target is not None and target.state in (ConnectionState.CONNECTED.value, ConnectionState.EXPIRED.value):
            raise UsageError(f"{row.name} is connected to {target.name or target.component}; disconnect it first.")
        alive = self.clock.now() - _SIGN_OF_LIFE
        at_work = columns(func.count()).where(
            Run.integration_id == row.id,
            Run.state == RunState.RUNNING.value,
            or_(col(Run.started_at) > alive, col(Run.seen_at) > alive),
        )
        if session.execute(at_work).scalar_one():
            raise Busy(target.name if target and target.name else row.name)


def _organisation(session: Session, row: Integration) -> str:
    target = session.get(Connection, row.target_connection_id) if row.target_connection_id else None
    return f"{target.component}/{target.organisation}" if target else row.id


def _told(session: Session, row: Integration) -> DeletedView:
    target = session.get(Connection, row.target_connection_id) if row.target_connection_id else None
    days = session.execute(columns(func.count()).select_from(Day).where(Day.integration_id == row.id)).scalar_one()
    states = session.execute(
        columns(UnitRow.state, func.count()).where(UnitRow.integration_id == row.id).group_by(col(UnitRow.state))
    )
    units = {state: int(number) for state, number in states}
    organisation = target.name if target else ""
    return DeletedView(
        integration=row.name,
        organisation=organisation,
        days=int(days),
        documents=sum(units.values()),
        stays=_stays(units, organisation or "the ledger"),
    )


def _stays(units: Mapping[str, int], ledger: str) -> str:
    whole = units.get(UnitState.POSTED.value, 0)
    part = sum(units.values()) - whole
    if not whole and not part:
        return "Nothing was posted, so nothing stays in the ledger."
    said = f"What was posted stays in {ledger}: {whole} document{'' if whole == 1 else 's'}"
    return f"{said}, and {part} of which a part may stand." if part else f"{said}."


def _remove(session: Session, row: Integration) -> None:
    connection = session.connection()
    units = columns(UnitRow.id).where(UnitRow.integration_id == row.id)
    connection.execute(delete(OperationRow).where(col(OperationRow.unit_id).in_(units)))
    connection.execute(delete(UnitRow).where(col(UnitRow.integration_id) == row.id))
    runs = columns(Run.id).where(Run.integration_id == row.id)
    connection.execute(delete(CallRow).where(col(CallRow.run_id).in_(runs)))
    for table in _OWN:
        connection.execute(delete(table).where(table.integration_id == row.id))
    ids = [one for one in (row.source_connection_id, row.target_connection_id) if one]
    connection.execute(delete(Integration).where(col(Integration.id) == row.id))
    for id_ in ids:
        shared = columns(func.count()).where(
            (col(Integration.source_connection_id) == id_) | (col(Integration.target_connection_id) == id_)
        )
        if not session.execute(shared).scalar_one():
            connection.execute(delete(AuthToken).where(col(AuthToken.connection_id) == id_))
            connection.execute(delete(LedgerChart).where(col(LedgerChart.connection_id) == id_))
            connection.execute(delete(LedgerNotice).where(col(LedgerNotice.connection_id) == id_))
            connection.execute(delete(Connection).where(col(Connection.id) == id_))
