"""Connects systems that need no consent in a browser: those with a typed-in token, and those with nothing at all."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from takings.connect import tokens
from takings.connect.refusals import WrongOrganisation
from takings.errors import UsageError
from takings.plugin.connecting import NoConnection, TokenTyped
from takings.plugin.sources import SourceType
from takings.plugin.targets import TargetType
from takings.setup.settings import migrated, show_version, validate_settings
from takings.store.secrets import KeyRing
from takings.store.tables import AuthToken, Connection, Integration


def prepare_connection(  # noqa: PLR0913 - everything that the owner gave, named
    session: Session,
    keys: KeyRing,
    integration: Integration,
    *,
    declared: SourceType | TargetType,
    side: str,
    token: str,
    settings: Mapping[str, Any],
    now: datetime,
) -> Connection:
    """Return the integration's connection of one side with the owner's token and settings, not yet joined."""
    typed = isinstance(declared.connecting, TokenTyped)
    if not typed and not isinstance(declared.connecting, NoConnection):
        raise UsageError(f"{declared.title} is connected by consent or an Auth Token, not directly.")
    if typed != bool(token):
        needs = "needs the token that it gave you" if typed else "takes no token"
        raise UsageError(f"{declared.title} {needs}.")
    component = integration.source_component if side == "source" else integration.target_component
    known = integration.source_connection_id if side == "source" else integration.target_connection_id
    connection = session.get(Connection, known) if known else None
    if connection is None:
        connection = Connection(
            id=f"con_{randomness.token_hex(6)}",
            owner=integration.owner,
            side=side,
            component=component,
            settings_version=show_version(declared.settings_version),
            created_at=now,
        )
    change_settings(session, connection, declared, settings=settings)
    session.flush()
    if typed:
        tokens.enter(session, keys=keys, connection=connection, plain=token, at=now)
    return connection


def change_settings(
    session: Session, connection: Connection, declared: SourceType | TargetType, *, settings: Mapping[str, Any]
) -> None:
    """Change settings of a connection; what is not named stays as it is."""
    place, stored = connection.component, connection.settings_version
    kept = migrated(declared, "connection", connection.settings, stored=stored, place=place)
    merged = {**kept, **settings}
    connection.settings = validate_settings(declared.connection, merged, connection.component)
    connection.settings_version = show_version(declared.settings_version)
    session.add(connection)


def join_target(
    session: Session, integration: Integration, connection: Connection, *, organisation: str, name: str
) -> None:
    """Join a connected ledger to its integration; another organisation than before is refused."""
    if connection.organisation not in {"", organisation}:
        raise WrongOrganisation(connection.name or connection.organisation, name or organisation)
    same = session.exec(
        select(Connection).where(
            Connection.owner == integration.owner,
            Connection.component == connection.component,
            Connection.organisation == organisation,
            Connection.side == "target",
            col(Connection.id) != connection.id,
        )
    ).first()
    if same is not None and same.settings == connection.settings:
        for row in tokens.live(session, connection.id):
            row.connection_id = same.id  # the newest token of the organisation serves all its integrations
            session.add(row)
        session.flush()
        session.delete(connection)
        connection = same
    connection.organisation, connection.name = organisation, name
    connection.state, connection.reason = "connected", ""
    session.add(connection)
    session.flush()
    integration.target_connection_id = connection.id
    session.add(integration)


def take_back(session: Session, connection_id: str, before: tuple[dict[str, Any], str] | None) -> None:
    """Put a connection back as it was before a connect that failed; a new one is removed with its token."""
    row = session.get_one(Connection, connection_id)
    if before is not None:
        row.settings, row.settings_version = before
        session.add(row)
        return
    for token in session.exec(select(AuthToken).where(AuthToken.connection_id == connection_id)):
        session.delete(token)
    session.flush()
    session.delete(row)
