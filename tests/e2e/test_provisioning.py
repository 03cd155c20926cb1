"""ImPOS support creates an integration, its owner sets it up by a link, and sees when support entered the token."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.e2e.people import DESK, PHONE, People
from tests.e2e.place import SOURCE, TARGET, Place
from tests.e2e.walk import NAME, Walk


@pytest.mark.parametrize(("width", "scripts"), [(DESK, True), pytest.param(PHONE, False, marks=pytest.mark.soak)])
def test_an_owner_sets_up_by_a_link_what_support_created(place: Place, people: People, width: int, scripts: bool):
    place.run("provision", NAME, "--source", SOURCE, "--target", TARGET)
    link = place.run("link", "new", NAME, "--url", place.url)["url"]
    owner = people.sit_down(place.url, width=width, scripts=scripts)
    support = people.sit_down(place.pos.url, width=width, scripts=scripts)
    walk = Walk(place, owner, support)
    owner.go(link)
    owner.look("a set-up link")
    owner.press("Continue")
    owner.expect_heading(NAME)
    owner.look("home of a guest")
    owner.follow("Go on with the setup")
    walk.connect()
    walk.choose_what_to_send()
    token = walk.make_token()
    owner.page.reload()
    expect(owner.page.get_by_role("status")).to_contain_text("Waiting")
    owner.look("token, waiting")
    support.go("/")
    support.press("Enter token")
    expect(support.page.get_by_role("alert")).to_contain_text("Enter the whole token")
    support.look("support, refused")
    walk.enter_token(token)
    owner.press("Check again")
    expect(owner.page.get_by_role("status")).to_contain_text("Authorised")
    owner.look("token, authorised")
    owner.press("Continue")
    owner.expect_heading("Match tax codes")
    owner.go("/audit")
    owner.look("not for guests")
    assert place.run("link", "list", NAME)["links"][0]["state"] == "used"


def test_a_link_that_was_revoked_says_so(place: Place, people: People):
    place.run("provision", NAME, "--source", SOURCE, "--target", TARGET)
    made = place.run("link", "new", NAME, "--url", place.url)
    place.run("link", "revoke", made["link"]["id"])
    owner = people.sit_down(place.url)
    owner.go(made["url"])
    owner.look("a revoked link")
    expect(owner.page.get_by_role("button", name="Continue")).to_have_count(0)
