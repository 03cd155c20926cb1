"""Auth Tokens that are handed out, and tokens that are typed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.connect.ledger import Ledger
from tests.connect.world import OWNER, PRINCIPAL, START, TILL, World

from takings.connect import tokens
from takings.connect.refusals import TokenUnusable
from takings.errors import AuthorisationExpired, Disconnected, NotFound
from takings.store.secrets import token_digest
from takings.store.tables import AuthToken, Connection


@pytest.fixture
def till(world: World) -> Connection:
    world.integration("one")
    row: Connection = world.row(Connection, "s-one")
    return row


def handed_out(world: World, till: Connection, *, presented: bool = True, later: int = 0) -> str:
    with world.database.write() as session:
        at = START + timedelta(seconds=later)
        return tokens.create(session, keys=world.keys, connection=till, presented=presented, at=at)


def sent(world: World, till: Connection, ledger: Ledger) -> str:
    world.contexts.for_connection(till).http.request("GET", f"{ledger.url}/plain/x")
    return ledger.calls[-1][2]


def test_a_token_matches_what_is_sent_and_nothing_else(world: World, till: Connection) -> None:
    plain = handed_out(world, till)
    with world.database.read() as session:
        found = tokens.match(session, plain)
        assert found is not None
        assert (found.connection_id, found.owner, found.hint) == (till.id, OWNER, f"…{plain[-4:]}")
        for other in ("", plain[:-1], plain.upper(), token_digest(plain), found.digest):
            assert tokens.match(session, other) is None


def test_a_token_is_stored_as_a_digest_and_sealed_only_where_it_is_presented(world: World, till: Connection) -> None:
    handed_out(world, till, presented=False)
    plain = handed_out(world, till, presented=True)
    first, second = sorted(world.rows(AuthToken), key=lambda row: row.sealed)
    assert first.sealed == ""
    assert plain not in second.sealed + second.digest
    assert world.keys.unseal(second.sealed, f"auth_token:{second.id}") == plain


def test_the_newest_token_is_presented_as_a_bearer(world: World, till: Connection, ledger: Ledger) -> None:
    old, new = handed_out(world, till), handed_out(world, till, later=1)
    assert sent(world, till, ledger) == f"Bearer {new}"
    with world.database.read() as session:
        assert tokens.match(session, old) is not None


def test_a_revoked_token_neither_opens_nor_is_presented(world: World, till: Connection, ledger: Ledger) -> None:
    plain = handed_out(world, till)
    (row,) = world.rows(AuthToken)
    with world.database.write() as session:
        with pytest.raises(NotFound):
            tokens.revoke(session, row.id, owner="somebody", at=START)
        tokens.revoke(session, row.id, owner=OWNER, at=START)
        assert tokens.match(session, plain) is None
    with pytest.raises(AuthorisationExpired):
        sent(world, till, ledger)
    assert world.rows(AuthToken)[0].sealed == ""


def test_a_token_that_was_changed_meanwhile_is_taken_after_a_refusal(
    world: World, till: Connection, ledger: Ledger
) -> None:
    authoriser = tokens.bearer(world.database, world.keys, till)
    old = f"Bearer {handed_out(world, till)}"
    assert authoriser.header() == old
    new = f"Bearer {handed_out(world, till, later=1)}"
    assert authoriser.header() == old
    assert authoriser.header(refresh_of=old) == new
    assert authoriser.header(refresh_of=new) == new


def test_a_typed_token_is_presented_and_opens_nothing_of_ours(world: World, till: Connection, ledger: Ledger) -> None:
    with world.database.write() as session:
        for plain in ("their-first-token", "  their-second-token\n"):
            tokens.enter(session, keys=world.keys, connection=till, plain=plain, at=START)
    assert sent(world, till, ledger) == "Bearer their-second-token"
    with world.database.read() as session:
        assert tokens.match(session, "their-second-token") is None
        assert len(tokens.live(session, till.id)) == 1


def test_two_venues_may_type_in_the_same_token(world: World, till: Connection) -> None:
    world.integration("two")
    with world.database.write() as session:
        for connection in (till, world.row(Connection, "s-two")):
            tokens.enter(session, keys=world.keys, connection=connection, plain="shared-token", at=START)


@pytest.mark.parametrize("plain", ["", "   ", "two words", "tökén", "a\r\nX-Header: b", "x" * 5000])
def test_what_can_not_be_a_token_is_refused(world: World, till: Connection, plain: str) -> None:
    with world.database.write() as session, pytest.raises(TokenUnusable):
        tokens.enter(session, keys=world.keys, connection=till, plain=plain, at=START)


def test_disconnecting_ends_all_tokens_of_a_connection(world: World, till: Connection, ledger: Ledger) -> None:
    plain = handed_out(world, till)
    world.oauth.disconnect(till.id, OWNER, PRINCIPAL)
    with world.database.read() as session:
        assert tokens.match(session, plain) is None
    with pytest.raises(Disconnected):
        sent(world, world.row(Connection, till.id), ledger)
    assert till.component == TILL
