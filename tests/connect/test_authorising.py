"""Token sets are renewed in time, once, and without losing them when a reply is lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from tests.connect import processes
from tests.connect.ledger import LIFE, Answer, Ledger
from tests.connect.world import OWNER, PRINCIPAL, ManualClock, SystemClock, World

from takings.connect.authorising import refresh_lock
from takings.connect.contexts import ContextFactory
from takings.connect.oauth import OAuthFlow
from takings.errors import AuthorisationExpired, Disconnected, Misconfigured, Retry
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.store.tables import Authorisation, Connection


@pytest.fixture
def connection(world: World, ledger: Ledger) -> Connection:
    made = world.connected(ledger)
    ledger.token_calls.clear()
    ledger.calls.clear()
    return made


def header(world: World) -> str:
    return world.oauth.authoriser(world.authorisation().id).header()


def another_process(world: World) -> OAuthFlow:
    """The same installation, with nothing remembered."""
    return OAuthFlow(**world.parts)


def test_a_fresh_token_is_used_without_asking(world: World, ledger: Ledger, connection: Connection) -> None:
    assert header(world) == header(world) == f"Bearer {ledger.grants[0].access}"
    assert not ledger.token_calls


def test_a_token_is_renewed_two_minutes_before_its_end(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock
) -> None:
    clock.move(LIFE - 121)
    old = header(world)
    clock.move(2)
    assert header(world) != old
    assert [call["refresh_token"] for call in ledger.token_calls] == [ledger.grants[0].refresh]


def test_five_threads_with_one_expired_token_make_one_token_call(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock
) -> None:
    clock.move(LIFE)
    ledger.token_delay = 0.05
    http, barrier = world.contexts.for_connection(connection).http, threading.Barrier(5)

    def call(_: int) -> int:
        barrier.wait()
        return http.request("GET", f"{ledger.url}/books").status_code

    with ThreadPoolExecutor(5) as threads:
        assert list(threads.map(call, range(5))) == [200] * 5
    assert len(ledger.token_calls) == 1
    assert len(ledger.calls) == 5


def test_five_threads_whose_token_is_refused_at_once_make_one_token_call(
    world: World, ledger: Ledger, connection: Connection
) -> None:
    ledger.expire_access()
    ledger.token_delay = ledger.call_delay = 0.03
    http, barrier = world.contexts.for_connection(connection).http, threading.Barrier(5)

    def call(_: int) -> int:
        barrier.wait()
        return http.request("POST", f"{ledger.url}/books", content=b"{}").status_code

    with ThreadPoolExecutor(5) as threads:
        assert list(threads.map(call, range(5))) == [200] * 5
    assert len(ledger.token_calls) == 1


def test_two_processes_with_one_expired_token_make_one_token_call(database: Database) -> None:
    clock = SystemClock()
    ledger = Ledger(clock.now)
    ledger.organisations["ann"] = [{"id": "org-1", "name": "Harbour Cafe", "link": ""}]
    world = World(database=database, keys=KeyRing.generate(), address=ledger.url, clock=clock)
    try:
        world.connected(ledger)
        with database.write() as session:
            row = session.get(Authorisation, world.authorisation().id)
            assert row is not None
            row.access_expires_at = datetime.now(UTC)
            session.add(row)
        ledger.token_calls.clear()
        ledger.token_delay = 0.2
        found = processes.together(
            "refresh", 2, TEST_DATABASE=database.place, TEST_KEYS=world.keys.to_text(), TEST_LEDGER=ledger.url
        )
        assert found == [f"Bearer {ledger.grants[-1].access}"] * 2
        assert len(ledger.token_calls) == 1
    finally:
        world.close()
        ledger.close()


def test_what_another_process_renewed_is_taken_over(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock
) -> None:
    header(world)
    clock.move(LIFE)
    theirs = another_process(world).authoriser(world.authorisation().id).header()
    assert header(world) == theirs
    assert len(ledger.token_calls) == 1


def test_a_lost_reply_is_asked_for_again_with_the_old_token(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock
) -> None:
    clock.move(LIFE)
    ledger.lost_token_replies = 1
    assert header(world) == f"Bearer {ledger.grants[-1].access}"
    assert len({call["refresh_token"] for call in ledger.token_calls}) == 1
    assert len(ledger.token_calls) == 2


def test_after_two_lost_replies_the_old_token_serves_later_within_the_grace(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock
) -> None:
    clock.move(LIFE)
    ledger.lost_token_replies = 2
    with pytest.raises(Retry):
        header(world)
    clock.move(29 * 60)
    assert header(world) == f"Bearer {ledger.grants[-1].access}"


def test_after_the_grace_a_lost_reply_has_ended_the_authorisation(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock
) -> None:
    clock.move(LIFE)
    ledger.lost_token_replies = 2
    with pytest.raises(Retry):
        header(world)
    clock.move(31 * 60)
    with pytest.raises(AuthorisationExpired):
        header(world)


def test_a_newer_token_that_the_ledger_never_knew_falls_back_on_the_previous_one(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock
) -> None:
    clock.move(LIFE)
    header(world)
    ledger.grants[-1].revoked = True
    ledger.expire_access()
    http = world.contexts.for_connection(connection).http
    assert http.request("GET", f"{ledger.url}/books").status_code == 200
    assert ledger.token_calls[-1]["refresh_token"] == ledger.grants[0].refresh


def test_a_dead_authorisation_expires_with_its_connections_and_is_not_asked_again(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock
) -> None:
    ledger.grants[0].revoked = True
    clock.move(LIFE)
    for _ in range(2):
        with pytest.raises(AuthorisationExpired):
            header(world)
    assert len(ledger.token_calls) == 1
    row = world.row(Connection, connection.id)
    assert row.state == "expired"
    assert "the refresh token is dead" in row.reason
    assert world.authorisation().state == "expired"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_token_endpoint_is_tried_later_whatever_it_says(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock, status: int
) -> None:
    clock.move(LIFE)
    ledger.token_answers = [Answer(status, {"Retry-After": "7"}, b'{"error":"invalid_grant"}')]
    with pytest.raises(Retry) as caught:
        header(world)
    assert caught.value.after == timedelta(seconds=7)
    assert world.authorisation().state == "connected"
    assert header(world)


def test_a_token_endpoint_that_asks_for_ages_is_tried_again_within_a_day(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock
) -> None:
    clock.move(LIFE)
    ledger.token_answers = [Answer(503, {"Retry-After": "9" * 40})]
    with pytest.raises(Retry) as caught:
        header(world)
    assert caught.value.after == timedelta(days=1)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(401, body=b'{"error":"invalid_client"}'), Misconfigured),
        (Answer(400, body=b'{"error":"invalid_scope"}'), Misconfigured),
        (Answer(302, {"Location": "https://elsewhere.example/"}), Retry),
        (Answer(403, body=b"<html>"), Retry),
        (Answer(200, body=b'{"access_token": ""}'), Retry),
    ],
)
def test_a_strange_answer_never_ends_the_authorisation(
    world: World,
    ledger: Ledger,
    connection: Connection,
    clock: ManualClock,
    answer: Answer,
    problem: type[Exception],
) -> None:
    clock.move(LIFE)
    ledger.token_answers = [answer]
    with pytest.raises(problem):
        header(world)
    assert header(world) == f"Bearer {ledger.grants[-1].access}"


def test_while_another_process_renews_the_last_two_minutes_are_used(
    world: World, ledger: Ledger, connection: Connection, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("takings.connect.authorising.LOCK_WAIT", timedelta(milliseconds=20))
    old = header(world)
    clock.move(LIFE - 60)
    with world.database.lock(refresh_lock(world.authorisation().id)):
        assert header(world) == old
        clock.move(61)
        with pytest.raises(Retry, match="another process"):
            header(world)


# --- a 401 ------------------------------------------------------------------------------------------------------


def test_a_refused_token_is_renewed_and_the_call_repeated_once(
    world: World, ledger: Ledger, connection: Connection
) -> None:
    ledger.expire_access()
    reply = world.contexts.for_connection(connection).http.request("POST", f"{ledger.url}/books", content=b"{}")
    assert reply.status_code == 200
    assert [method for method, *_ in ledger.calls] == ["POST", "POST"]
    assert len(ledger.token_calls) == 1


def test_a_second_refusal_is_left_to_the_plugin(world: World, ledger: Ledger, connection: Connection) -> None:
    ledger.call_answers = [Answer(401), Answer(401)]
    assert world.contexts.for_connection(connection).http.request("GET", f"{ledger.url}/books").status_code == 401
    assert len(ledger.calls) == 2


def test_a_ledger_that_refuses_every_token_is_not_asked_for_one_at_each_call(
    world: World, ledger: Ledger, connection: Connection
) -> None:
    ledger.call_answers = [Answer(401)] * 20
    http = world.contexts.for_connection(connection).http
    for _ in range(5):
        assert http.request("GET", f"{ledger.url}/books").status_code == 401
    assert len(ledger.token_calls) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(401, {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}),
        Answer(401, {"WWW-Authenticate": "insufficent_scope"}),
        Answer(401, body=b'{"error":"insufficient_scope"}'),
    ],
)
def test_a_missing_scope_is_never_mended_by_renewing(
    world: World, ledger: Ledger, connection: Connection, answer: Answer
) -> None:
    ledger.call_answers = [answer]
    assert world.contexts.for_connection(connection).http.request("GET", f"{ledger.url}/books").status_code == 401
    assert not ledger.token_calls
    assert len(ledger.calls) == 1


def test_a_disconnected_connection_says_so_before_anything_is_sent(
    world: World, ledger: Ledger, connection: Connection
) -> None:
    before = world.contexts.for_connection(connection)
    world.oauth.disconnect(connection.id, OWNER, PRINCIPAL)
    ledger.calls.clear()
    after = world.contexts.for_connection(world.row(Connection, connection.id))
    for context in (before, after):
        with pytest.raises(Disconnected):
            context.http.request("GET", f"{ledger.url}/books")
    assert not ledger.calls


def test_a_connection_that_was_never_authorised_has_to_be_connected(world: World, ledger: Ledger) -> None:
    factory: ContextFactory = world.contexts
    row = Connection(id="x", owner=OWNER, side="target", component="ledger:books", created_at=datetime.now(UTC))
    with pytest.raises(AuthorisationExpired):
        factory.for_connection(row).http.request("GET", f"{ledger.url}/")


def test_an_authorisation_is_sent_to_no_address_that_the_operator_did_not_name(
    world: World, ledger: Ledger, connection: Connection
) -> None:
    calls = list(ledger.calls)
    with pytest.raises(ValueError, match="is none of those in the settings"):
        world.contexts.for_connection(connection).http.request("GET", "https://elsewhere.example/")
    assert ledger.calls == calls


def test_the_other_contexts_authorise_as_they_say(world: World, ledger: Ledger, connection: Connection) -> None:
    row = world.authorisation()
    assert (
        world.contexts.for_authorisation(row.id, row.component)
        .http.request("GET", f"{ledger.url}/connections")
        .json()
    )
    bare = world.contexts.bare(row.component)
    assert bare.http.request("GET", f"{ledger.url}/plain/x").text == "plain"
    assert ledger.calls[-1] == ("GET", "/plain/x", "")
    assert bare.clock.now() == world.clock.now()
