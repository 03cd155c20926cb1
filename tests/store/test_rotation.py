"""Rotation of keys over all sealed columns."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select
from tests.store.rows import NOW, integration

from takings.store.database import Database
from takings.store.journal import OAuthSession
from takings.store.metadata import metadata
from takings.store.rotation import SEALED, rotate
from takings.store.secrets import KeyRing
from takings.store.setup_tables import SetupSession
from takings.store.tables import Authorisation, AuthToken

OLD = KeyRing({"old": b"o" * 32}, "old")
BOTH = KeyRing({"new": b"n" * 32, "old": b"o" * 32}, "new")
NEW = KeyRing({"new": b"n" * 32}, "new")


def authorise(session: Session, name: str, sealed: str) -> None:
    session.add(
        Authorisation(
            id=name,
            owner="venue-7",
            component="ledger:accounting",
            subject=name,
            sealed_tokens=sealed,
            access_expires_at=NOW + timedelta(minutes=30),
            updated_at=NOW,
        )
    )


def fill(session: Session, keys: KeyRing) -> None:
    connection = integration(session).source_connection_id
    authorise(session, "a1", keys.seal("tokens", "authorisation:a1"))
    token = {"owner": "venue-7", "connection_id": connection, "created_at": NOW}
    session.add(AuthToken(id="t1", digest="d1", sealed=keys.seal("token", "auth_token:t1"), **token))
    session.add(AuthToken(id="t2", digest="d2", **token))
    shown_once = keys.seal("token", "setup_session:i1")
    session.add(SetupSession(integration_id="i1", owner="venue-7", sealed_token=shown_once, updated_at=NOW))
    session.add(
        OAuthSession(
            state_digest="s1",
            owner="venue-7",
            principal="local",
            component="ledger:accounting",
            integration_id="i1",
            redirect_uri="http://localhost/callback",
            sealed_verifier=keys.seal("verifier", "oauth_session:s1"),
            scopes="",
            created_at=NOW,
        )
    )


def opened(database: Database, keys: KeyRing) -> list[str]:
    with database.read() as session:
        return [
            keys.unseal(session.exec(select(Authorisation.sealed_tokens)).one(), "authorisation:a1"),
            keys.unseal(session.exec(select(AuthToken.sealed).where(AuthToken.id == "t1")).one(), "auth_token:t1"),
            keys.unseal(session.exec(select(OAuthSession.sealed_verifier)).one(), "oauth_session:s1"),
        ]


def test_after_a_rotation_the_new_key_alone_opens_everything(database: Database) -> None:
    with database.write() as session:
        fill(session, OLD)
    done = rotate(database, BOTH)
    assert (done.resealed, done.unreadable) == (4, ())
    assert opened(database, NEW) == ["tokens", "token", "verifier"]
    assert rotate(database, BOTH).resealed == 0


def test_a_token_without_a_sealed_form_stays_without(database: Database) -> None:
    with database.write() as session:
        fill(session, OLD)
    rotate(database, BOTH)
    with database.read() as session:
        assert session.exec(select(AuthToken.sealed).where(AuthToken.id == "t2")).one() == ""


def test_a_secret_that_does_not_open_is_told_and_hinders_no_other(database: Database) -> None:
    with database.write() as session:
        authorise(session, "a1", OLD.seal("tokens", "authorisation:a1"))
        authorise(session, "a2", OLD.seal("stolen", "authorisation:a1"))
        authorise(session, "a3", KeyRing.generate().seal("lost key", "authorisation:a3"))
    done = rotate(database, BOTH)
    assert done.resealed == 1
    assert done.unreadable == ("authorisation:a2", "authorisation:a3")


def test_more_secrets_than_one_step_takes_are_all_rotated(database: Database) -> None:
    names = [f"a{number}" for number in range(450)]
    with database.write() as session:
        for name in names:
            authorise(session, name, OLD.seal(name, f"authorisation:{name}"))
    assert rotate(database, BOTH).resealed == 450
    with database.read() as session:
        stands = session.exec(select(col(Authorisation.id), col(Authorisation.sealed_tokens))).all()
    assert sorted(NEW.unseal(sealed, f"authorisation:{name}") for name, sealed in stands) == sorted(names)


def test_every_sealed_column_is_rotated() -> None:
    found = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.startswith("sealed")
    }
    assert found == {(str(one.table_class.__tablename__), one.column) for one in SEALED}
