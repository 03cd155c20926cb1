"""Token sets: issuing, rotating with the thirty minutes' grace, replacing, revoking."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import TokenMixin

from takings_xero.sandbox import wire
from takings_xero.sandbox.clients import Client
from takings_xero.sandbox.store import Store

ACCESS_SECONDS = 30 * 60
REFRESH_SECONDS = 60 * 86_400
GRACE_SECONDS = 30 * 60
ID_TOKEN_SECONDS = 5 * 60
CODE_SECONDS = 5 * 60

_COLUMNS = "id, client_id, user_id, event_id, scope, access_expires, refresh_expires, dead_from"


@dataclass(frozen=True)
class TokenSet(TokenMixin):
    """One issued set; `dead_from` is when its refresh token stops, after a rotation or replacement."""

    row: int
    client_id: str
    user_id: str
    event_id: str
    scope: str
    access_expires: float
    refresh_expires: float | None
    dead_from: float | None

    def check_client(self, client: Client) -> bool:
        """Tell whether the set was issued to this app."""
        return self.client_id == client.client_id

    def get_scope(self) -> str:
        """Return the granted scopes."""
        return self.scope

    @property
    def scopes(self) -> frozenset[str]:
        """The granted scopes as a set."""
        return frozenset(self.scope.split())

    def refreshable(self, now: float) -> bool:
        """Tell whether the refresh token still works."""
        if self.refresh_expires is None or now >= self.refresh_expires:
            return False
        return self.dead_from is None or now < self.dead_from


def user_id(name: str) -> str:
    """Return the xero_userid of a person."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"xero-sandbox/user/{name}"))


def by_access(store: Store, access: str) -> TokenSet | None:
    """Return the set of an access token."""
    row = store.row(f"select {_COLUMNS} from tokens where access = ?", access)  # noqa: S608
    return TokenSet(*row) if row else None


def by_refresh(store: Store, refresh: str) -> TokenSet | None:
    """Return the set of a refresh token."""
    row = store.row(f"select {_COLUMNS} from tokens where refresh = ?", refresh)  # noqa: S608
    return TokenSet(*row) if row else None


def issue(
    store: Store, *, client: Client, user: str, event: str, scope: str, now: float, issuer: str
) -> dict[str, object]:
    """Store a new set and return the token reply: exactly the keys that Xero sends."""
    granted = set(scope.split())
    claims = _claims(client, user=user, event=event, now=now, issuer=issuer)
    more = {"exp": int(now) + ACCESS_SECONDS, "aud": f"{issuer}/resources", "scope": scope.split()}
    access = _jwt(store, claims | more | {"global_session_id": event})
    refresh = secrets.token_urlsafe(32) if "offline_access" in granted else None
    store.run(
        "insert into tokens (client_id, user_id, event_id, scope, access, access_expires, refresh, refresh_expires)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        client.client_id,
        user,
        event,
        scope,
        access,
        now + ACCESS_SECONDS,
        refresh,
        now + REFRESH_SECONDS if refresh else None,
    )
    reply: dict[str, object] = {}
    if "openid" in granted:
        identity = claims | {"exp": int(now) + ID_TOKEN_SECONDS, "aud": client.client_id}
        reply["id_token"] = _jwt(store, identity)
    reply |= {"access_token": access, "expires_in": ACCESS_SECONDS, "token_type": "Bearer"}
    if refresh:
        reply["refresh_token"] = refresh
    return reply | {"scope": scope}


def _claims(client: Client, *, user: str, event: str, now: float, issuer: str) -> dict[str, object]:
    return {
        "iss": issuer,
        "client_id": client.client_id,
        "sub": hashlib.md5(user.encode(), usedforsecurity=False).hexdigest(),
        "iat": int(now),
        "nbf": int(now),
        "auth_time": int(now),
        "xero_userid": user,
        "jti": secrets.token_hex(16),
        "authentication_event_id": event,
    }


def replace_all(store: Store, client_id: str, user: str, *, now: float) -> None:
    """End the refresh tokens of a user's earlier consents to the app: the newest consent replaces them."""
    store.run(
        "update tokens set dead_from = ? where client_id = ? and user_id = ?"
        " and (dead_from is null or dead_from > ?)",
        now,
        client_id,
        user,
        now,
    )


def rotate(store: Store, old: TokenSet, now: float) -> None:
    """Let the used refresh token live through its grace period; a second use does not lengthen it."""
    store.run("update tokens set dead_from = ? where id = ? and dead_from is null", now + GRACE_SECONDS, old.row)


def expire_access(store: Store, now: float) -> int:
    """End every access token at once; returns how many."""
    return store.run("update tokens set access_expires = ? where access_expires > ?", now, now)


def revoke(store: Store, token: TokenSet, now: float) -> None:
    """End the user's tokens of the app and remove all of their connections to it."""
    replace_all(store, token.client_id, token.user_id, now=now)
    store.run(
        "update connections set live = 0, updated = ? where client_id = ? and user_id = ? and live = 1",
        now,
        token.client_id,
        token.user_id,
    )


def _jwt(store: Store, claims: dict[str, object]) -> str:
    key = store.note("signing_key")
    if key is None:
        key = secrets.token_hex(32)
        store.remember("signing_key", key)
    parts = [{"alg": "HS256", "kid": "sandbox", "typ": "JWT"}, claims]
    signed = b".".join(_b64(wire.encode(part)) for part in parts)
    return (signed + b"." + _b64(hmac.digest(bytes.fromhex(key), signed, "sha256"))).decode()


def _b64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
