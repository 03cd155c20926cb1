"""Token sets in the database: read, stored, expired and forgotten, always sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from takings.connect.token_sets import TokenSet
from takings.errors import AuthorisationExpired, Disconnected
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.store.states import ConnectionState
from takings.store.tables import Authorisation, Connection


@dataclass(frozen=True, slots=True)
class Held:
    """A token set that was read, with its generation and the end of its access token."""

    tokens: TokenSet
    expires_at: datetime
    generation: int

    @property
    def header(self) -> str:
        """The Authorization value."""
        return self.tokens.header

    def fresh_at(self, now: datetime) -> bool:
        """Tell whether the access token works for a while yet."""
        return now + self.tokens.margin < self.expires_at


class Vault:
    """Keeps the token sets of an engine."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        self.database, self._keys = database, keys

    def load(self, authorisation_id: str, *, system: str) -> Held:
        """Read a token set.

        Raises `AuthorisationExpired` or `Disconnected` when there is none that can work.
        """
        with self.database.read() as session:
            row = session.get(Authorisation, authorisation_id)
        if row is None or row.state == ConnectionState.REVOKED:
            raise Disconnected(system)
        if row.state != ConnectionState.CONNECTED or not row.sealed_tokens:
            raise AuthorisationExpired(system)
        text = self._keys.unseal(row.sealed_tokens, f"authorisation:{row.id}")
        return Held(TokenSet.from_text(text), row.access_expires_at, row.generation)

    def put(self, session: Session, row: Authorisation, tokens: TokenSet, *, now: datetime) -> Held:
        """Write a token set into its row, as its next generation; call it under the refresh lock."""
        row.sealed_tokens = self._keys.seal(tokens.to_text(), f"authorisation:{row.id}")
        row.access_expires_at = now + timedelta(seconds=tokens.life)
        row.state = ConnectionState.CONNECTED
        row.generation += 1
        row.updated_at = now
        session.add(row)
        return Held(tokens, row.access_expires_at, row.generation)

    def replace(self, authorisation_id: str, tokens: TokenSet, now: datetime, *, scopes: str = "") -> Held:
        """Store a renewed token set in a transaction of its own."""
        with self.database.write() as session:
            row = session.exec(select(Authorisation).where(Authorisation.id == authorisation_id)).one()
            row.scopes = scopes or row.scopes
            return self.put(session, row, tokens, now=now)

    def expire(self, authorisation_id: str, reason: str, now: datetime) -> None:
        """Note that a token set no longer works, and with it each connection that it served."""
        with self.database.write() as session:
            connection = session.connection()
            connection.execute(
                update(Authorisation)
                .where(col(Authorisation.id) == authorisation_id)
                .values(state=ConnectionState.EXPIRED, updated_at=now)
            )
            connection.execute(
                update(Connection)
                .where(col(Connection.authorisation_id) == authorisation_id)
                .where(col(Connection.state) == ConnectionState.CONNECTED)
                .values(state=ConnectionState.EXPIRED, reason=reason)
            )

    def forget(self, session: Session, authorisation_id: str, now: datetime) -> None:
        """Wipe a token set for good."""
        session.connection().execute(
            update(Authorisation)
            .where(col(Authorisation.id) == authorisation_id)
            .values(
                sealed_tokens="",
                state=ConnectionState.REVOKED,
                generation=Authorisation.generation + 1,
                updated_at=now,
            )
        )
