"""The way through a setup, page by page, as a bookkeeper goes it with the mouse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from tests.e2e.people import Person
from tests.e2e.place import Place

NAME = "Anchor Hotel"
VENUE = ZoneInfo("Australia/Melbourne")
MAPPINGS = ("Match tax codes", "Match payment methods", "Match accounts")


@dataclass
class Walk:
    """Somebody who sets an integration up, and somebody at ImPOS support who is handed the token."""

    place: Place
    kim: Person
    support: Person
    closely: bool = False
    late: bool = False
    confirmed: int = 0

    def look(self, state: str) -> None:
        """Look closely at a page, where that is what the walk is for."""
        if self.closely:
            self.kim.look(state)

    def all_of_it(self) -> None:
        """Go from an empty database to a posted history."""
        self.up_to_token()
        token = self.make_token()
        if self.late:
            self.do_the_rest_meanwhile()
            self.enter_token(token)
            self.kim.press("Check again")
        else:
            self.enter_token(token)
            self.kim.press("I have stored it, continue")
        for title in MAPPINGS:
            self.match(title)
        if not self.late:
            self.read_notice()
            self.set_advanced()
        self.review()

    def up_to_token(self) -> None:
        self.sign_in()
        self.create()
        self.connect()
        self.choose_what_to_send()

    def up_to_tables(self) -> None:
        self.up_to_token()
        self.enter_token(self.make_token())
        self.kim.press("I have stored it, continue")

    def sign_in(self) -> None:
        self.kim.go(self.place.sign_in)
        self.kim.press("Sign in")
        self.kim.expect_heading("Integrations")

    def create(self) -> None:
        self.kim.follow("Set up an integration")
        self.kim.page.get_by_label("Name").fill(NAME)
        self.kim.page.get_by_label("Point of sale").select_option("impos:eod")
        self.kim.page.get_by_label("Ledger").select_option("xero:accounting")
        self.kim.press("Continue")
        self.kim.expect_heading("Connect Xero")
        self.look("connect, new")

    def connect(self) -> None:
        self.kim.press("Connect to Xero")
        self.kim.expect_heading("You are leaving for Xero")
        self.look("leaving")
        self.kim.follow("Go on to Xero")
        self.kim.press("Allow access")
        self.kim.expect_heading("Connect Xero")
        expect(self.kim.page.locator(".organisation")).to_contain_text("Harbour Street Tavern")
        self.look("connect, connected")
        self.kim.press("Continue")

    def choose_what_to_send(self) -> None:
        self.kim.expect_heading("What to send")
        self.look("what to send, new")
        self.kim.press("Continue")
        self.kim.expect_problem("Tick what is to be sent")
        self.look("what to send, wrong")
        self.kim.page.get_by_label("Send end of day summaries").check()
        self.kim.press("Continue")

    def make_token(self) -> str:
        """Return the Auth Token as the page shows it, this once."""
        self.kim.expect_heading("Auth Token")
        self.look("token, none")
        self.kim.press("Make the Auth Token")
        expect(self.kim.page.get_by_role("heading", name="Your Auth Token")).to_be_visible()
        self.look("token, shown once")
        return self.kim.page.locator("#token").input_value()

    def do_the_rest_meanwhile(self) -> None:
        """While ImPOS support takes its time, go on with the steps that need no codes."""
        self.kim.press("I have stored it, continue")
        self.read_notice()
        self.set_advanced()
        self.kim.expect_heading(NAME)
        self.look("home, waiting")
        expect(self.kim.page.get_by_text("Cannot start yet").first).to_be_visible()
        self.kim.go(f"{self.kim.page.url.partition('?')[0]}/setup/map.tax_codes")
        self.kim.expect_heading(MAPPINGS[0])
        self.look("a table that waits")

    def enter_token(self, token: str) -> None:
        """At ImPOS support the token is entered."""
        self.support.go(self.place.pos.url)
        self.support.page.get_by_label("Auth Token").fill(token)
        self.support.press("Enter token")
        expect(self.support.page.get_by_role("status")).to_contain_text("Authorised")
        if self.closely:
            self.support.look("support, authorised")

    def match(self, title: str) -> None:
        """Match everything of one kind by its suggestion, after a look at what is wrong without."""
        self.kim.expect_heading(title)
        if title != MAPPINGS[-1]:  # the longest table is looked at below, with what is wrong in it
            self.look(f"{title}, new")
        self.kim.press("Continue")
        self.kim.expect_problem()
        self.look(f"{title}, wrong")
        self.kim.press("Use all suggestions", exact=False)
        expect(self.kim.page.locator("[data-count]")).to_contain_text("All")
        if title == MAPPINGS[0]:
            self.look(f"{title}, suggested")
        self.kim.press("Continue")

    def read_notice(self) -> None:
        self.kim.expect_heading("Xero to ImPOS")
        self.look("the other direction")
        self.kim.press("Continue")

    def set_advanced(self) -> None:
        self.kim.expect_heading("Advanced settings for Xero")
        self.look("advanced")
        self.kim.press("Continue")

    def review(self) -> None:
        """Count, confirm, and send."""
        self.kim.expect_heading("Review")
        self.look("review, new")
        self.set_start(datetime.now(VENUE).date() - timedelta(days=5))
        self.kim.press("Retrieve Data Now")
        self.kim.expect_problem("Look at what would be sent first")
        self.look("review, not confirmed")
        self.kim.press("See what would be posted")
        self.wait_for_count()
        self.look("review, counted")
        box = self.kim.page.get_by_label(re.compile("^Post "))
        self.confirmed = int(box.get_attribute("value") or 0)
        box.check()
        self.kim.press("Retrieve Data Now")
        self.wait_for_run()
        self.look("the first sync")

    def set_start(self, day: date) -> None:
        self.kim.page.get_by_label("Start date").fill(day.isoformat())

    def wait_for_count(self) -> None:
        """The page comes back by itself, with and without JavaScript."""
        expect(self.kim.page.locator(".counted")).to_be_visible()

    def wait_for_run(self) -> None:
        self.kim.expect_heading("Sync of")
        expect(self.kim.page.locator(".head .badge")).to_contain_text("Done")
