"""OAuth as Xero does it: consent, PKCE, secrets, codes, rotation, revocation, scopes."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

CALLBACK = "http://localhost:8765/callback"
VERIFIER = "a" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def authorise(session: Any, **changes: str) -> httpx.Response:
    query = {
        "response_type": "code",
        "client_id": session.installation["client_id"],
        "redirect_uri": CALLBACK,
        "scope": session.scopes,
        "state": "s1",
    }
    return session.http.get(session.installation["authorise_url"], params=query | changes)


def pkce_client(session: Any) -> str:
    return next(one["client_id"] for one in session.sandbox.control.state()["clients"] if one["kind"] == "pkce")


def test_a_token_reply_has_exactly_the_keys_that_the_official_sdk_takes(session: Any) -> None:
    assert set(session.tokens) == {
        "id_token",
        "access_token",
        "expires_in",
        "token_type",
        "refresh_token",
        "scope",
    }
    assert (session.tokens["expires_in"], session.tokens["token_type"]) == (1800, "Bearer")


def test_the_access_token_says_who_and_what(session: Any) -> None:
    part = session.tokens["access_token"].split(".")[1]
    claims = httpx.Response(200, content=base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))).json()
    assert {"xero_userid", "scope", "authentication_event_id", "exp"} <= claims.keys()
    assert claims["authentication_event_id"] == session.connections()[0]["authEventId"]


def test_no_refresh_token_without_offline_access(connect: Any) -> None:
    assert "refresh_token" not in connect("openid accounting.settings.read").tokens


@pytest.mark.parametrize("address", ["http://127.0.0.1:8765/callback", "http://example.com/callback"])
def test_plain_http_is_refused_unless_it_is_localhost(session: Any, address: str) -> None:
    reply = authorise(session, redirect_uri=address)
    assert reply.status_code == 400
    assert "location" not in reply.headers


def test_an_unknown_scope_comes_back_as_invalid_scope(session: Any) -> None:
    reply = authorise(session, scope="openid accounting.everything")
    assert parse_qs(urlsplit(reply.headers["location"]).query)["error"] == ["invalid_scope"]


def test_broad_scopes_can_be_switched_off(session: Any) -> None:
    assert "code=" in authorise(session, scope="accounting.transactions").headers["location"]
    session.sandbox.world.switch(granular_scopes_only=True)
    assert "error=invalid_scope" in authorise(session, scope="accounting.transactions").headers["location"]


def test_the_consent_page_lists_organisations_and_connects_the_ticked_ones(session: Any) -> None:
    control = session.sandbox.control
    session.sandbox.world.switch(auto_consent=False)
    second = control.add_organisation("Beach <b>Club</b>")
    page = authorise(session)
    assert page.status_code == 200
    assert "Beach &lt;b&gt;Club&lt;/b&gt;" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    reply = session.http.post(page.url, data={"organisation": [session.tenant, second], "decision": "allow"})
    code = parse_qs(urlsplit(reply.headers["location"]).query)["code"][0]
    session.tokens = session.exchange(code).json()
    assert {one["tenantId"] for one in session.connections()} == {session.tenant, second}


def test_cancel_comes_back_as_access_denied(session: Any) -> None:
    session.sandbox.world.switch(auto_consent=False)
    reply = session.http.post(authorise(session).url, data={"organisation": session.tenant, "decision": "cancel"})
    answer = parse_qs(urlsplit(reply.headers["location"]).query)
    assert (answer["error"], answer["state"]) == (["access_denied"], ["s1"])


def test_auto_consent_can_be_limited_to_organisations(session: Any) -> None:
    second = session.sandbox.control.add_organisation("Beach Club")
    session.sandbox.control.disconnect(session.tenant)
    session.sandbox.world.switch(consent_tenants=[second])
    session.connect()
    assert [one["tenantId"] for one in session.connections()] == [second]


def test_a_code_works_once(session: Any) -> None:
    code = session.code()
    assert session.exchange(code).status_code == 200
    again = session.exchange(code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


def test_a_code_dies_after_five_minutes(session: Any, clock: Any) -> None:
    code = session.code()
    clock.forward(301)
    assert session.exchange(code).json() == {"error": "invalid_grant"}


def test_a_code_belongs_to_its_redirect_address(session: Any) -> None:
    reply = session.token(grant_type="authorization_code", code=session.code(), redirect_uri="https://x.example/cb")
    assert reply.json() == {"error": "invalid_grant"}


def test_a_wrong_secret_is_an_invalid_client(session: Any) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": session.tokens["refresh_token"]}
    reply = session.http.post(
        session.installation["token_url"], data=form, auth=(session.installation["client_id"], "wrong")
    )
    assert (reply.status_code, reply.json()) == (400, {"error": "invalid_client"})


def test_pkce_needs_no_secret_and_the_right_verifier(session: Any) -> None:
    client = pkce_client(session)
    for verifier, status in (("b" * 64, 400), (VERIFIER, 200)):
        code = session.code(client_id=client, code_challenge=CHALLENGE, code_challenge_method="S256")
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "client_id": client}
        reply = session.http.post(session.installation["token_url"], data=form | {"code_verifier": verifier})
        assert reply.status_code == status, reply.text
    refreshed = session.http.post(
        session.installation["token_url"],
        data={"grant_type": "refresh_token", "refresh_token": reply.json()["refresh_token"], "client_id": client},
    )
    assert refreshed.status_code == 200


def test_a_public_app_cannot_leave_pkce_out(session: Any) -> None:
    client = pkce_client(session)
    form = {"grant_type": "authorization_code", "code": session.code(client_id=client), "redirect_uri": CALLBACK}
    reply = session.http.post(session.installation["token_url"], data=form | {"client_id": client})
    assert reply.status_code == 400


def test_the_used_refresh_token_works_for_thirty_minutes_more(session: Any, clock: Any) -> None:
    first = session.tokens["refresh_token"]
    assert session.refresh(first).status_code == 200
    clock.forward(29 * 60)
    assert session.refresh(first).status_code == 200
    clock.forward(2 * 60)
    assert session.refresh(first).json() == {"error": "invalid_grant"}


def test_a_refresh_token_dies_after_sixty_days(session: Any, clock: Any) -> None:
    clock.forward(60 * 86_400)
    assert session.refresh(session.tokens["refresh_token"]).json() == {"error": "invalid_grant"}


def test_consenting_again_replaces_the_token_set(session: Any) -> None:
    old = session.tokens["refresh_token"]
    before = session.connections()[0]
    session.connect()
    assert session.refresh(old).json() == {"error": "invalid_grant"}
    assert session.refresh(session.tokens["refresh_token"]).status_code == 200
    assert session.connections()[0]["id"] == before["id"]


def test_scopes_add_up_over_consents(session: Any) -> None:
    again = session.exchange(session.code(scope="openid accounting.attachments")).json()
    assert {"accounting.attachments", "accounting.invoices"} <= set(again["scope"].split())


def test_revocation_removes_every_connection(session: Any) -> None:
    form = {"token": session.tokens["refresh_token"]}
    reply = session.http.post(session.installation["revocation_url"], data=form, auth=session.basic)
    assert (reply.status_code, reply.content) == (200, b"")
    assert session.connections() == []
    assert session.refresh(session.tokens["refresh_token"]).json() == {"error": "invalid_grant"}


def test_deleting_a_connection_leaves_the_token_valid_and_shuts_the_tenant(session: Any, clock: Any) -> None:
    (connection,) = session.connections()
    url = f"{session.installation['connections_url']}/"
    wrong = session.http.delete(url + session.tenant, headers=session.bearer)
    assert wrong.status_code == 404
    assert session.http.delete(url + connection["id"], headers=session.bearer).status_code == 204
    assert session.connections() == []
    assert session.call("GET", "Organisation").status_code == 403
    clock.forward(5)
    session.connect()
    (back,) = session.connections()
    assert back["id"] == connection["id"]
    assert back["createdDateUtc"] != back["updatedDateUtc"]


def test_a_disconnect_inside_xero_answers_403(session: Any) -> None:
    assert session.sandbox.control.disconnect(session.tenant) == 1
    reply = session.call("GET", "Organisation")
    assert (reply.status_code, reply.json()["Title"]) == (403, "Forbidden")


def test_a_custom_connection_gets_a_token_without_refresh_and_needs_no_tenant_header(session: Any) -> None:
    custom = next(one for one in session.sandbox.control.state()["clients"] if one["kind"] == "custom")
    reply = session.http.post(
        session.installation["token_url"],
        data={"grant_type": "client_credentials", "scope": "accounting.settings.read"},
        auth=(custom["client_id"], custom["client_secret"]),
    )
    assert "refresh_token" not in reply.json()
    session.tokens, session.tenant = reply.json(), ""
    assert session.get("Organisation")["Organisations"][0]["CountryCode"] == "AU"


def test_wrong_kinds_of_app_get_the_errors_that_xero_gives(session: Any) -> None:
    custom = next(one for one in session.sandbox.control.state()["clients"] if one["kind"] == "custom")
    assert "error=invalid_scope" in authorise(session, client_id=custom["client_id"]).headers["location"]
    assert session.token(grant_type="client_credentials").json() == {"error": "unauthorized_client"}


def test_a_missing_scope_is_401_insufficient_scope(connect: Any) -> None:
    session = connect("openid accounting.settings.read")
    assert session.get("Accounts")["Accounts"]
    reply = session.call("PUT", "Accounts", {"Code": "299", "Name": "Bar", "Type": "REVENUE"})
    assert (reply.status_code, reply.json()["Detail"]) == (401, "AuthorizationUnsuccessful")
    assert 'error="insufficient_scope"' in reply.headers["WWW-Authenticate"]
    assert session.call("GET", "Invoices").status_code == 401


def test_broad_scopes_open_the_same_doors(connect: Any) -> None:
    session = connect("accounting.transactions accounting.settings")
    assert session.post_invoice()["Status"] == "AUTHORISED"


def test_tokens_survive_a_restart(session: Any, clock: Any, tmp_path: Any) -> None:
    from takings_xero.sandbox import Sandbox

    made = session.post_invoice()
    session.sandbox.close()
    with Sandbox(tmp_path / "sandbox", clock=clock) as again:
        session.sandbox = again
        assert session.get(f"Invoices/{made['InvoiceID']}")["Invoices"][0]["Total"] == 110.0
        assert session.refresh(session.tokens["refresh_token"]).status_code == 200
