"""Connecting to Xero, as the core wants it declared: endpoints, scopes, organisations, disconnecting."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from takings.plugin import Context, Misconfigured, OAuth2, OAuthEndpoints, Organisation, Retry
from takings_xero.errors import reading_failed
from takings_xero.options import InstallationSettings
from takings_xero.shapes import ConnectionShape

#: The least that posting invoices and payments needs; apps made since March 2026 have granular scopes only.
SCOPES = (
    "openid",
    "profile",
    "email",
    "offline_access",
    "accounting.invoices",
    "accounting.payments",
    "accounting.contacts",
    "accounting.settings.read",
)
_connections = msgspec.json.Decoder(list[ConnectionShape])


def endpoints(installation: InstallationSettings) -> OAuthEndpoints:
    """Return where OAuth happens; an empty secret makes the app a public one, proved by PKCE alone."""
    return OAuthEndpoints(
        authorise_url=installation.authorise_url,
        token_url=installation.token_url,
        revocation_url=installation.revocation_url,
        client_id=installation.client_id,
        client_secret=installation.client_secret,
    )


def organisations(context: Context, installation: InstallationSettings) -> tuple[Organisation, ...]:
    """List the organisations that the authorisation reaches; practices and other kinds of tenant are left out."""
    reply = context.http.request("GET", installation.connections_url, headers={"Accept": "application/json"})
    if reply.status_code != 200:
        raise reading_failed(reply, "connections")
    try:
        found = _connections.decode(reply.content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Retry(f"Xero's list of connections could not be read: {error}") from None
    return tuple(
        Organisation(id=one.tenant_id, name=one.tenant_name or one.tenant_id, link=one.id, kind="organisation")
        for one in found
        if one.tenant_type.upper() == "ORGANISATION"
    )


def disconnect(context: Context, installation: InstallationSettings, organisation: Organisation) -> None:
    """End one organisation's connection at Xero; one that is gone already is no error. The token stays valid."""
    url = f"{installation.connections_url.rstrip('/')}/{organisation.link}"
    reply = context.http.request("DELETE", url)
    if reply.status_code not in {200, 204, 404}:
        raise reading_failed(reply, "connections")


def subject(token_reply: dict[str, Any]) -> str:
    """Return the Xero user's id from the access token.

    Its signature is not checked: the token came from the token endpoint itself, over TLS.
    """
    try:
        claims = str(token_reply["access_token"]).split(".")[1]
        user = msgspec.json.decode(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["xero_userid"]
    except (KeyError, IndexError, TypeError, binascii.Error, msgspec.DecodeError, UnicodeDecodeError):
        raise Misconfigured("token_url", "its reply holds no access token that names a Xero user") from None
    return str(user)


OAUTH = OAuth2(
    endpoints=endpoints,
    scopes=SCOPES,
    organisations=organisations,
    subject=subject,
    disconnect=disconnect,
    grace_minutes=30,
)
