"""The pages in sites made with five frameworks: all of them show, link, take forms and answer as they do alone."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.support.chain import Ledger, Venue
from tests.support.fixtures import MakeVenue
from tests.web.conftest import KIM
from tests.web.hosts import HOSTS, Host
from tests.web.site import Browser, id_of, make_test_web

ORIGIN = "http://localhost:8400"


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> Host:
    return HOSTS[request.param]


@pytest.fixture
def kim(host: Host, month: Venue) -> Browser:
    """Somebody at the shared venue, in the host's site."""
    return browse_in(host, month)


def browse_in(host: Host, venue: Venue, who: str = "kim") -> Browser:
    pages = make_test_web(venue.engine, prefix=host.told, public_base_url=ORIGIN)
    return Browser(host.make(pages), who, base=ORIGIN)


def addresses(page: str, attribute: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(rf'{attribute}="([^"#]+)"', page)]


def test_a_page_is_shown_and_its_links_lead_on(host: Host, kim: Browser, month: Venue):
    page = kim.get(f"{host.prefix}/")
    assert page.status_code == 200
    assert "Anchor Hotel" in page.text
    link = f"{host.prefix}/i/{id_of(month)}"
    assert link in addresses(page.text, "href")
    assert "Anchor Hotel" in kim.get(link).text


def test_its_stylesheet_and_script_are_found(host: Host, kim: Browser):
    page = kim.get(f"{host.prefix}/").text
    files = [one for one in addresses(page, "(?:href|src)") if one.endswith((".css", ".js"))]
    assert len(files) == 2
    for file in files:
        answer = kim.get(file)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_a_form_is_taken_and_leads_back_below_the_prefix(host: Host, month: Venue):
    ola = browse_in(host, month, "other")
    page = ola.get(f"{host.prefix}/new")
    assert f"{host.prefix}/new" in addresses(page.text, "action")
    form = {"name": f"Kiosk at {host.make.__name__}", "source": "impos:eod", "target": "xero:accounting"}
    made = ola.post(f"{host.prefix}/new", form)
    assert made.status_code == 303
    assert made.headers["location"].startswith(f"{host.prefix}/i/")
    assert form["name"] in ola.get(f"{host.prefix}/").text


def test_a_form_without_its_token_is_refused(host: Host, kim: Browser, month: Venue):
    answer = kim.request("POST", f"{host.prefix}/i/{id_of(month)}/pause", data={"reason": "none"})
    assert answer.status_code == 403


def test_what_is_not_there_is_answered_by_our_page_with_its_headers(host: Host, kim: Browser):
    answer = kim.get(f"{host.prefix}/nothing/here")
    assert answer.status_code == 404
    assert "content-security-policy" in answer.headers
    assert f"{host.prefix}/" in addresses(answer.text, "href")


# Litestar sends on whatever begins with the prefix, also without a slash behind it.
@pytest.mark.parametrize("host", [name for name in HOSTS if name != "Litestar"], indirect=True)
def test_what_is_beside_the_prefix_belongs_to_the_host(host: Host, kim: Browser):
    answer = kim.get(f"{host.prefix}x/")
    assert answer.status_code == 404
    assert "content-security-policy" not in answer.headers


def test_people_come_back_from_the_ledger_below_the_prefix(host: Host, make_venue: MakeVenue, ledger_sandbox: Ledger):
    venue = make_venue(principal=KIM, name="Anchor Hotel", connect=False)
    kim = browse_in(host, venue)
    kim.get(f"{host.prefix}/new")
    leaving = kim.post(f"{host.prefix}/i/{id_of(venue)}/reconnect")
    away = next(one for one in addresses(leaving.text, "href") if one.startswith("http://127.0.0.1"))
    assert parse_qs(urlsplit(away).query)["redirect_uri"] == [f"{ORIGIN}{host.prefix}/oauth/callback"]
    back = ledger_sandbox.http.get(away).headers["location"]
    answer = kim.get(back.removeprefix(ORIGIN))
    if answer.status_code == 303:
        assert answer.headers["location"].startswith(f"{host.prefix}/i/{id_of(venue)}/setup/")
    else:  # the ledger has organisations of the tests before
        assert "Which organisation" in answer.text
        assert f"{host.prefix}/oauth/choose" in addresses(answer.text, "action")
