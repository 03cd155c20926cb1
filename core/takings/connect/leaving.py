"""Disconnecting, in the order that leaves nothing behind: disconnect there, revoke, forget here."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update
from sqlmodel import Session, col

from takings.connect import components, joining
from takings.connect.authorising import LOCK_WAIT, refresh_lock
from takings.connect.components import Host
from takings.connect.context import PluginContext
from takings.connect.installation import Installation
from takings.connect.token_endpoint import GrantRefused, TokenEndpoint
from takings.connect.vault import Vault
from takings.errors import AuthorisationExpired, Disconnected, NotFound, TakingsError
from takings.plugin.connecting import OAuth2, Organisation
from takings.plugin.context import Clock
from takings.store import audit
from takings.store.database import Database
from takings.store.states import ConnectionState
from takings.store.tables import AuthToken, Connection

#: The other system says that the connection is gone already: what was wanted.
_GONE = (AuthorisationExpired, Disconnected, GrantRefused)


class Leaving:
    """Ends connections; `request_id` is that of the request in which somebody asked for it."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        host: Host,
        *,
        installation: Installation,
        clock: Clock,
        request_id: str = "",
    ) -> None:
        self._database, self._vault, self._request_id = database, vault, request_id
        self._host, self._installation, self._clock = host, installation, clock

    def disconnect(
        self,
        connection_id: str,
        *,
        owner: str,
        principal: str,
        force: bool,
        context: Callable[[str, str], PluginContext],
        endpoint: Callable[[str], TokenEndpoint],
    ) -> str:
        """End a connection; returns the id of the authorisation whose tokens were forgotten, or nothing."""
        with self._database.read() as session:
            row = session.get(Connection, connection_id)
            if row is None or row.owner != owner:
                raise NotFound("connection", connection_id)
            authorisation_id = row.authorisation_id or ""
            is_last = joining.unused(session, authorisation_id, besides=row.id)
        if authorisation_id:
            self._tell(lambda: self._declared(row, context(authorisation_id, row.component)), force=force)
            if is_last:
                self._tell(lambda: self._revoke(row, endpoint(row.component)), force=force)
        return self._forgotten(row, principal=principal)

    def _tell(self, work: Callable[[], None], *, force: bool) -> None:
        try:
            work()
        except _GONE:
            return
        except TakingsError:
            if not force:
                raise

    def _declared(self, row: Connection, context: PluginContext) -> None:
        connecting = components.declaration(self._host, row.component).connecting
        if isinstance(connecting, OAuth2) and connecting.disconnect is not None:
            settings = components.installed(self._host, self._installation, row.component)
            organisation = Organisation(id=row.organisation, name=row.name, link=row.link)
            with self._host.guard(row.component):
                connecting.disconnect(context, settings, organisation)

    def _revoke(self, row: Connection, endpoint: TokenEndpoint) -> None:
        assert row.authorisation_id is not None
        held = self._vault.load(row.authorisation_id, system=row.name or row.component)
        if held.tokens.refresh:
            endpoint.revoke(held.tokens.refresh)

    def _forgotten(self, row: Connection, *, principal: str) -> str:
        if not row.authorisation_id:
            with self._database.write() as session:
                self._note(session, row, principal)
            return ""
        lock = self._database.lock(refresh_lock(row.authorisation_id), wait=LOCK_WAIT)
        with lock, self._database.write() as session:
            self._note(session, row, principal)
            # Asked again: another connection may have been joined to it meanwhile.
            if not joining.unused(session, row.authorisation_id):
                return ""
            self._vault.forget(session, row.authorisation_id, self._clock.now())
            return row.authorisation_id

    def _note(self, session: Session, row: Connection, principal: str) -> None:
        now, connection = self._clock.now(), session.connection()
        connection.execute(
            update(Connection)
            .where(col(Connection.id) == row.id)
            .values(state=ConnectionState.REVOKED, reason="It was disconnected here.", authorisation_id=None)
        )
        connection.execute(
            update(AuthToken)
            .where(col(AuthToken.connection_id) == row.id, col(AuthToken.revoked_at).is_(None))
            .values(revoked_at=now, sealed="")
        )
        audit.record(
            session,
            at=now,
            owner=row.owner,
            principal=principal,
            action="connection.disconnected",
            request_id=self._request_id,
            details={"connection": row.id, "organisation": row.organisation, "name": row.name},
        )
