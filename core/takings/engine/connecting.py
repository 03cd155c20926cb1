"""The part of the engine that connects: Auth Tokens handed out, and the ledger's consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import Session, select

from takings.connect import tokens
from takings.engine.base import EngineBase
from takings.errors import NotFound, PostingDisabled, TakingsError, UsageError
from takings.plugin.connecting import TokenHandedOut
from takings.setup import direct
from takings.setup.lookup import find_integration
from takings.store.states import IntegrationState
from takings.store.tables import Connection, Integration
from takings.sync.joint import Joint
from takings.views import ConnectView, IntegrationView, OrganisationView, Principal


class Connecting(EngineBase):
    """Auth Tokens and authorisations."""

    def new_token(self, principal: Principal, ref: str) -> str:
        """Make the integration's Auth Token and return it, this once; an older one stops working."""
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            connecting = joint.source_type.connecting
            if not isinstance(connecting, TokenHandedOut):
                raise UsageError(f"{joint.source_type.title} is not connected by an Auth Token.")
            self._revoke_tokens(session, principal, joint)
            plain = tokens.create(
                session,
                keys=self.keys,
                connection=joint.source_connection,
                presented=connecting.presented,
                at=self.clock.now(),
            )
            self._audit(session, principal, "token.created", row=joint.integration)
            return plain

    def revoke_token(self, principal: Principal, ref: str) -> None:
        """Stop the integration's Auth Token from working."""
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            if not self._revoke_tokens(session, principal, joint):
                raise NotFound("Auth Token of", ref)
            self._audit(session, principal, "token.revoked", row=joint.integration)

    def _revoke_tokens(self, session: Session, principal: Principal, joint: Joint) -> int:
        rows = tokens.live(session, joint.source_connection.id)
        for row in rows:
            tokens.revoke(session, row.id, owner=principal.owner, at=self.clock.now())
        return len(rows)

    def connect_directly(
        self,
        principal: Principal,
        ref: str,
        *,
        side: str = "target",
        token: str = "",
        settings: Mapping[str, Any] | None = None,
    ) -> IntegrationView:
        """Connect a system without a browser: with a token that it gave the owner, or with nothing.

        `settings` are those of the connection. The ledger is asked for its organisation, which must stay the same.
        """
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            declared = joint.source_type if side == "source" else joint.target_type
            known = joint.target_connection
            before = (known.settings, known.settings_version) if known else None
            connection = direct.prepare_connection(
                session,
                self.keys,
                joint.integration,
                declared=declared,
                side=side,
                token=token,
                settings=settings or {},
                now=self.clock.now(),
            )
            if side == "source":
                connection.state = "connected"
                session.add(connection)
        if side == "target":
            self._join_or_take_back(principal, ref, connection, before=before)
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            self._audit(session, principal, f"connection.{side}_joined", row=row)
            return self._one(session, row)

    def _join_or_take_back(
        self, principal: Principal, ref: str, connection: Connection, *, before: tuple[dict[str, Any], str] | None
    ) -> None:
        try:
            self._join_target(principal, ref, connection)
        except TakingsError:
            with self.database.write() as session:
                direct.take_back(session, connection.id, before)
            raise

    def _join_target(self, principal: Principal, ref: str, connection: Connection) -> None:
        with self.database.read() as session:
            joint = replace(self._joint(session, principal, ref), target_connection=connection)
        chart = self._chart(joint, joined=False)
        with self.database.write() as session:
            direct.join_target(
                session,
                find_integration(session, principal.owner, ref),
                session.get_one(Connection, connection.id),
                organisation=chart.organisation,
                name=chart.organisation_name,
            )

    def set_connection(
        self, principal: Principal, ref: str, *, side: str, settings: Mapping[str, Any]
    ) -> IntegrationView:
        """Change settings of a connection that is there, like which location of the point of sale is read."""
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            connection = joint.source_connection if side == "source" else joint.target_connection
            if connection is None:
                raise PostingDisabled(joint.integration.name, "not connected to a ledger")
            declared = joint.source_type if side == "source" else joint.target_type
            direct.change_settings(session, connection, declared, settings=settings)
            self._audit(session, principal, f"connection.{side}_configured", row=joint.integration)
            session.flush()
            return self._one(session, joint.integration)

    def begin_connect(self, principal: Principal, ref: str, redirect_uri: str, *, side: str = "target") -> str:
        """Begin to connect the ledger, or the source; returns the address that the owner opens to consent."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
        return self.oauth.begin(
            integration_id=row.id,
            owner=principal.owner,
            principal=principal.name,
            component=row.source_component if side == "source" else row.target_component,
            redirect_uri=redirect_uri,
        )

    def finish_connect(
        self, principal: Principal, *, state: str, code: str = "", error: str = "", error_description: str = ""
    ) -> ConnectView:
        """Finish what `begin_connect` began, with what came back to the redirect address."""
        finished = self.oauth.finish(
            state=state,
            code=code,
            error=error,
            error_description=error_description,
            principal=principal.name,
            owner=principal.owner,
        )
        return ConnectView(
            integration=finished.integration_id,
            authorisation_id=finished.authorisation_id,
            component=finished.component,
            organisations=tuple(OrganisationView(id=one.id, name=one.name) for one in finished.organisations),
        )

    def choose_organisation(
        self, principal: Principal, connect: ConnectView, organisation_id: str
    ) -> IntegrationView:
        """Join one organisation of a finished authorisation to the integration."""
        self.oauth.choose(
            integration_id=connect.integration,
            authorisation_id=connect.authorisation_id,
            organisation_id=organisation_id,
            owner=principal.owner,
            principal=principal.name,
            request_id=principal.request_id,
        )
        with self.database.write() as session:
            row = find_integration(session, principal.owner, connect.integration)
            if row.state == IntegrationState.NEEDS_ATTENTION.value:
                row.state, row.reason = IntegrationState.ACTIVE.value, ""
                session.add(row)
            session.flush()
            return self._one(session, row)

    def sharing_ledger(self, principal: Principal, ref: str) -> tuple[str, ...]:
        """Return the names of the owner's other integrations that post through the same connection."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            if row.target_connection_id is None:
                return ()
            query = select(Integration.name).where(
                Integration.owner == principal.owner,
                Integration.target_connection_id == row.target_connection_id,
                Integration.id != row.id,
            )
            return tuple(sorted(session.exec(query).all(), key=str.casefold))

    def disconnect(self, principal: Principal, ref: str) -> None:
        """Disconnect the integration's ledger, for all that share it (`sharing_ledger`); what was posted stays."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
        if row.target_connection_id is None:
            raise PostingDisabled(row.name, "not connected to a ledger")
        self.oauth.disconnect(
            row.target_connection_id, principal.owner, principal.name, request_id=principal.request_id
        )
