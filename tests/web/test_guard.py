"""Every address of the pages, for everybody who must not get in: refused, and nothing is changed."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from sqlalchemy import select
from tests.support.chain import Venue
from tests.web.site import KEY, ORIGIN, PEOPLE, Browser, browse, id_of

from takings.store.metadata import Stored
from takings.web.call import Page
from takings.web.csrf import make_token
from takings.web.pages import PAGES

EVIL = "https://evil.example"


def content(venue: Venue) -> str:
    """A digest of every row of the database."""
    seen = hashlib.sha256()
    with venue.engine.database.read() as session:
        for table in Stored.metadata.sorted_tables:
            for row in session.execute(select(table)):
                seen.update(repr((table.name, *row)).encode())
    return seen.hexdigest()


def path_of(page: Page, venue: Venue) -> str:
    """The address of a page with what there is of this venue."""
    runs = venue.engine.runs(venue.principal, venue.name, 1)
    day = venue.engine.days(venue.principal, venue.name)[0]
    values = {
        "ref": id_of(venue),
        "run": runs[0].id,
        "date": day.business_date.isoformat(),
        "sequence:int": str(day.sequence),
        "key": "review",
        "kind": "month",
        "shape": "csv",
    }
    path = page.path
    for name, value in values.items():
        path = path.replace("{" + name + "}", value)
    return path


GUARDED = [page for page in PAGES if not page.public]
READ = [page for page in GUARDED if page.get]
WRITTEN = [page for page in GUARDED if page.post]


def ids(page: Page) -> str:
    return page.name


def token(who: str) -> str:
    return make_token(KEY, PEOPLE[who].session_id)


@pytest.fixture(scope="module", autouse=True)
def nothing_is_changed(month: Venue) -> Any:
    """All these calls together leave the database as it was."""
    before = content(month)
    yield
    assert content(month) == before


@pytest.mark.parametrize("page", READ, ids=ids)
def test_looking_needs_somebody(page: Page, month: Venue):
    answer = browse(month, "").get(path_of(page, month))
    assert answer.status_code == 401
    assert "Anchor" not in answer.text


@pytest.mark.parametrize("page", WRITTEN, ids=ids)
def test_doing_needs_somebody(page: Page, month: Venue):
    answer = browse(month, "").request("POST", path_of(page, month), data={"_csrf": token("kim")})
    assert answer.status_code == 401


@pytest.mark.parametrize("page", [one for one in READ if "{" in one.path], ids=ids)
def test_another_owner_sees_nothing(page: Page, month: Venue):
    answer = browse(month, "other").get(path_of(page, month))
    assert answer.status_code == 404
    assert "Anchor" not in answer.text


@pytest.mark.parametrize("page", [one for one in WRITTEN if "{" in one.path], ids=ids)
def test_another_owner_does_nothing(page: Page, month: Venue):
    answer = browse(month, "other").request("POST", path_of(page, month), data={"_csrf": token("other")})
    assert answer.status_code == 404


@pytest.mark.parametrize("page", [one for one in GUARDED if "{ref}" in one.path or one.whole], ids=ids)
def test_who_may_reach_another_integration_only_reaches_none_of_it(page: Page, month: Venue):
    browser = browse(month, "only:int_another")
    for method in [name for name, one in (("GET", page.get), ("POST", page.post)) if one]:
        form = {"data": {"_csrf": make_token(KEY, "session of guest")}} if method == "POST" else {}
        assert browser.request(method, path_of(page, month), **form).status_code == 404


@pytest.mark.parametrize("given", ["", "nonsense", "1.2.3", "1..", "٣.a.b", "-1.a.b"])
@pytest.mark.parametrize("page", WRITTEN, ids=ids)
def test_a_form_without_its_token_does_nothing(page: Page, given: str, month: Venue):
    answer = browse(month).request("POST", path_of(page, month), data={"_csrf": given})
    assert answer.status_code == 403


@pytest.mark.parametrize("page", WRITTEN, ids=ids)
def test_a_token_of_somebody_else_does_nothing(page: Page, month: Venue):
    answer = browse(month).request("POST", path_of(page, month), data={"_csrf": token("other")})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": EVIL},
        {"origin": "null"},
        {"origin": f"{ORIGIN}.evil.example"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN},
    ],
    ids=str,
)
@pytest.mark.parametrize("page", WRITTEN, ids=ids)
def test_another_site_does_nothing_even_with_the_token(page: Page, headers: dict[str, str], month: Venue):
    answer = browse(month).request("POST", path_of(page, month), data={"_csrf": token("kim")}, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text


@pytest.mark.parametrize("page", WRITTEN, ids=ids)
def test_what_the_host_forbids_is_not_done(page: Page, month: Venue):
    if not page.act:
        pytest.skip("the host is not asked for this")
    browser = browse(month, allow=lambda principal, act: act != page.act)
    answer = browser.request("POST", path_of(page, month), data={"_csrf": token("kim")})
    assert answer.status_code == 403


@pytest.mark.parametrize("page", GUARDED, ids=ids)
def test_another_method_than_the_page_has_is_refused(page: Page, month: Venue):
    missing = "PUT" if page.get and page.post else "POST" if page.get else "GET"
    form = {"data": {"_csrf": token("kim")}} if missing != "GET" else {}
    answer = browse(month).request(missing, path_of(page, month), **form)
    assert answer.status_code == 405
    assert answer.headers["allow"]


def test_a_token_may_come_in_a_header(month: Venue):
    answer = browse(month).request("POST", "/nothing", json={}, headers={"x-csrf-token": token("kim")})
    assert answer.status_code == 404


def test_a_form_that_is_too_large_is_refused(browser: Browser):
    answer = browser.request("POST", "/new", data={"_csrf": token("kim"), "name": "a" * 1_000_001})
    assert answer.status_code == 413


def test_a_form_with_too_many_fields_or_a_file_is_refused(browser: Browser):
    many = {"_csrf": token("kim"), **{f"f{n}": "" for n in range(2_001)}}
    assert browser.request("POST", "/new", data=many).status_code == 400
    with_file = browser.request("POST", "/new", data={"_csrf": token("kim")}, files={"name": b"content"})
    assert with_file.status_code == 400


def test_a_host_with_a_login_is_sent_there(month: Venue):
    answer = browse(month, "", login_url="/login?tenant=1").get("/audit")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?tenant=1&next=/audit"
