"""The pieces of the OAuth 2 protocol that authlib writes for us, with types; imported only when they are needed."""

# Authlib is not typed, so its functions pass through `Any` here and nowhere else.
from __future__ import annotations

from typing import Any

from takings.plugin.connecting import OAuthEndpoints


def new_verifier() -> str:
    """Return a random PKCE code verifier of 64 characters."""
    from authlib.common import security  # noqa: PLC0415

    make: Any = security.generate_token
    return str(make(64))


def authorise_url(endpoints: OAuthEndpoints, *, redirect_uri: str, scope: str, state: str, verifier: str) -> str:
    """Return where the owner consents; spaces are written as %20, which every server reads."""
    from authlib.oauth2.rfc6749 import parameters  # noqa: PLC0415
    from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415

    write: Any = parameters.prepare_grant_uri
    challenge: Any = create_s256_code_challenge
    address: str = write(
        endpoints.authorise_url,
        endpoints.client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=scope,
        state=state,
        code_challenge=challenge(verifier),
        code_challenge_method="S256",
    )
    start, mark, query = address.partition("?")
    return start + mark + query.replace("+", "%20")


def token_request(grant: str, **values: str) -> str:
    """Return the form body of a token request."""
    from authlib.oauth2.rfc6749 import parameters  # noqa: PLC0415

    write: Any = parameters.prepare_token_request
    return str(write(grant, **values))


def revocation_request(token: str) -> str:
    """Return the form body that revokes a refresh token (RFC 7009)."""
    from authlib.common import urls  # noqa: PLC0415

    write: Any = urls.url_encode
    return str(write([("token", token), ("token_type_hint", "refresh_token")]))


def authenticated(endpoints: OAuthEndpoints, url: str, body: str) -> tuple[str, dict[str, str], bytes]:
    """Add the client's proof to a form that is posted: its secret by Basic, or its id alone for a public client."""
    from authlib.oauth2 import ClientAuth  # noqa: PLC0415

    make: Any = ClientAuth
    method = "client_secret_basic" if endpoints.client_secret else "none"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    url, headers, body = make(endpoints.client_id, endpoints.client_secret, method).prepare(
        "POST", url, headers, body
    )
    return url, headers, body.encode()
