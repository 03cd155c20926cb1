"""Connecting a ledger by consent from a host's own pages, and who may finish what somebody began."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.support.chain import CALLBACK, Venue
from tests.support.fixtures import MakeVenue, all_plugins, ledger_sandbox, make_venue, schema_file
from tests.web.api.client import PEOPLE, Client, by_header

from takings.views import Principal
from takings.web import make_web

__all__ = ["all_plugins", "ledger_sandbox", "make_venue", "schema_file"]

ANNA = Principal(owner="anna", name="Anna")


@pytest.fixture
def venue(make_venue: MakeVenue) -> Venue:
    return make_venue(principal=ANNA, connect=False)


@pytest.fixture
def anna(venue: Venue) -> Client:
    origin = CALLBACK.removesuffix("/oauth/callback")
    return Client(make_web(venue.engine, principal=by_header, public_base_url=origin), "anna")


def consent(venue: Venue, anna: Client, **begin: Any) -> dict[str, str]:
    """Begin, and consent as a person does; returns what comes back to the host."""
    address = anna.post("/integrations/anchor/connect", begin)["address"]
    reply = venue.ledger.http.get(address)
    assert reply.status_code == 302, reply.text
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}


def given(answer: dict[str, str]) -> dict[str, str]:
    return {name: answer[name] for name in ("state", "code")}


def test_a_ledger_is_connected_from_a_hosts_own_pages(venue: Venue, anna: Client) -> None:
    found = anna.post("/connect/finish", given(consent(venue, anna)))
    assert venue.books.tenant in [one["id"] for one in found["organisations"]]
    chosen = {"authorisation_id": found["authorisation_id"], "organisation_id": venue.books.tenant}
    view = anna.post("/integrations/anchor/connect/choose", chosen)
    assert view["target"]["organisation"] == venue.books.tenant
    step = anna.get("/integrations/anchor/setup/connect.target")
    assert step["connect"]["how"] == "consent"


def test_the_return_path_is_on_the_hosts_own_site_whatever_is_sent(venue: Venue, anna: Client) -> None:
    address = anna.post("/integrations/anchor/connect", {"return_path": "/settings/ledger"})["address"]
    back = parse_qs(urlsplit(address).query)["redirect_uri"]
    assert back == ["http://localhost:8400/settings/ledger"]
    for path in ("//evil.example/a", "https://evil.example", "/@evil.example", "/a?b", "a", "", "/a\\b", "/a#b"):
        assert (
            anna.post("/integrations/anchor/connect", {"return_path": path}, 400)["error"]["field"] == "return_path"
        )


def test_a_consent_is_finished_once_and_by_who_began_it(venue: Venue, anna: Client) -> None:
    answer = given(consent(venue, anna))
    anna.post("/connect/finish", answer)
    again = anna.ask("POST", "/connect/finish", answer)
    assert 400 <= again.status_code < 500
    other = given(consent(venue, anna))
    for user in ("bert", "cora"):
        refused = Client(anna.app, user).ask("POST", "/connect/finish", other)
        assert 400 <= refused.status_code < 500


def test_somebody_who_may_reach_one_integration_finishes_no_other(
    venue: Venue, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = given(consent(venue, anna))
    monkeypatch.setitem(PEOPLE, "link", replace(PEOPLE["anna"], integration="int_other"))
    Client(anna.app, "link").post("/connect/finish", answer, 404)
    assert anna.post("/connect/finish", answer)["organisations"]


def test_a_denied_consent_says_so(venue: Venue, anna: Client) -> None:
    state = given(consent(venue, anna))["state"]
    refused = anna.post("/connect/finish", {"state": state, "error": "access_denied"}, 400)
    assert refused["error"]["kind"] == "consent_denied"


def test_an_authorisation_of_another_owner_can_not_be_chosen(venue: Venue, anna: Client) -> None:
    found = anna.post("/connect/finish", given(consent(venue, anna)))
    bert = Client(anna.app, "bert")
    bert.post("/integrations", {"name": "own", "source": "impos:eod", "target": "xero:accounting"}, 201)
    chosen = {"authorisation_id": found["authorisation_id"], "organisation_id": venue.books.tenant}
    bert.post("/integrations/own/connect/choose", chosen, 404)
