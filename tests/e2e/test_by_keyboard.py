"""The whole setup without a mouse: everything can be reached by Tab, and what has the focus can be seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from playwright.sync_api import expect
from tests.e2e.people import People, Person
from tests.e2e.place import Place
from tests.e2e.walk import MAPPINGS, NAME, VENUE, Walk


def press_enter_on(person: Person, *names: str) -> None:
    """Go to each by Tab and press Enter; what follows begins anew on the next page."""
    for name in names:
        person.tab_to(name)
        person.see_focus()
        person.page.keyboard.press("Enter")


def begin(kim: Person, place: Place) -> None:
    kim.go(place.sign_in)
    press_enter_on(kim, "Sign in")
    kim.expect_heading("Integrations")
    press_enter_on(kim, "Set up an integration")
    kim.expect_heading("Set up an integration")
    kim.tab_to("Name")
    kim.page.keyboard.type(NAME)
    for label, choice in (("Point of sale", "ImPOS"), ("Ledger", "Xero")):
        kim.tab_to(label)
        kim.page.keyboard.type(choice)
    press_enter_on(kim, "Continue")


def connect_and_send(kim: Person) -> None:
    kim.expect_heading("Connect Xero")
    press_enter_on(kim, "Connect to Xero")
    kim.expect_heading("You are leaving for Xero")
    press_enter_on(kim, "Go on to Xero")
    expect(kim.page.get_by_role("button", name="Allow access")).to_be_visible()
    kim.tab_to("Allow access")
    kim.page.keyboard.press("Enter")
    kim.expect_heading("Connect Xero")
    press_enter_on(kim, "Continue")
    kim.expect_heading("What to send")
    kim.tab_to("Send end of day summaries")
    kim.page.keyboard.press("Space")
    press_enter_on(kim, "Continue")
    kim.expect_heading("Auth Token")


def copy_token(kim: Person) -> str:
    """Copy the token by the keyboard, and return what is on the clipboard then."""
    kim.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press_enter_on(kim, "Make the Auth Token")
    expect(kim.page.get_by_role("heading", name="Your Auth Token")).to_be_visible()
    shown = kim.page.locator("#token").input_value()
    press_enter_on(kim, "Copy")
    expect(kim.page.locator("#copied")).to_have_text("Copied.")
    copied = kim.page.evaluate("navigator.clipboard.readText()")
    assert copied == shown
    return str(copied)


def test_everything_is_done_by_keyboard(place: Place, people: People):
    kim, support = people.sit_down(place.url), people.sit_down(place.pos.url)
    begin(kim, place)
    connect_and_send(kim)
    token = copy_token(kim)
    support.go("/")
    support.tab_to("Auth Token")
    support.page.keyboard.type(token)
    press_enter_on(support, "Enter token")
    expect(support.page.get_by_role("status")).to_contain_text("Authorised")
    kim.page.reload()
    expect(kim.page.locator("#token")).to_have_count(0)
    assert token not in kim.page.content()
    press_enter_on(kim, "Continue")
    for title in MAPPINGS:
        kim.expect_heading(title)
        press_enter_on(kim, "Use all suggestions")
        expect(kim.page.locator("[data-count]")).to_contain_text("All")
        press_enter_on(kim, "Continue")
    kim.expect_heading("Xero to ImPOS")
    press_enter_on(kim, "Continue")
    kim.expect_heading("Advanced settings for Xero")
    press_enter_on(kim, "Continue")
    review(Walk(place, kim, support))


def review(walk: Walk) -> None:
    kim, start = walk.kim, datetime.now(VENUE).date() - timedelta(days=2)
    kim.expect_heading("Review")
    kim.tab_to("Start date")
    kim.page.keyboard.type(f"{start:%m%d%Y}")
    press_enter_on(kim, "See what would be posted")
    walk.wait_for_count()
    assert kim.page.get_by_label("Start date").input_value() == start.isoformat()
    kim.tab_to("Post ")
    kim.page.keyboard.press("Space")
    press_enter_on(kim, "Retrieve Data Now")
    walk.wait_for_run()
    assert len(walk.place.invoices()) >= 2
