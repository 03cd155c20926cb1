"""The sign-in of `takings serve`: links that work once or for a while, and a cookie that only a digest is kept of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from tests.support.chain import ShiftedClock, Venue
from tests.support.fixtures import MakeVenue
from tests.web.conftest import KIM
from tests.web.site import Browser, id_of

from takings.errors import NotFound, UsageError
from takings.store.setup_tables import SetupLink, WebSession
from takings.views import Principal
from takings.web.app import make_app

ORIGIN = "http://localhost:8400"


@dataclass
class Visitor(Browser):
    """A browser that keeps the cookie it was given."""

    cookies: dict[str, str] = field(default_factory=dict)

    def request(self, method, path, **more):
        if self.cookies:
            more["headers"] = {**more.get("headers", {}), "cookie": "; ".join(map("=".join, self.cookies.items()))}
        answer = super().request(method, path, **more)
        for name, value in httpx.Cookies(answer.cookies).items():
            self.cookies[name] = value
        return answer


Visit = Callable[..., Visitor]


@pytest.fixture
def venue(make_venue: MakeVenue) -> Venue:
    return make_venue(principal=KIM, name="Anchor Hotel", connect=False, clock=ShiftedClock())


@pytest.fixture
def visit(venue: Venue) -> Visit:
    """Give a function that opens a browser at the stand-alone server."""

    def open_browser(origin: str = ORIGIN) -> Visitor:
        return Visitor(make_app(venue.engine, KIM, origin), "", origin)

    return open_browser


def test_a_sign_in_link_works_once_and_not_by_looking(venue: Venue, visit: Visit):
    path = f"/sign-in/{venue.engine.create_sign_in(KIM)}"
    browser = visit()
    for _ in range(2):
        assert "Sign in" in browser.get(path).text
    assert browser.get("/").status_code == 401
    signed = browser.post(path)
    cookie = signed.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert "Anchor Hotel" in browser.follow(signed).text
    assert browser.get("/audit").status_code == 200
    second = visit()
    second.get(path)
    assert second.post(path).status_code == 404
    assert not second.cookies


def test_over_https_the_cookie_stays_there(venue: Venue, visit: Visit):
    browser = visit("https://takings.example")
    path = f"/sign-in/{venue.engine.create_sign_in(KIM)}"
    browser.get(path)
    assert "Secure" in browser.post(path).headers["set-cookie"]


def test_another_site_signs_nobody_in(venue: Venue, visit: Visit):
    token = venue.engine.create_sign_in(KIM)
    answer = visit().request("POST", f"/sign-in/{token}", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert venue.engine.sign_in(token)


def test_signing_out_ends_it_for_good(venue: Venue, visit: Visit):
    browser = visit()
    path = f"/sign-in/{venue.engine.create_sign_in(KIM)}"
    browser.get(path)
    browser.post(path)
    browser.get("/")
    kept = dict(browser.cookies)
    assert "You are signed out." in browser.follow(browser.post("/sign-out")).text
    browser.cookies = kept
    assert browser.get("/").status_code == 401


def test_sign_ins_and_links_expire(venue: Venue, visit: Visit):
    clock = venue.engine.clock
    assert isinstance(clock, ShiftedClock)
    browser = visit()
    late = f"/sign-in/{venue.engine.create_sign_in(KIM)}"
    clock.advance(timedelta(hours=1))
    browser.get(late)
    assert browser.post(late).status_code == 404
    path = f"/sign-in/{venue.engine.create_sign_in(KIM)}"
    browser.get(path)
    browser.post(path)
    clock.advance(timedelta(hours=11, minutes=59))
    assert browser.get("/").status_code == 200
    clock.advance(timedelta(minutes=1))
    assert browser.get("/").status_code == 401


def test_a_set_up_link_reaches_one_integration_until_it_is_revoked(venue: Venue, visit: Visit, make_venue: MakeVenue):
    make_venue(principal=KIM, name="Beach Kiosk", beside=venue, connect=False)
    ref = id_of(venue)
    token = venue.engine.create_setup_link(KIM, ref)
    browser = visit()
    assert "set up and look after this integration" in browser.get(f"/link/{token}").text
    assert venue.engine.setup_links(KIM)[0].state == "new"
    signed = browser.post(f"/link/{token}")
    assert signed.headers["location"] == f"/i/{ref}"
    assert "Anchor Hotel" in browser.follow(signed).text
    other = venue.engine.integration(KIM, "Beach Kiosk").id
    for path in (f"/i/{other}", "/audit", "/new", f"/i/{ref}/delete", "/i/Anchor Hotel"):
        assert browser.get(path).status_code == 404, path
    assert browser.get("/").headers["location"] == f"/i/{ref}"
    again = visit()
    again.get(f"/link/{token}")
    assert again.post(f"/link/{token}").status_code == 303
    link = venue.engine.setup_links(KIM)[0]
    assert link.state == "used"
    venue.engine.revoke_setup_link(KIM, link.id)
    assert browser.get(f"/i/{ref}").status_code == 401
    assert browser.get(f"/link/{token}").status_code == 404
    told = [one.action for one in venue.engine.audit_trail(KIM, ref).events]
    assert told[:3] == ["link.revoked", "link.opened", "link.created"]


def test_a_set_up_link_expires(venue: Venue, visit: Visit):
    token = venue.engine.create_setup_link(KIM, venue.name, days=1)
    clock = venue.engine.clock
    assert isinstance(clock, ShiftedClock)
    clock.advance(timedelta(days=1))
    assert visit().get(f"/link/{token}").status_code == 404
    assert venue.engine.setup_links(KIM)[0].state == "expired"


@pytest.mark.parametrize("days", [0, 91, -1])
def test_a_link_works_neither_for_no_time_nor_for_ever(days: int, venue: Venue):
    with pytest.raises(UsageError):
        venue.engine.create_setup_link(KIM, venue.name, days=days)


def test_links_of_another_owner_are_not_there(venue: Venue):
    venue.engine.create_setup_link(KIM, venue.name)
    other = Principal(owner="customer-99", name="ola")
    assert venue.engine.setup_links(other) == []
    with pytest.raises(NotFound):
        venue.engine.revoke_setup_link(other, venue.engine.setup_links(KIM)[0].id)
    with pytest.raises(NotFound):
        venue.engine.create_setup_link(other, id_of(venue))


def test_no_token_opens_another_door(venue: Venue, visit: Visit):
    engine = venue.engine
    sign_in, link = engine.create_sign_in(KIM), engine.create_setup_link(KIM, venue.name)
    secret = engine.sign_in_by_link(link)
    assert [engine.signed_in(one) for one in (sign_in, link, "", "x" * 5000)] == [None] * 4
    for wrong in (link, secret, ""):
        with pytest.raises(NotFound):
            engine.sign_in(wrong)
    for wrong in (sign_in, secret, ""):
        with pytest.raises(NotFound):
            engine.open_setup_link(wrong)


def test_the_database_knows_no_token(venue: Venue):
    engine = venue.engine
    tokens = [engine.create_sign_in(KIM), engine.create_setup_link(KIM, venue.name)]
    tokens.append(engine.sign_in_by_link(tokens[1]))
    with engine.database.read() as session:
        stored = repr([*session.execute(select(SetupLink.__table__)), *session.execute(select(WebSession.__table__))])
    assert all(token not in stored for token in tokens)


def test_pages_that_need_nobody_say_how_to_sign_in(visit: Visit):
    assert "takings link sign-in" in visit().get("/sign-in").text
    assert 'href="/sign-in"' in visit().get("/").text
