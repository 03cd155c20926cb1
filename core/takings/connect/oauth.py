"""Connecting by OAuth 2: sending the owner away, taking them back, joining an organisation, disconnecting."""

from __future__ import annotations

import hashlib
import threading
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from takings.connect import components, joining, protocol, scopes
from takings.connect.authorising import LOCK_WAIT, OAuthAuthoriser, refresh_lock
from takings.connect.components import Host
from takings.connect.context import AuthorisedHttp, PluginContext, PluginLog
from takings.connect.files import NoFiles
from takings.connect.http import HttpPool
from takings.connect.installation import Installation
from takings.connect.leaving import Leaving
from takings.connect.redaction import Secrets
from takings.connect.refusals import CodeRefused, ConnectInvalid, ConsentDenied, RedirectRefused
from takings.connect.token_endpoint import GrantRefused, TokenEndpoint
from takings.connect.token_sets import TokenSet
from takings.connect.vault import Vault
from takings.errors import NotFound, Retry
from takings.plugin.connecting import Organisation
from takings.plugin.context import Clock
from takings.store import audit
from takings.store.database import Database
from takings.store.journal import OAuthSession
from takings.store.secrets import KeyRing, new_token, token_digest
from takings.store.states import ConnectionState
from takings.store.tables import Authorisation, Connection, Integration

#: How long the owner may take to consent.
SESSION_LIFE = timedelta(minutes=10)
_SWEEP = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedConnect:
    """The owner came back and consented: the organisations that can be joined now.

    `missing_scopes` were asked for and not granted; what needs them will be refused by the other system.
    """

    owner: str
    integration_id: str
    authorisation_id: str
    component: str
    organisations: tuple[Organisation, ...]
    missing_scopes: tuple[str, ...] = field(default=())


class OAuthFlow:
    """OAuth for all components of one engine; safe in any number of threads and processes."""

    def __init__(
        self,
        *,
        database: Database,
        keys: KeyRing,
        clock: Clock,
        pool: HttpPool,
        host: Host,
        installation: Installation,
    ) -> None:
        self._database, self._keys, self._clock = database, keys, clock
        self._pool, self._host, self._installation = pool, host, installation
        self._vault = Vault(database, keys)
        self._lock = threading.Lock()
        self._authorisers: dict[str, OAuthAuthoriser] = {}

    def begin(self, *, integration_id: str, owner: str, principal: str, component: str, redirect_uri: str) -> str:
        """Return the address at which the owner consents; valid for ten minutes, once, for this principal.

        Raises `RedirectRefused` unless the way back is https or http://localhost, and `Misconfigured` when the
        operator's settings are not complete.
        """
        _check_redirect(redirect_uri)
        connecting = components.oauth_of(self._host, component)
        endpoints = components.endpoints_of(self._host, self._installation, component)
        state, verifier = new_token(), protocol.new_verifier()
        digest, now = token_digest(state), self._clock.now()
        with self._database.write() as session:
            joining.integration_of(session, integration_id, owner=owner, component=component)
            scope = scopes.joined(connecting.scopes, self._further_scopes(session, owner, component))
            session.connection().execute(delete(OAuthSession).where(col(OAuthSession.created_at) < now - _SWEEP))
            session.add(
                OAuthSession(
                    state_digest=digest,
                    owner=owner,
                    principal=principal,
                    component=component,
                    integration_id=integration_id,
                    redirect_uri=redirect_uri,
                    sealed_verifier=self._keys.seal(verifier, f"oauth_session:{digest}"),
                    scopes=scope,
                    created_at=now,
                )
            )
        return protocol.authorise_url(
            endpoints, redirect_uri=redirect_uri, scope=scope, state=state, verifier=verifier
        )

    def finish(
        self,
        *,
        state: str,
        code: str,
        error: str = "",
        error_description: str = "",
        principal: str,
        owner: str = "",
    ) -> FinishedConnect:
        """Take the owner back: exchange the code, store the token set, list the organisations.

        Raises `ConnectInvalid` for a state that is unknown, used, older than ten minutes or of another principal (or,
        where `owner` is given, of another owner);
        `ConsentDenied`, `CodeRefused`; and the instructions of the authorised client. A state is used up in any case.
        """
        begun = self._used_up(state, principal, owner)
        system = components.declaration(self._host, begun.component).title
        if error or not code:
            raise ConsentDenied(system, _short(error) or "without a code", _short(error_description))
        verifier = self._keys.unseal(begun.sealed_verifier, f"oauth_session:{begun.state_digest}")
        try:
            reply = self._endpoint(begun.component).exchange(
                code=code, redirect_uri=begun.redirect_uri, verifier=verifier
            )
        except GrantRefused as refusal:
            raise CodeRefused(system, refusal.verbatim) from None
        authorisation_id = self._stored(begun, reply)
        return FinishedConnect(
            owner=begun.owner,
            integration_id=begun.integration_id,
            authorisation_id=authorisation_id,
            component=begun.component,
            organisations=self.organisations(authorisation_id, owner=begun.owner),
            missing_scopes=scopes.missing(begun.scopes, str(reply.get("scope") or "")),
        )

    def organisations(self, authorisation_id: str, *, owner: str) -> tuple[Organisation, ...]:
        """Ask the other system which organisations an authorisation reaches."""
        component = self._row(authorisation_id, owner).component
        connecting = components.oauth_of(self._host, component)
        settings = components.installed(self._host, self._installation, component)
        with self._host.guard(component):
            return tuple(connecting.organisations(self.context(authorisation_id, component), settings))

    def choose(
        self,
        *,
        integration_id: str,
        authorisation_id: str,
        organisation_id: str,
        owner: str,
        principal: str,
        request_id: str = "",
        finished: FinishedConnect | None = None,
    ) -> str:
        """Join an organisation to the integration and return the connection's id.

        The owner's connection of that organisation is used again, where there is one. Raises `WrongOrganisation`
        when the integration belongs to another one, `NotFound` for an organisation that is not reached.
        `finished` saves asking for the organisations a second time.
        """
        row = self._row(authorisation_id, owner)
        known = finished is not None and finished.authorisation_id == authorisation_id
        reached = finished.organisations if finished and known else self.organisations(row.id, owner=owner)
        chosen = _chosen(reached, organisation_id)
        version = components.declaration(self._host, row.component).settings_version
        with self._database.write() as session:
            integration = joining.integration_of(session, integration_id, owner=owner, component=row.component)
            joined, unused = joining.join(
                session, integration, chosen, authorisation=row, version=version, now=self._clock.now()
            )
            audit.record(
                session,
                at=self._clock.now(),
                owner=owner,
                principal=principal,
                action="connection.joined",
                integration_id=integration_id,
                request_id=request_id,
                details={"connection": joined.id, "organisation": chosen.id, "name": chosen.name},
            )
            if unused:
                self._vault.forget(session, unused, self._clock.now())
            return joined.id

    def disconnect(
        self, connection_id: str, owner: str, principal: str, *, force: bool = False, request_id: str = ""
    ) -> None:
        """Disconnect at the other system, revoke the authorisation where nothing else uses it, forget the tokens.

        Raises the instruction of the other system when it can't be reached, and changes nothing then; with `force`
        everything is forgotten here all the same.
        """
        leaving = Leaving(
            self._database,
            self._vault,
            self._host,
            installation=self._installation,
            clock=self._clock,
            request_id=request_id,
        )
        forgotten = leaving.disconnect(
            connection_id,
            owner=owner,
            principal=principal,
            force=force,
            context=self.context,
            endpoint=self._endpoint,
        )
        if forgotten:
            with self._lock:
                authoriser = self._authorisers.pop(forgotten, None)
            if authoriser is not None:
                authoriser.forget()

    def authoriser(self, authorisation_id: str) -> OAuthAuthoriser:
        """Return the authoriser of a token set: the same object for every caller in this process."""
        with self._lock:
            known = self._authorisers.get(authorisation_id)
        if known is not None:
            return known
        with self._database.read() as session:
            row = session.get(Authorisation, authorisation_id)
        if row is None:
            raise NotFound("authorisation", authorisation_id)
        component = row.component
        made = OAuthAuthoriser(
            authorisation_id,
            vault=self._vault,
            clock=self._clock,
            system=components.declaration(self._host, component).title,
            endpoint=lambda: self._endpoint(component),
            grace=timedelta(minutes=components.oauth_of(self._host, component).grace_minutes),
        )
        with self._lock:
            return self._authorisers.setdefault(authorisation_id, made)

    def context(self, authorisation_id: str, component: str) -> PluginContext:
        """Return a context for calls that concern no organisation yet, or no longer."""
        secrets = Secrets()
        secrets.learn(components.endpoints_of(self._host, self._installation, component).client_secret)
        http = AuthorisedHttp(
            self._pool,
            self.authoriser(authorisation_id),
            system=components.declaration(self._host, component).title,
            secrets=secrets,
            origins=components.origins_of(self._host, self._installation, component),
        )
        return PluginContext(
            http=http, clock=self._clock, log=PluginLog(component, secrets), files=NoFiles(component)
        )

    def _endpoint(self, component: str) -> TokenEndpoint:
        return TokenEndpoint(
            components.endpoints_of(self._host, self._installation, component),
            pool=self._pool,
            clock=self._clock,
            component=component,
            system=components.declaration(self._host, component).title,
        )

    def _row(self, authorisation_id: str, owner: str) -> Authorisation:
        with self._database.read() as session:
            row = session.get(Authorisation, authorisation_id)
        if row is None or row.owner != owner:
            raise NotFound("authorisation", authorisation_id)
        return row

    def _further_scopes(self, session: Session, owner: str, component: str) -> list[str]:
        # All integrations of the owner: they share the token set that the consent will bring.
        declared = components.declaration(self._host, component)
        found: list[str] = []
        for one in session.exec(select(Integration).where(Integration.owner == owner)):
            if one.target_component == component:
                found += scopes.scopes_of(declared.integration, one.target_settings)
            if one.source_component == component:
                found += scopes.scopes_of(declared.integration, one.source_settings)
        return found

    def _used_up(self, state: str, principal: str, owner: str) -> OAuthSession:
        now, digest = self._clock.now(), token_digest(state)
        with self._database.write() as session:
            found = session.connection().execute(
                update(OAuthSession)
                .where(col(OAuthSession.state_digest) == digest, col(OAuthSession.used_at).is_(None))
                .values(used_at=now)
            )
            row = session.get(OAuthSession, digest) if found.rowcount == 1 else None
        if row is None or now - row.created_at > SESSION_LIFE:
            raise ConnectInvalid
        if row.principal != principal or owner not in {"", row.owner}:
            raise ConnectInvalid
        return row

    def _stored(self, begun: OAuthSession, reply: dict[str, Any]) -> str:
        """Store the token set of the user who consented: it replaces their old one and serves all its connections."""
        connecting = components.oauth_of(self._host, begun.component)
        with self._host.guard(begun.component):
            subject = connecting.subject(reply)
        if not subject:
            raise Retry("The other system did not say who consented.")
        name = hashlib.sha256(f"{begun.owner}\n{begun.component}\n{subject}".encode()).hexdigest()[:32]
        with self._database.lock(f"authorise:{name}", wait=LOCK_WAIT):
            row = self._known(begun, subject) or self._new(begun, subject)
            row.scopes = str(reply.get("scope") or begun.scopes)
            with self._database.lock(refresh_lock(row.id), wait=LOCK_WAIT):
                self._put(row, reply)
        self.authoriser(row.id).forget()
        return row.id

    def _known(self, begun: OAuthSession, subject: str) -> Authorisation | None:
        wanted = select(Authorisation).where(
            Authorisation.owner == begun.owner,
            Authorisation.component == begun.component,
            Authorisation.subject == subject,
        )
        with self._database.read() as session:
            return session.exec(wanted).first()

    def _new(self, begun: OAuthSession, subject: str) -> Authorisation:
        now = self._clock.now()
        return Authorisation(
            id=uuid.uuid4().hex,
            owner=begun.owner,
            component=begun.component,
            subject=subject,
            sealed_tokens="",
            access_expires_at=now,
            generation=0,
            updated_at=now,
        )

    def _put(self, found: Authorisation, reply: dict[str, Any]) -> None:
        now = self._clock.now()
        with self._database.write() as session:
            row = session.get(Authorisation, found.id) or found
            row.scopes = found.scopes
            self._vault.put(session, row, TokenSet.from_reply(reply, now=now), now=now)
            session.flush()
            session.connection().execute(
                update(Connection)
                .where(col(Connection.authorisation_id) == row.id)
                .where(col(Connection.state) == ConnectionState.EXPIRED)
                .values(state=ConnectionState.CONNECTED, reason="")
            )


def _chosen(reached: tuple[Organisation, ...], organisation_id: str) -> Organisation:
    for one in reached:
        if one.id == organisation_id:
            return one
    raise NotFound("organisation", organisation_id, tuple(one.name for one in reached))


def _check_redirect(address: str) -> None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise RedirectRefused(address) from None
    local = parts.scheme == "http" and parts.hostname == "localhost"
    if not parts.hostname or not (parts.scheme == "https" or local) or parts.fragment or parts.username:
        raise RedirectRefused(address)


def _short(text: str) -> str:
    return " ".join(text.split())[:500]
