"""Auth Tokens that are handed out, and tokens that are typed in."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from takings.connect.refusals import TokenUnusable
from takings.errors import NotFound, TokenMissing
from takings.store.database import Database
from takings.store.secrets import KeyRing, new_token, token_digest
from takings.store.tables import AuthToken, Connection


def create(session: Session, *, keys: KeyRing, connection: Connection, presented: bool, at: datetime) -> str:
    """Make an Auth Token for a connection and return it: it is never to be had again.

    Earlier tokens go on working until they are revoked, so that one can be changed without a gap. With
    `presented` it is also sealed, since the core then sends it itself.
    """
    plain = new_token()
    _add(session, keys, connection=connection, plain=plain, digest=token_digest(plain), sealed=presented, at=at)
    return plain


def enter(session: Session, *, keys: KeyRing, connection: Connection, plain: str, at: datetime) -> None:
    """Keep a token that the owner typed in, in place of the one before; it never opens our own doors.

    Raises `TokenUnusable` when it can't be a token.
    """
    plain = plain.strip()
    if not plain or not plain.isascii() or any(mark.isspace() for mark in plain) or len(plain) > 4096:
        raise TokenUnusable
    for old in live(session, connection.id):
        _revoke(session, old.id, at)
    # Not a digest of the token: what somebody else issued must match nothing that is sent to us.
    _add(session, keys, connection=connection, plain=plain, digest="", sealed=True, at=at)


def live(session: Session, connection_id: str) -> list[AuthToken]:
    """Return a connection's tokens that work, the newest first."""
    wanted = (
        select(AuthToken)
        .where(AuthToken.connection_id == connection_id, col(AuthToken.revoked_at).is_(None))
        .order_by(col(AuthToken.created_at).desc(), col(AuthToken.id))
    )
    return list(session.exec(wanted))


def revoke(session: Session, token_id: str, *, owner: str, at: datetime) -> None:
    """End a token at once; raises `NotFound` where the owner has no such token."""
    row = session.get(AuthToken, token_id)
    if row is None or row.owner != owner:
        raise NotFound("Auth Token", token_id)
    _revoke(session, token_id, at)


def match(session: Session, plaintext: str) -> AuthToken | None:
    """Return the token that was sent to us, if it works.

    Looked up by its digest, whose timing tells nothing about the tokens that there are.
    """
    wanted = select(AuthToken).where(AuthToken.digest == token_digest(plaintext))
    return session.exec(wanted.where(col(AuthToken.revoked_at).is_(None))).first()


class Bearer:
    """The authoriser of a connection whose token is stored: it sends the newest one that works."""

    def __init__(self, database: Database, keys: KeyRing, connection: Connection, *, system: str) -> None:
        self._database, self._keys = database, keys
        self._connection_id, self._system = connection.id, system
        self._lock = threading.Lock()
        self._value: str | None = None

    def header(self, *, refresh_of: str | None = None) -> str:
        """Return the header's value; a refused one is read again, since another may have been given meanwhile.

        Raises `TokenMissing` where the connection has no token.
        """
        with self._lock:
            if self._value is None or self._value == refresh_of:
                self._value = self._read()
            return self._value

    def _read(self) -> str:
        with self._database.read() as session:
            row = next((one for one in live(session, self._connection_id) if one.sealed), None)
        if row is None:
            raise TokenMissing(self._system)
        return f"Bearer {self._keys.unseal(row.sealed, f'auth_token:{row.id}')}"


def bearer(database: Database, keys: KeyRing, connection: Connection, *, system: str = "") -> Bearer:
    """Return the authoriser that presents a connection's stored token."""
    return Bearer(database, keys, connection, system=system or connection.name or connection.component)


def _add(
    session: Session,
    keys: KeyRing,
    *,
    connection: Connection,
    plain: str,
    digest: str,
    sealed: bool,
    at: datetime,
) -> None:
    name = uuid.uuid4().hex
    session.add(
        AuthToken(
            id=name,
            owner=connection.owner,
            connection_id=connection.id,
            digest=digest or f"typed:{name}",
            sealed=keys.seal(plain, f"auth_token:{name}") if sealed else "",
            hint=f"…{plain[-4:]}" if len(plain) >= 16 else "",
            created_at=at,
        )
    )
    session.flush()


def _revoke(session: Session, token_id: str, at: datetime) -> None:
    session.connection().execute(
        update(AuthToken)
        .where(col(AuthToken.id) == token_id, col(AuthToken.revoked_at).is_(None))
        .values(revoked_at=at, sealed="")
    )
