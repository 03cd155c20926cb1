"""The OAuth 2 server, on authlib: code flow with PKCE, refresh with rotation, revocation, by RFC 6749 and 7009.

The replies are Square's (`expires_at`, `merchant_id`, no scope); the requests are those of the RFCs, forms with the
client's proof in the header or form. Square itself documents JSON bodies: see the README.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.flask_oauth2.authorization_server import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, Response, request

from takings_square.sandbox.state import State

SCOPES = frozenset({"MERCHANT_PROFILE_READ", "ORDERS_READ", "PAYMENTS_READ", "ITEMS_READ"})
_METHODS = ["client_secret_basic", "client_secret_post", "none"]


@dataclass(frozen=True)
class Client(ClientMixin):
    """The one registered app."""

    client_id: str
    secret: str

    def get_client_id(self) -> str:
        """Return the application id."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """Say that none is registered."""
        return None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the permissions that may be granted; None when one is unknown or none is asked."""
        asked = (scope or "").split()
        return " ".join(asked) if asked and SCOPES.issuperset(asked) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Accept https, and plain http on localhost."""
        parts = urlsplit(redirect_uri)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "localhost")

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare the secret."""
        return hmac.compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Take the app with its secret (code flow) and without (PKCE flow), as Square does."""
        return True

    def check_response_type(self, response_type: str) -> bool:
        """Only the code flow."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Only the two grants that Square has."""
        return grant_type in {"authorization_code", "refresh_token"}


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):
    """One authorisation code."""

    redirect_uri: str
    scope: str
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        """Return the address that the code was sent to."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return the permissions consented to."""
        return self.scope


@dataclass(frozen=True)
class Refresh(TokenMixin):
    """A refresh token."""

    token: str
    scope: str

    def check_client(self, client: Client) -> bool:
        """Say yes: there is one app."""
        return True

    def get_scope(self) -> str:
        """Return the granted permissions."""
        return self.scope


class _Challenge(CodeChallenge):
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012  (authlib declares a list)


# authlib is untyped; named once here, so that calls into it need no exceptions.
_SERVER: Any = AuthorizationServer
_CHALLENGE: Any = _Challenge


def install(app: Flask, state: State) -> None:
    """Add the three addresses to an app."""
    client = Client(state.kept.client_id, state.kept.client_secret)
    server: Any = _SERVER(
        app, lambda ident: client if ident == client.client_id else None, lambda token, request: None
    )
    server.register_token_generator("default", lambda *, scope="", **_: state.issue(scope or ""))
    server.register_grant(_code_grant(state), [_CHALLENGE(required=True)])
    server.register_grant(_refresh_grant(state))
    server.register_endpoint(_revocation(state))
    _routes(app, state, server)


def _routes(app: Flask, state: State, server: Any) -> None:
    @app.get("/oauth2/authorize")
    def authorise() -> Any:
        try:
            grant = server.get_consent_grant(request, end_user=None)
        except OAuth2Error as error:
            return server.handle_error_response(request, error) if error.redirect_uri else Response(error.error, 400)
        if state.auto_consent:
            return server.create_authorization_response(grant_user="seller", grant=grant)
        form = '<form method="post"><button name="decision" value="allow">Allow</button> <button>Deny</button></form>'
        return Response(f"<title>Square sandbox</title><h1>Allow takings to read your café?</h1>{form}")

    @app.post("/oauth2/authorize")
    def decide() -> Any:
        try:
            grant = server.get_consent_grant(request, end_user=None)
        except OAuth2Error as error:
            return Response(error.error, 400)
        allowed = "seller" if request.form.get("decision") == "allow" else None
        return server.create_authorization_response(grant_user=allowed, grant=grant)

    @app.post("/oauth2/token")
    def token() -> Any:
        return server.create_token_response()

    @app.post("/oauth2/revoke")
    def revoke() -> Any:
        return server.create_endpoint_response("revocation")


def _code_grant(state: State) -> type:
    class CodeGrant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = _METHODS

        def save_authorization_code(self, code: str, request: Any) -> None:
            data = request.payload.data
            with state.changing() as kept:
                kept.codes[code] = {
                    "redirect_uri": request.payload.redirect_uri,
                    "scope": request.scope,
                    "code_challenge": data.get("code_challenge"),
                    "code_challenge_method": data.get("code_challenge_method"),
                }

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            # Taken now, whatever becomes of the exchange: a code works once.
            with state.changing() as kept:
                found = kept.codes.pop(code, None)
            return Code(**found) if found else None

        def delete_authorization_code(self, authorization_code: Code) -> None:
            """Taken already."""

        def authenticate_user(self, authorization_code: Code) -> str:
            return state.kept.merchant

    return CodeGrant


def _refresh_grant(state: State) -> type:
    class RefreshGrant(grants.RefreshTokenGrant):
        INCLUDE_NEW_REFRESH_TOKEN = True
        TOKEN_ENDPOINT_AUTH_METHODS = _METHODS

        def authenticate_refresh_token(self, refresh_token: str) -> Refresh | None:
            found = state.kept.refresh.get(refresh_token)
            return Refresh(refresh_token, found["scope"]) if found else None

        def authenticate_user(self, refresh_token: Refresh) -> str:
            return state.kept.merchant

        def revoke_old_credential(self, refresh_token: Refresh) -> None:
            with state.changing() as kept:
                kept.refresh.pop(refresh_token.token, None)

    return RefreshGrant


def _revocation(state: State) -> type:
    class Revocation(RevocationEndpoint):
        CLIENT_AUTH_METHODS = _METHODS

        def query_token(self, token_string: str, token_type_hint: str | None) -> Refresh | None:
            found = state.kept.refresh.get(token_string)
            return Refresh(token_string, found["scope"]) if found else None

        def revoke_token(self, token: Refresh, request: Any) -> None:
            with state.changing() as kept:
                kept.refresh.clear()
                kept.access.clear()

    return Revocation
