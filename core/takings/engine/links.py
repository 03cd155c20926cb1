"""The part of the engine that lets people in: links that set one integration up, and sign-ins of `takings serve`.

Only digests are kept. A digest is of the token with its purpose before it, so that none opens another door.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from takings.engine.base import EngineBase
from takings.errors import NotFound, UsageError
from takings.setup.lookup import find_integration
from takings.store import audit
from takings.store.journal import OAuthSession
from takings.store.secrets import new_token, token_digest
from takings.store.setup_tables import SetupLink, WebSession
from takings.store.tables import Integration
from takings.views import Principal
from takings.views.history import BegunConnect, LinkView, SignInView

#: How long a sign-in lasts.
SIGNED_IN_FOR = timedelta(hours=12)

#: How long a link that signs the operator in works, once.
SIGN_IN_LINK_LIVES = timedelta(hours=1)

#: A set-up link that works longer than this is no longer a link but a password.
LONGEST_LINK_DAYS = 90

_LINK, _SIGN_IN, _COOKIE = "setup-link", "sign-in", "session"


class Links(EngineBase):
    """Set-up links, and sessions of people who signed in."""

    def create_setup_link(self, principal: Principal, ref: str, *, days: int = 14) -> str:
        """Make a link's token for an integration's owner: it works until it expires or is revoked."""
        if not 1 <= days <= LONGEST_LINK_DAYS:
            raise UsageError(f"A set-up link works for 1 to {LONGEST_LINK_DAYS} days, not {days}.")
        token, now = new_token(), self.clock.now()
        with self.database.write() as session:
            row = find_integration(session, principal.owner, ref)
            link = SetupLink(
                id=uuid.uuid4().hex[:16],
                owner=principal.owner,
                integration_id=row.id,
                digest=_digest(_LINK, token),
                created_by=principal.name,
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
            session.add(link)
            self._audit_link(session, principal, "link.created", row=link)
        return token

    def open_setup_link(self, token: str, *, use: bool = True) -> SignInView:
        """Say for whom and for which integration a link signs in; raises NotFound for one that does not work.

        With `use` the first use is noted. The link stays valid: whoever comes back later may open it again.
        """
        now = self.clock.now()
        with self.database.read() as session:
            row = _live_link(session, token, now)
            name = session.get_one(Integration, row.integration_id).name
        if use and row.used_at is None:
            with self.database.write() as session:
                row = _live_link(session, token, now)
                row.used_at = now
                session.add(row)
                self._audit_link(session, Principal(owner=row.owner, name=_visitor(row)), "link.opened", row=row)
        shown = f"{name} ({_visitor(row)})"
        return SignInView(owner=row.owner, name=shown, integration=row.integration_id, expires_at=row.expires_at)

    def setup_links(self, principal: Principal, ref: str | None = None) -> list[LinkView]:
        """List links, the newest first."""
        now = self.clock.now()
        with self.database.read() as session:
            query = select(SetupLink, Integration.name).join(
                Integration, col(Integration.id) == SetupLink.integration_id
            )
            query = query.where(SetupLink.owner == principal.owner).order_by(col(SetupLink.created_at).desc())
            if ref is not None:
                query = query.where(SetupLink.integration_id == find_integration(session, principal.owner, ref).id)
            return [_link_view(row, name, now) for row, name in session.exec(query).all()]

    def revoke_setup_link(self, principal: Principal, link_id: str) -> LinkView:
        """End a link, and whoever is signed in for its integration by a link."""
        now = self.clock.now()
        with self.database.write() as session:
            row = session.get(SetupLink, link_id)
            if row is None or row.owner != principal.owner:
                raise NotFound("set-up link", link_id)
            if row.revoked_at is None:
                row.revoked_at = now
                session.add(row)
                session.connection().execute(
                    delete(WebSession).where(
                        col(WebSession.owner) == row.owner, col(WebSession.principal) == _visitor(row)
                    )
                )
                self._audit_link(session, principal, "link.revoked", row=row)
            name = session.get_one(Integration, row.integration_id).name
            return _link_view(row, name, now)

    def begun_connect(self, principal: Principal, state: str) -> BegunConnect | None:
        """Say which connect of this principal a `state` belongs to, used up or not; None where there is none."""
        with self.database.read() as session:
            row = session.get(OAuthSession, token_digest(state))
            if row is None or (row.owner, row.principal) != (principal.owner, principal.name):
                return None
            integration = session.get_one(Integration, row.integration_id)
        side = "target" if row.component == integration.target_component else "source"
        return BegunConnect(integration=integration.id, side=side)

    # --- Sign-ins ---------------------------------------------------------------------------------------

    def create_sign_in(self, principal: Principal) -> str:
        """Make the token of a link that signs this principal in once, within the hour."""
        token = new_token()
        self._add_session(_digest(_SIGN_IN, token), principal, "", life=SIGN_IN_LINK_LIVES)
        return token

    def sign_in_waits(self, token: str) -> bool:
        """Say whether a sign-in link would work; it is not used up by asking."""
        return self._session(_digest(_SIGN_IN, token)) is not None

    def sign_in(self, token: str) -> str:
        """Use a sign-in link up and return the secret of a new session; raises NotFound."""
        found = self._session(_digest(_SIGN_IN, token))
        with self.database.write() as session:
            used = session.connection().execute(
                delete(WebSession).where(col(WebSession.digest) == _digest(_SIGN_IN, token))
            )
        if found is None or used.rowcount != 1:
            raise NotFound("sign-in link", "like this")
        return self._begin(Principal(owner=found.owner, name=found.principal), "")

    def sign_in_by_link(self, token: str) -> str:
        """Open a set-up link and return the secret of a new session for its integration; raises NotFound."""
        found = self.open_setup_link(token)
        with self.database.read() as session:
            visitor = _visitor(_live_link(session, token, self.clock.now()))
        return self._begin(Principal(owner=found.owner, name=visitor), found.integration)

    def signed_in(self, secret: str) -> SignInView | None:
        """Say who a session's secret belongs to; None for one that is unknown or has expired."""
        row = self._session(_digest(_COOKIE, secret))
        if row is None:
            return None
        return SignInView(
            owner=row.owner, name=row.principal, integration=row.integration_id, expires_at=row.expires_at
        )

    def sign_out(self, secret: str) -> None:
        """End a session; harmless when repeated."""
        with self.database.write() as session:
            session.connection().execute(delete(WebSession).where(col(WebSession.digest) == _digest(_COOKIE, secret)))

    def _begin(self, principal: Principal, integration_id: str) -> str:
        secret = new_token()
        self._add_session(_digest(_COOKIE, secret), principal, integration_id, life=SIGNED_IN_FOR)
        return secret

    def _add_session(self, digest: str, principal: Principal, integration_id: str, *, life: timedelta) -> None:
        now = self.clock.now()
        with self.database.write() as session:
            session.connection().execute(delete(WebSession).where(col(WebSession.expires_at) <= now))
            session.add(
                WebSession(
                    digest=digest,
                    owner=principal.owner,
                    principal=principal.name,
                    integration_id=integration_id,
                    created_at=now,
                    expires_at=now + life,
                )
            )

    def _session(self, digest: str) -> WebSession | None:
        with self.database.read() as session:
            row = session.get(WebSession, digest)
        return row if row is not None and row.expires_at > self.clock.now() else None

    def _audit_link(self, session: Session, principal: Principal, action: str, *, row: SetupLink) -> None:
        audit.record(
            session,
            at=self.clock.now(),
            owner=row.owner,
            principal=principal.name,
            request_id=principal.request_id,
            action=action,
            integration_id=row.integration_id,
            details={"link": row.id, "expires_at": row.expires_at.isoformat()},
        )


def _digest(purpose: str, token: str) -> str:
    return token_digest(f"{purpose} {token}")


def _visitor(row: SetupLink) -> str:
    return f"link {row.id}"


def _live_link(session: Session, token: str, now: datetime) -> SetupLink:
    row = session.exec(select(SetupLink).where(SetupLink.digest == _digest(_LINK, token))).first()
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        raise NotFound("set-up link", "like this")
    return row


def _link_view(row: SetupLink, name: str, now: datetime) -> LinkView:
    state = "revoked" if row.revoked_at else "expired" if row.expires_at <= now else "used" if row.used_at else "new"
    return LinkView(
        id=row.id,
        integration=row.integration_id,
        integration_name=name,
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
        state=state,
    )
