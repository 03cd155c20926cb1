"""Connecting from the pages: there, back, and everything that can go wrong on the way."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from tests.support.chain import Ledger, Venue
from tests.support.fixtures import MakeVenue
from tests.web.conftest import KIM
from tests.web.site import Browser, browse, id_of

LOCAL_ORIGIN = "http://localhost:8400"


@pytest.fixture
def venue(make_venue: MakeVenue) -> Venue:
    return make_venue(principal=KIM, name="Anchor Hotel", connect=False)


@pytest.fixture
def kim(venue: Venue) -> Browser:
    browser = browse(venue, public_base_url=LOCAL_ORIGIN)
    browser.base = LOCAL_ORIGIN
    return browser


def leave(browser: Browser, venue: Venue) -> str:
    """Press Connect, and return the address at the other system."""
    browser.get(f"/i/{id_of(venue)}")
    page = browser.get("/new")
    assert page.status_code == 200
    answer = browser.post(f"/i/{id_of(venue)}/reconnect")
    assert answer.status_code == 200
    assert "You are leaving for" in answer.text
    link = answer.text.partition('<a class="button" href="')[2].partition('"')[0]
    return link.replace("&amp;", "&")


def consent(ledger: Ledger, address: str) -> str:
    """Consent there, and return the path and query of the way back."""
    back = ledger.http.get(address).headers["location"]
    assert back.startswith(f"{LOCAL_ORIGIN}/oauth/callback?")
    return back.removeprefix(LOCAL_ORIGIN)


def test_there_and_back_leads_on_to_the_setup(venue: Venue, kim: Browser, ledger_sandbox: Ledger):
    back = kim.get(consent(ledger_sandbox, leave(kim, venue)))
    if back.status_code == 200:  # the sandbox has organisations of other tests too
        assert venue.books.tenant in back.text
        authorisation = back.text.partition('name="authorisation" value="')[2].partition('"')[0]
        form = {"integration": id_of(venue), "authorisation": authorisation, "organisation": venue.books.tenant}
        back = kim.post("/oauth/choose", {**form, "side": "target"})
    assert back.headers["location"] == f"/i/{id_of(venue)}/setup/connect.target?done=connected"
    target = venue.engine.integration(KIM, venue.name).target
    assert target is not None
    assert target.state == "connected"


@pytest.mark.parametrize("chosen", [{}, {"organisation": ""}, {"organisation": "no-such-organisation"}])
def test_who_chooses_no_organisation_that_is_reached_is_asked_again(
    venue: Venue, kim: Browser, ledger_sandbox: Ledger, chosen: dict[str, str]
):
    ledger_sandbox.organisation()  # a second one, so that there is a choice
    page = kim.get(consent(ledger_sandbox, leave(kim, venue)))
    authorisation = page.text.partition('name="authorisation" value="')[2].partition('"')[0]
    form = {"integration": id_of(venue), "authorisation": authorisation, "side": "target"}
    again = kim.post("/oauth/choose", {**form, **chosen})
    assert again.status_code == 422
    for said in ("Which organisation takes these takings?", "Choose one of the organisations.", venue.books.tenant):
        assert said in again.text
    assert f'name="authorisation" value="{authorisation}"' in again.text
    assert venue.engine.integration(KIM, venue.name).target is None
    chosen_now = kim.post("/oauth/choose", {**form, "organisation": venue.books.tenant})
    assert chosen_now.headers["location"] == f"/i/{id_of(venue)}/setup/connect.target?done=connected"


def test_an_authorisation_that_is_not_there_is_no_page(venue: Venue, kim: Browser):
    kim.get("/new")
    form = {"integration": id_of(venue), "authorisation": "aut_none", "side": "target"}
    assert kim.post("/oauth/choose", form).status_code == 404


def test_an_answer_works_once(venue: Venue, kim: Browser, ledger_sandbox: Ledger):
    back = consent(ledger_sandbox, leave(kim, venue))
    assert kim.get(back).status_code in (200, 303)
    again = kim.get(back)
    assert again.status_code == 400
    assert "Nothing was changed." in again.text
    assert "Try again" in again.text


def test_denied_consent_is_no_error(venue: Venue, kim: Browser):
    state = parse_qs(urlsplit(leave(kim, venue)).query)["state"][0]
    answer = kim.get("/oauth/callback", params={"state": state, "error": "access_denied"})
    assert answer.status_code == 200
    assert "the access was not granted" in answer.text
    assert f'action="/i/{id_of(venue)}/reconnect"' in answer.text
    assert venue.engine.integration(KIM, venue.name).target is None


def test_two_tabs_do_not_disturb_each_other(venue: Venue, kim: Browser, ledger_sandbox: Ledger):
    first, second = leave(kim, venue), leave(kim, venue)
    for address in (second, first):
        assert kim.get(consent(ledger_sandbox, address)).status_code in (200, 303)


def test_an_answer_of_another_person_is_refused(venue: Venue, kim: Browser, ledger_sandbox: Ledger):
    back = consent(ledger_sandbox, leave(kim, venue))
    other = browse(venue, "other")
    answer = other.get(back)
    assert answer.status_code == 400
    assert "Anchor" not in answer.text
    assert venue.engine.integration(KIM, venue.name).target is None


def test_who_may_reach_another_integration_only_finishes_none_of_this(venue: Venue, ledger_sandbox: Ledger):
    guest = browse(venue, "only:int_another")
    answer = guest.request("POST", f"/i/{id_of(venue)}/reconnect", data={"_csrf": "x"})
    assert answer.status_code == 403


def test_an_answer_without_a_session_comes_back_from_our_own_site_first(venue: Venue, kim: Browser):
    kim.who = ""
    first = kim.get("/oauth/callback?state=%22%3E%3Cscript%3E&code=1")
    assert first.status_code == 200
    assert "<script>" not in first.text
    assert 'http-equiv="refresh"' in first.text
    onward = first.text.partition("0;url=")[2].partition('"')[0].replace("&amp;", "&")
    assert onward.startswith("/oauth/callback?")
    assert kim.get(onward).status_code == 401


def test_an_empty_answer_is_told(kim: Browser):
    assert "Nothing to finish" in kim.get("/oauth/callback").text


def test_reconnecting_with_another_organisation_is_refused(make_venue: MakeVenue, ledger_sandbox: Ledger):
    venue = make_venue(principal=KIM, name="Anchor Hotel")
    other = ledger_sandbox.organisation()
    browser = browse(venue, public_base_url=LOCAL_ORIGIN)
    browser.base = LOCAL_ORIGIN
    page = browser.get(consent(ledger_sandbox, leave(browser, venue)))
    authorisation = page.text.partition('name="authorisation" value="')[2].partition('"')[0]
    form = {"integration": id_of(venue), "authorisation": authorisation, "organisation": other.tenant}
    answer = browser.post("/oauth/choose", {**form, "side": "target"})
    assert answer.status_code == 400
    assert "belongs to" in answer.text
    target = venue.engine.integration(KIM, venue.name).target
    assert target is not None
    assert target.organisation == venue.books.tenant


def test_a_side_that_is_none_is_refused(venue: Venue, kim: Browser):
    kim.get("/new")
    assert kim.post(f"/i/{id_of(venue)}/reconnect", {"side": "both"}).status_code == 400
