"""The OAuth 2 server, on authlib: code flow with secret or PKCE, refresh with grace, revocation."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from authlib.integrations.flask_oauth2.authorization_server import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, InvalidGrantError, grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask

from takings_xero.sandbox import clients, connections, seeds, tokens
from takings_xero.sandbox.clients import Client
from takings_xero.sandbox.tokens import TokenSet
from takings_xero.sandbox.world import World


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):
    """One authorisation code."""

    code: str
    client_id: str
    user_id: str
    event_id: str
    scope: str
    redirect_uri: str
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        """Return the address that the code was sent to."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return the scopes consented to."""
        return self.scope


@dataclass(frozen=True)
class Consent:
    """Who consented, and which organisations they ticked."""

    user: str
    tenants: tuple[str, ...]


class _Challenge(CodeChallenge):
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012  (authlib declares a list)


# authlib is untyped; named once here, so that calls into it need no exceptions.
_SERVER: Any = AuthorizationServer
_CHALLENGE: Any = _Challenge


class OAuth:
    """Joins authlib's server with the sandbox's store and clock."""

    def __init__(self, app: Flask, world: World) -> None:
        self.world = world
        self.server: Any = _SERVER(app, self._client, lambda token, request: None)
        self.server.register_token_generator("default", self._issue)
        self.server.register_grant(_code_grant(self), [_CHALLENGE(required=True)])
        self.server.register_grant(_refresh_grant(self))
        self.server.register_grant(_credentials_grant())
        self.server.register_endpoint(_revocation(self))

    def _client(self, client_id: str) -> Client | None:
        only = self.world.switches.granular_scopes_only
        return clients.find(self.world.store, client_id, granular_only=only)

    def _issue(self, *, client: Client, user: Any = None, scope: str | None = None, **_: Any) -> dict[str, Any]:
        store, now = self.world.store, self.world.now()
        if user is None:
            owner, event = self._custom_connection(client, now)
        else:
            owner, event = user
        granted = scope or "accounting.invoices accounting.payments accounting.contacts accounting.settings"
        return tokens.issue(
            store, client=client, user=owner, event=event, scope=granted, now=now, issuer=self.world.url
        )

    def _custom_connection(self, client: Client, now: float) -> tuple[str, str]:
        store = self.world.store
        owner, event = tokens.user_id(client.client_id), str(uuid.uuid4())
        tenant = client.tenant or str(seeds.organisations(store)[0]["OrganisationID"])
        connections.connect(store, client_id=client.client_id, user=owner, tenants=[tenant], event=event, now=now)
        return owner, event

    def save_code(self, code: str, request: Any) -> None:
        """Store a code with the consent behind it, and connect the ticked organisations."""
        store, now, consent = self.world.store, self.world.now(), request.user
        owner, event = tokens.user_id(consent.user), str(uuid.uuid4())
        client_id = request.client.client_id
        scope = self._added_scope(client_id, owner, request.scope)
        connections.connect(
            store, client_id=client_id, user=owner, tenants=list(consent.tenants), event=event, now=now
        )
        data = request.payload.data
        store.run(
            "insert into codes values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            code,
            client_id,
            owner,
            event,
            scope,
            request.payload.redirect_uri,
            data.get("code_challenge"),
            data.get("code_challenge_method"),
            data.get("nonce"),
            now + tokens.CODE_SECONDS,
        )

    def _added_scope(self, client_id: str, owner: str, scope: str) -> str:
        # Consents add up at Xero; only a revocation takes a scope away.
        store = self.world.store
        found = store.row("select scope from consents where client_id = ? and user_id = ?", client_id, owner)
        merged = " ".join(dict.fromkeys([*scope.split(), *(found[0].split() if found else [])]))
        store.run("insert or replace into consents values (?, ?, ?)", client_id, owner, merged)
        return merged

    def take_code(self, code: str, client: Client) -> Code | None:
        """Return a code that still works and use it up, whatever becomes of the exchange."""
        row = self.world.store.row(
            "select code, client_id, user_id, event_id, scope, redirect_uri, challenge, challenge_method"
            " from codes where code = ? and client_id = ? and expires > ?",
            code,
            client.client_id,
            self.world.now(),
        )
        if row is None:
            return None
        self.world.store.run("delete from codes where code = ?", code)
        return Code(*row)

    def revoke(self, token: TokenSet) -> None:
        """Revoke a user's consent to the app altogether."""
        tokens.revoke(self.world.store, token, self.world.now())
        self.world.store.run(
            "delete from consents where client_id = ? and user_id = ?", token.client_id, token.user_id
        )


def _code_grant(oauth: OAuth) -> type:
    class CodeGrant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]  # noqa: RUF012

        def save_authorization_code(self, code: str, request: Any) -> None:
            oauth.save_code(code, request)

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return oauth.take_code(code, client)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            """Taken already, when it was looked up: a code works once."""

        def authenticate_user(self, authorization_code: Code) -> tuple[str, str]:
            now = oauth.world.now()
            tokens.replace_all(oauth.world.store, authorization_code.client_id, authorization_code.user_id, now=now)
            return authorization_code.user_id, authorization_code.event_id

    return CodeGrant


def _refresh_grant(oauth: OAuth) -> type:
    class RefreshGrant(grants.RefreshTokenGrant):
        INCLUDE_NEW_REFRESH_TOKEN = True
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]  # noqa: RUF012

        def authenticate_refresh_token(self, refresh_token: str) -> TokenSet | None:
            found = tokens.by_refresh(oauth.world.store, refresh_token)
            if found is None or not found.refreshable(oauth.world.now()):
                raise InvalidGrantError
            return found

        def authenticate_user(self, refresh_token: TokenSet) -> tuple[str, str]:
            return refresh_token.user_id, refresh_token.event_id

        def revoke_old_credential(self, refresh_token: TokenSet) -> None:
            tokens.rotate(oauth.world.store, refresh_token, oauth.world.now())

    return RefreshGrant


def _credentials_grant() -> type:
    class CredentialsGrant(grants.ClientCredentialsGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]  # noqa: RUF012

    return CredentialsGrant


def _revocation(oauth: OAuth) -> type:
    class Revocation(RevocationEndpoint):
        CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]  # noqa: RUF012

        def query_token(self, token_string: str, token_type_hint: str | None) -> TokenSet | None:
            return tokens.by_refresh(oauth.world.store, token_string)

        def revoke_token(self, token: TokenSet, request: Any) -> None:
            oauth.revoke(token)

    return Revocation
