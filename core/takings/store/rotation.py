"""Rotation of keys: seals every stored secret again with the active key, a few rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, select, update
from sqlmodel import Session, SQLModel

from takings.errors import KeyUnknown, SecretUnreadable
from takings.store.database import Database
from takings.store.journal import OAuthSession
from takings.store.secrets import KeyRing
from takings.store.setup_tables import SetupSession
from takings.store.tables import Authorisation, AuthToken

_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """What a rotation did: how many secrets were sealed again, and the context of each that did not open."""

    resealed: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True)
class _Sealed:
    """A sealed column; the context of a row is the prefix and the row's primary key."""

    table_class: type[SQLModel]
    column: str
    prefix: str


#: Every sealed column there is.
SEALED = (
    _Sealed(Authorisation, "sealed_tokens", "authorisation"),
    _Sealed(AuthToken, "sealed", "auth_token"),
    _Sealed(OAuthSession, "sealed_verifier", "oauth_session"),
    _Sealed(SetupSession, "sealed_token", "setup_session"),
)


def rotate(database: Database, keys: KeyRing) -> Rotation:
    """Seal every stored secret again with the active key; safe to break off, to repeat, and beside running workers.

    A secret that does not open is left as it is and told, so that one damaged row does not keep an old key alive
    for all others.
    """
    resealed, unreadable = 0, list[str]()
    for sealed in SEALED:
        after: str | None = ""
        while after is not None:
            with database.write() as session:
                rows = _stale(session, sealed, keys, after=after)
                done, failed = _reseal(session, sealed, keys, rows=rows)
            resealed += done
            unreadable += failed
            after = rows[-1][0] if rows else None
    return Rotation(resealed=resealed, unreadable=tuple(unreadable))


def _columns(sealed: _Sealed) -> tuple[Table, Column[Any], Column[Any]]:
    table: Table = sealed.table_class.__table__  # type: ignore[attr-defined]
    (key,) = table.primary_key.columns
    return table, key, table.c[sealed.column]


def _stale(session: Session, sealed: _Sealed, keys: KeyRing, *, after: str) -> Sequence[tuple[str, str]]:
    """Read the next rows sealed with another key, locked against a worker that refreshes a token meanwhile."""
    _, key, value = _columns(sealed)
    wanted = (key > after, value != "", ~value.startswith(keys.seal_prefix, autoescape=True))
    query = select(key, value).where(*wanted).order_by(key).limit(_BATCH).with_for_update()
    return [(name, text) for name, text in session.connection().execute(query)]


def _reseal(
    session: Session, sealed: _Sealed, keys: KeyRing, *, rows: Sequence[tuple[str, str]]
) -> tuple[int, list[str]]:
    table, key, value = _columns(sealed)
    done, failed = 0, []
    for name, old in rows:
        context = f"{sealed.prefix}:{name}"
        try:
            new = keys.seal(keys.unseal(old, context), context)
        except (KeyUnknown, SecretUnreadable):
            failed.append(context)
            continue
        session.connection().execute(update(table).where(key == name).values({value: new}))
        done += 1
    return done, failed
