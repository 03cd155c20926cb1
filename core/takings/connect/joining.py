"""Joining an organisation to an integration: which connection it gets, and when that is refused."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from takings.connect.refusals import WrongOrganisation
from takings.errors import NotFound, UsageError
from takings.plugin.connecting import Organisation
from takings.store.states import ConnectionState
from takings.store.tables import Authorisation, Connection, Integration


def integration_of(session: Session, integration_id: str, *, owner: str, component: str) -> Integration:
    """Return an owner's integration; refuses a component that is on neither of its sides."""
    row = session.get(Integration, integration_id)
    if row is None or row.owner != owner:
        raise NotFound("integration", integration_id)
    if component not in {row.source_component, row.target_component}:
        raise UsageError(f"{row.name} does not use {component}.")
    return row


def join(
    session: Session,
    integration: Integration,
    chosen: Organisation,
    *,
    authorisation: Authorisation,
    version: tuple[int, int],
    now: datetime,
) -> tuple[Connection, str]:
    """Give the integration the connection of an organisation, in the caller's transaction.

    The owner has one target connection for each organisation, whichever of their users authorised it last. Returns
    the connection, and the id of an authorisation that served it before and now serves nothing.
    """
    is_target = integration.target_component == authorisation.component
    current_id = integration.target_connection_id if is_target else integration.source_connection_id
    current = session.get(Connection, current_id) if current_id else None
    if current is not None and current.organisation not in {"", chosen.id}:
        raise WrongOrganisation(current.name or current.organisation, chosen.name or chosen.id)
    row = _reusable(session, integration, chosen, component=authorisation.component) if is_target else None
    row = row or current
    if row is None:
        row = Connection(
            id=uuid.uuid4().hex,
            owner=integration.owner,
            side="target",
            component=authorisation.component,
            settings_version=f"{version[0]}.{version[1]}",
            created_at=now,
        )
    row.organisation, row.name, row.link = chosen.id, chosen.name, chosen.link
    row.state, row.reason = ConnectionState.CONNECTED, ""
    before, row.authorisation_id = row.authorisation_id, authorisation.id
    session.add(row)
    session.flush()
    if is_target:
        integration.target_connection_id = row.id
        session.add(integration)
    return row, before if before and before != authorisation.id and unused(session, before) else ""


def unused(session: Session, authorisation_id: str | None, *, besides: str = "") -> bool:
    """Tell whether there is an authorisation that no connection uses, `besides` one."""
    if not authorisation_id:
        return False
    wanted = select(Connection.id).where(
        Connection.authorisation_id == authorisation_id,
        Connection.id != besides,
        Connection.state != ConnectionState.REVOKED,
    )
    return session.exec(wanted).first() is None


def _reusable(
    session: Session, integration: Integration, chosen: Organisation, *, component: str
) -> Connection | None:
    wanted = (
        select(Connection)
        .where(Connection.owner == integration.owner, Connection.component == component)
        .where(Connection.side == "target", Connection.organisation == chosen.id)
        .order_by(col(Connection.created_at), col(Connection.id))
    )
    return session.exec(wanted).first()
