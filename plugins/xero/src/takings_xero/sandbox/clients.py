"""The apps registered with the sandbox: a web app with a secret, a PKCE app without, a custom connection."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import ClientMixin

from takings_xero.sandbox import wire
from takings_xero.sandbox.scopes import BROAD, KNOWN
from takings_xero.sandbox.store import Store

ClientKind = Literal["web", "pkce", "custom"]
_GRANTS = {
    "web": frozenset({"authorization_code", "refresh_token"}),
    "pkce": frozenset({"authorization_code", "refresh_token"}),
    "custom": frozenset({"client_credentials"}),
}


@dataclass(frozen=True)
class Client(ClientMixin):
    """One registered app, as authlib's server asks about it."""

    client_id: str
    kind: ClientKind
    secret: str | None
    name: str
    redirect_uris: tuple[str, ...] = ()
    tenant: str | None = None
    granular_only: bool = False

    def get_client_id(self) -> str:
        """Return the client id."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """Return the only registered address, where there is exactly one."""
        return self.redirect_uris[0] if len(self.redirect_uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes that may be granted; None (invalid_scope) when one is unknown or none is asked."""
        asked = (scope or "").split()
        allowed = KNOWN - BROAD if self.granular_only else KNOWN
        # A custom connection's id at the authorise address gives invalid_scope at Xero.
        if not asked or not allowed.issuperset(asked) or self.kind == "custom":
            return None
        return " ".join(asked)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Accept https and http://localhost on any port; never http://127.0.0.1, as at Xero."""
        if self.redirect_uris:
            return redirect_uri in self.redirect_uris
        parts = urlsplit(redirect_uri)
        return (parts.scheme == "https" and bool(parts.hostname)) or (
            parts.scheme == "http" and parts.hostname == "localhost"
        )

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare the secret."""
        return self.secret is not None and hmac.compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Public apps send no secret; all others send one, in the header or (as xero-python) in the form."""
        return (method == "none") == (self.kind == "pkce")

    def check_response_type(self, response_type: str) -> bool:
        """Only the code flow."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether this kind of app may use the grant."""
        return grant_type in _GRANTS[self.kind]


def find(store: Store, client_id: str, *, granular_only: bool = False) -> Client | None:
    """Return a registered app."""
    row = store.row(
        "select client_id, kind, secret, name, redirect_uris, tenant from clients where client_id = ?", client_id
    )
    if row is None:
        return None
    return Client(
        client_id=row[0],
        kind=row[1],
        secret=row[2],
        name=row[3],
        redirect_uris=tuple(wire.decode(row[4])),
        tenant=row[5],
        granular_only=granular_only,
    )


def everyone(store: Store) -> list[Client]:
    """Return all registered apps."""
    found = (find(store, row[0]) for row in store.rows("select client_id from clients order by rowid"))
    return [client for client in found if client is not None]


def register(store: Store, client: Client) -> None:
    """Add an app, or replace it."""
    store.run(
        "insert or replace into clients (client_id, kind, secret, name, redirect_uris, tenant)"
        " values (?, ?, ?, ?, ?, ?)",
        client.client_id,
        client.kind,
        client.secret,
        client.name,
        wire.encode(client.redirect_uris).decode(),
        client.tenant,
    )


def new_id() -> str:
    """Return a client id in Xero's shape: 32 characters in capitals."""
    return secrets.token_hex(16).upper()


def seed(store: Store, *, web_id: str | None = None, web_secret: str | None = None) -> None:
    """Register one app of each kind, unless the file has them already."""
    standing = {client.kind: client for client in everyone(store)}
    if web_id or "web" not in standing:
        known = find(store, web_id) if web_id else None
        secret = web_secret or (known.secret if known else None) or secrets.token_urlsafe(36)
        made = Client(web_id or new_id(), "web", secret, "Sandbox web app")
        register(store, made)
        store.remember("installation", made.client_id)
    if "pkce" not in standing:
        register(store, Client(new_id(), "pkce", None, "Sandbox PKCE app"))
    if "custom" not in standing:
        register(store, Client(new_id(), "custom", secrets.token_urlsafe(36), "Sandbox custom connection"))


def installation(store: Store) -> Client:
    """Return the web app that the ready line names; raises LookupError before `seed`."""
    found = find(store, str(store.note("installation", "")))
    if found is None:
        raise LookupError("no web app")
    return found
