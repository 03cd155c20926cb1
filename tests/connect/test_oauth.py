"""Connecting by OAuth: from the consent page to a joined organisation, and everything that goes wrong on the way."""

from __future__ import annotations

import logging
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.connect.ledger import CLIENT_SECRET, Answer, Ledger
from tests.connect.world import BOOKS, OWNER, PRINCIPAL, TILL, ManualClock, World

from takings.connect.refusals import (
    CodeRefused,
    ConnectInvalid,
    ConsentDenied,
    NotOAuth,
    RedirectRefused,
    WrongOrganisation,
)
from takings.errors import Misconfigured, NotFound, PluginFault, Retry, Unavailable, UsageError
from takings.store.journal import AuditEvent, OAuthSession
from takings.store.tables import Authorisation, Connection, Integration


def test_consent_joins_the_chosen_organisation(world: World, ledger: Ledger) -> None:
    finished = world.consented(ledger, world.integration("one"))
    assert [one.name for one in finished.organisations] == ["Harbour Cafe", "Hill Cafe"]
    assert (finished.owner, finished.component, finished.missing_scopes) == (OWNER, BOOKS, ())
    joined = world.row(Connection, world.choose(finished, "org-2"))
    assert (joined.organisation, joined.name, joined.link, joined.state) == (
        "org-2",
        "Hill Cafe",
        "link-2",
        "connected",
    )
    assert world.row(Integration, "i-one").target_connection_id == joined.id
    (event,) = world.rows(AuditEvent)
    assert (event.action, event.principal) == ("connection.joined", PRINCIPAL)


def test_the_consent_address_keeps_its_own_query_and_writes_spaces_as_percent_20(world: World) -> None:
    address = world.begin(world.integration("one"))
    query = urlsplit(address).query
    assert "scope=offline_access%20invoices" in query
    assert parse_qs(query)["prompt"] == ["consent"]


def test_state_and_verifier_are_stored_only_as_digest_and_sealed(world: World) -> None:
    address = world.begin(world.integration("one"))
    state = parse_qs(urlsplit(address).query)["state"][0]
    (row,) = world.rows(OAuthSession)
    assert state not in (row.state_digest, row.sealed_verifier)
    assert world.keys.unseal(row.sealed_verifier, f"oauth_session:{row.state_digest}")


def test_a_setting_that_needs_a_scope_asks_for_it_in_every_connect_of_its_owner(world: World) -> None:
    world.integration("one", settings={"attach_report": True})
    world.integration("default", settings={"attach_report": False})
    assert "%20attachments" in world.begin("i-default")
    world.integration("foreign", owner="somebody")
    assert "attachments" not in world.begin("i-foreign", owner="somebody")


def test_scopes_that_were_not_granted_are_told(world: World, ledger: Ledger) -> None:
    state, code = ledger.consent(world.begin(world.integration("one", settings={"attach_report": True})))
    user, back, challenge, _ = ledger.codes[code]
    ledger.codes[code] = (user, back, challenge, "offline_access invoices")
    finished = world.oauth.finish(state=state, code=code, principal=PRINCIPAL)
    assert finished.missing_scopes == ("attachments",)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8080/back",
        "http://cafe.lan/back",
        "ftp://localhost/",
        "https:///x",
        "https://a@b/",
        "https://b/#x",
        "http://localhost:notaport/",
        "javascript:alert(1)",
        "",
    ],
)
def test_the_way_back_must_be_https_or_localhost(world: World, address: str) -> None:
    with pytest.raises(RedirectRefused):
        world.begin(world.integration("one"), redirect_uri=address)


def test_localhost_is_a_way_back(world: World) -> None:
    assert "localhost%3A8377" in world.begin(world.integration("one"), redirect_uri="http://localhost:8377/back")


def test_an_integration_of_another_owner_does_not_exist(world: World) -> None:
    world.integration("one", owner="somebody")
    with pytest.raises(NotFound):
        world.begin("i-one")


def test_a_component_that_the_integration_does_not_use_is_refused(world: World) -> None:
    integration = world.integration("one")
    with pytest.raises(NotOAuth):
        world.begin(integration, component=TILL)
    with world.database.write() as session:
        row = session.get(Integration, integration)
        assert row is not None
        row.target_component = "other:books"
        session.add(row)
    with pytest.raises(UsageError, match="does not use"):
        world.begin(integration)


# --- the way back --------------------------------------------------------------------------------------------


def test_an_unknown_state_is_refused(world: World, ledger: Ledger) -> None:
    _, code = ledger.consent(world.begin(world.integration("one")))
    with pytest.raises(ConnectInvalid):
        world.oauth.finish(state="tk_made-up", code=code, principal=PRINCIPAL)
    assert not ledger.token_calls


def test_a_state_works_once(world: World, ledger: Ledger) -> None:
    state, code = ledger.consent(world.begin(world.integration("one")))
    world.oauth.finish(state=state, code=code, principal=PRINCIPAL)
    with pytest.raises(ConnectInvalid):
        world.oauth.finish(state=state, code=code, principal=PRINCIPAL)
    assert len(ledger.token_calls) == 1


def test_another_principal_is_refused_and_uses_the_state_up(world: World, ledger: Ledger) -> None:
    state, code = ledger.consent(world.begin(world.integration("one")))
    for principal in ("web:mallory", PRINCIPAL):
        with pytest.raises(ConnectInvalid):
            world.oauth.finish(state=state, code=code, principal=principal)
    assert not ledger.token_calls


def test_a_state_ends_after_ten_minutes(world: World, ledger: Ledger, clock: ManualClock) -> None:
    state, code = ledger.consent(world.begin(world.integration("one")))
    clock.move(601)
    with pytest.raises(ConnectInvalid):
        world.oauth.finish(state=state, code=code, principal=PRINCIPAL)


def test_old_states_are_swept_away(world: World, clock: ManualClock) -> None:
    integration = world.integration("one")
    world.begin(integration)
    clock.move(90_000)
    world.begin(integration)
    assert len(world.rows(OAuthSession)) == 1


def test_a_denied_consent_says_so_and_stores_nothing(world: World, ledger: Ledger) -> None:
    state, _ = ledger.consent(world.begin(world.integration("one")))
    with pytest.raises(ConsentDenied, match=r"not granted.*said: The user cancelled") as caught:
        world.oauth.finish(
            state=state, code="", error="access_denied", error_description="The user\ncancelled", principal=PRINCIPAL
        )
    assert caught.value.verbatim == "The user cancelled"
    assert not world.rows(Authorisation)
    with pytest.raises(ConnectInvalid):
        world.oauth.finish(state=state, code="late", principal=PRINCIPAL)


def test_a_code_that_was_used_elsewhere_is_refused(world: World, ledger: Ledger) -> None:
    integration = world.integration("one")
    first_state, code = ledger.consent(world.begin(integration))
    world.oauth.finish(state=first_state, code=code, principal=PRINCIPAL)
    second_state, _ = ledger.consent(world.begin(integration))
    with pytest.raises(CodeRefused, match="begin to connect again"):
        world.oauth.finish(state=second_state, code=code, principal=PRINCIPAL)


def test_a_code_of_another_connect_fails_by_its_verifier(world: World, ledger: Ledger) -> None:
    integration = world.integration("one")
    _, stolen = ledger.consent(world.begin(integration))
    state, _ = ledger.consent(world.begin(integration))
    with pytest.raises(CodeRefused, match="verifier"):
        world.oauth.finish(state=state, code=stolen, principal=PRINCIPAL)


def test_a_wrong_client_secret_is_the_operators_matter(world: World, ledger: Ledger) -> None:
    state, code = ledger.consent(world.begin(world.integration("one")))
    ledger.token_answers = [Answer(401, body=b'{"error":"invalid_client"}')]
    with pytest.raises(Misconfigured) as caught:
        world.oauth.finish(state=state, code=code, principal=PRINCIPAL)
    assert caught.value.field == f"{BOOKS}.client_id"
    assert CLIENT_SECRET not in str(caught.value)


def test_a_subject_that_the_plugin_can_not_tell_is_its_fault(world: World, ledger: Ledger) -> None:
    state, code = ledger.consent(world.begin(world.integration("one")))
    ledger.token_answers = [Answer(200, body=b'{"access_token":"a"}')]
    with pytest.raises(PluginFault, match="takings-ledger"):
        world.oauth.finish(state=state, code=code, principal=PRINCIPAL)


# --- organisations --------------------------------------------------------------------------------------------


def test_an_organisation_that_is_not_reached_can_not_be_chosen(world: World, ledger: Ledger) -> None:
    finished = world.consented(ledger, world.integration("one"))
    with pytest.raises(NotFound, match="Harbour Cafe, Hill Cafe"):
        world.choose(finished, "org-9")


def test_an_authorisation_of_another_owner_can_not_be_chosen(world: World, ledger: Ledger) -> None:
    finished = world.consented(ledger, world.integration("one"))
    world.integration("theirs", owner="somebody")
    with pytest.raises(NotFound):
        world.choose(finished, "org-1", owner="somebody", integration_id="i-theirs")


def test_a_reconnect_accepts_the_same_organisation_only(world: World, ledger: Ledger) -> None:
    connection = world.connected(ledger)
    again = world.consented(ledger, "i-one")
    with pytest.raises(WrongOrganisation, match=r"Harbour Cafe.*Hill Cafe"):
        world.choose(again, "org-2")
    assert world.choose(again, "org-1") == connection.id


def test_two_integrations_of_one_organisation_share_the_connection(world: World, ledger: Ledger) -> None:
    first, second = world.connected(ledger, "one"), world.connected(ledger, "two")
    assert first.id == second.id


def test_one_user_with_two_organisations_has_one_token_set(world: World, ledger: Ledger) -> None:
    first = world.connected(ledger, "one", "org-1")
    old = world.oauth.authoriser(first.authorisation_id or "").header()
    second = world.connected(ledger, "two", "org-2")
    assert first.id != second.id
    assert first.authorisation_id == second.authorisation_id == world.authorisation().id
    # The second consent replaced the first one's tokens: both connections go on with the new ones.
    for connection in (first, second):
        world.contexts.for_connection(connection).http.request("GET", f"{ledger.url}/books")
    assert {authorisation for _, path, authorisation in ledger.calls if path == "/books"} != {old}
    assert world.authorisation().generation == 2


def test_two_users_have_a_token_set_each(world: World, ledger: Ledger) -> None:
    ledger.organisations["bob"] = [{"id": "org-2", "name": "Hill Cafe", "link": "link-7"}]
    first, second = world.connected(ledger, "one"), world.connected(ledger, "two", "org-2", user="bob")
    assert first.authorisation_id != second.authorisation_id


def test_tokens_that_serve_nothing_any_more_are_forgotten(world: World, ledger: Ledger) -> None:
    first = world.connected(ledger)
    ledger.organisations["bob"] = list(ledger.organisations["ann"])
    second = world.connected(ledger, "two", user="bob")
    assert second.id == first.id
    rows = {row.subject: row for row in world.rows(Authorisation)}
    assert (rows["ann"].sealed_tokens, rows["ann"].state) == ("", "revoked")
    assert rows["bob"].sealed_tokens


def test_connecting_again_revives_expired_connections(world: World, ledger: Ledger, clock: ManualClock) -> None:
    connection = world.connected(ledger)
    with world.database.write() as session:
        row = session.get(Connection, connection.id)
        assert row is not None
        row.state, row.reason = "expired", "because"
        session.add(row)
    world.consented(ledger, "i-one")
    row = world.row(Connection, connection.id)
    assert (row.state, row.reason) == ("connected", "")


# --- disconnecting ---------------------------------------------------------------------------------------------


def test_disconnecting_ends_there_then_revokes_then_forgets(world: World, ledger: Ledger) -> None:
    connection = world.connected(ledger)
    ledger.log.clear()
    world.oauth.disconnect(connection.id, OWNER, PRINCIPAL)
    assert ledger.log == ["DELETE /connections/link-1", "POST /revoke"]
    row = world.authorisation()
    assert (row.state, row.sealed_tokens) == ("revoked", "")
    assert world.row(Connection, connection.id).state == "revoked"


def test_only_the_last_connection_revokes_the_authorisation(world: World, ledger: Ledger) -> None:
    first, second = world.connected(ledger, "one", "org-1"), world.connected(ledger, "two", "org-2")
    ledger.log.clear()
    world.oauth.disconnect(first.id, OWNER, PRINCIPAL)
    assert ledger.log == ["DELETE /connections/link-1"]
    reply = world.contexts.for_connection(second).http.request("GET", f"{ledger.url}/books")
    assert reply.status_code == 200
    world.oauth.disconnect(second.id, OWNER, PRINCIPAL)
    assert ledger.log[-2:] == ["DELETE /connections/link-2", "POST /revoke"]


def test_a_disconnect_that_fails_there_changes_nothing_here(world: World, ledger: Ledger) -> None:
    connection = world.connected(ledger)
    ledger.call_answers = [Answer(503), Answer(503)]
    with pytest.raises(Unavailable):
        world.oauth.disconnect(connection.id, OWNER, PRINCIPAL)
    assert world.row(Connection, connection.id).state == "connected"
    assert world.authorisation().sealed_tokens
    world.oauth.disconnect(connection.id, OWNER, PRINCIPAL, force=True)
    assert not world.authorisation().sealed_tokens


def test_a_connection_that_is_dead_already_is_forgotten_quietly(
    world: World, ledger: Ledger, clock: ManualClock
) -> None:
    connection = world.connected(ledger)
    for grant in ledger.grants:
        grant.revoked = True
    clock.move(3600)
    world.oauth.disconnect(connection.id, OWNER, PRINCIPAL)
    assert world.row(Connection, connection.id).state == "revoked"


def test_somebody_elses_connection_can_not_be_disconnected(world: World, ledger: Ledger) -> None:
    connection = world.connected(ledger)
    with pytest.raises(NotFound):
        world.oauth.disconnect(connection.id, "somebody", PRINCIPAL)


def test_connecting_again_after_a_disconnect_works(world: World, ledger: Ledger) -> None:
    connection = world.connected(ledger)
    world.oauth.disconnect(connection.id, OWNER, PRINCIPAL)
    ledger.organisations["ann"].append({"id": "org-1", "name": "Harbour Cafe", "link": "link-9"})
    again = world.consented(ledger, "i-one")
    assert world.choose(again, "org-1") == connection.id
    row = world.row(Connection, connection.id)
    assert world.contexts.for_connection(row).http.request("GET", f"{ledger.url}/books").status_code == 200


# --- what is never shown ----------------------------------------------------------------------------------------


def test_no_secret_reaches_the_log_or_the_database(
    world: World, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connection = world.connected(ledger)
    context = world.contexts.for_connection(connection)
    context.http.request("GET", f"{ledger.url}/books", params={"code": "hush-hush"})
    (grant,) = ledger.grants
    context.log.info(f"header was Bearer {grant.access}", refresh_token=grant.refresh, secret=CLIENT_SECRET)
    context.log.warning(f"it repeated {CLIENT_SECRET}\nand more")
    shown = [record.getMessage() for record in caplog.records if record.name.startswith(("takings", "httpx"))]
    stored = " ".join(world.database.engine.connect().connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert any("books 200" in line for line in shown)
    for secret in (grant.access, grant.refresh, CLIENT_SECRET, "hush-hush"):
        assert not [line for line in shown if secret in line]
        assert secret not in stored
    assert not [line for line in shown if "\n" in line]


def test_a_token_reply_that_is_none_is_tried_again_later(world: World, ledger: Ledger) -> None:
    state, code = ledger.consent(world.begin(world.integration("one")))
    ledger.token_answers = [Answer(200, body=b"<html>Sign in to the hotel's network</html>")]
    with pytest.raises(Retry):
        world.oauth.finish(state=state, code=code, principal=PRINCIPAL)
