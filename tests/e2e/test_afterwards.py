"""What people look at once days are posted, a held day among them: every page, light and dark, phone and desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.cli.world import call
from tests.e2e.commands import post_from
from tests.e2e.people import DESK, PHONE, People, Person
from tests.e2e.place import Place, open_place
from tests.e2e.walk import NAME, VENUE

from takings_impos.simulator import Options

NOON = datetime.now(VENUE).replace(hour=12, minute=0, second=0, microsecond=0)
HELD, TAKEN_BACK, UNBALANCED, POSTED = (NOON.date() - timedelta(days=back) for back in (2, 3, 4, 5))
#: The clock of the point of sale stands two days ago until the history is posted.
AWKWARD = Options(quirks=((HELD, "new-paymethod"), (UNBALANCED, "unbalanced")), stopped_at=NOON - timedelta(days=2))


SCREENS = [(DESK, True), (PHONE, False), pytest.param(PHONE, True, marks=pytest.mark.soak)]


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory, schema_file: Path) -> Iterator[Place]:
    """A place whose history is posted, and where two days are held: one since the beginning, one that came later."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("posted")
        place = open_place(stack, folder, schema_file, options=AWKWARD, prepare=post_history)
        yield place


def post_history(place: Place) -> None:
    """Set it up while the point of sale's clock stands, and sync once more when it goes again."""
    post_from(place, NAME, POSTED)
    place.http.post(f"{place.pos.url}/simulator/clock", json={"now": None}).raise_for_status()
    call("sync", NAME, *place.options)
    days = {one["business_date"]: one["state"] for one in place.run("days", NAME)["days"]}
    assert [days[f"{day}"] for day in (HELD, UNBALANCED, POSTED)] == ["held", "held", "posted"]


def come_in(people: People, place: Place, *, width: int = DESK, scripts: bool = True) -> Person:
    """Sign in, and open the integration."""
    kim = people.sit_down(place.url, width=width, scripts=scripts)
    kim.go(place.run("link", "sign-in", "--url", place.url)["url"])
    kim.press("Sign in")
    kim.expect_heading("Integrations")
    return kim


@pytest.mark.parametrize(("width", "scripts"), SCREENS)
def test_every_page_of_a_posted_history(posted: Place, people: People, width: int, scripts: bool):
    kim = come_in(people, posted, width=width, scripts=scripts)
    kim.look("dashboard")
    kim.follow(NAME)
    kim.expect_heading(NAME)
    kim.look("home")
    home = kim.page.url
    for tab, heading in (("Calendar", ""), ("To look at", "To look at"), ("Syncs", ""), ("Audit trail", "")):
        kim.page.get_by_label("This integration").get_by_role("link", name=tab).click()
        kim.expect_heading(heading)
        kim.look(tab)
    kim.go(f"{home}/days/{HELD}/1")
    kim.look("a held day")
    for path in (
        f"/days/{POSTED}/1",
        f"/days/{UNBALANCED}/1",
        f"/days/{UNBALANCED}/1/decide",
        "/disconnect",
        "/delete",
    ):
        kim.go(home + path)
        kim.look(path)
    for path in ("drift", "settings", "undo", "confirm", "payments", "reports", "reports/day", "reports/clearing"):
        kim.go(f"{home}/{path}")
        kim.look(path)
    for path in ("/audit", "/alerts", "/nothing"):
        kim.go(path)
        kim.look(path)


def test_a_held_day_says_why_and_is_posted_after_it_was_mended(posted: Place, people: People):
    kim = come_in(people, posted)
    before = len(posted.invoices())
    kim.follow(NAME)
    kim.expect_heading(NAME)
    home = kim.page.url
    kim.page.get_by_label("This integration").get_by_role("link", name="To look at").click()
    held = kim.page.get_by_role("article").filter(has_text="DIDI")
    held.locator(".do").get_by_role("link").first.click()
    kim.expect_heading("Match payment methods")
    kim.look("one row to match")
    kim.page.get_by_label("DiDi").first.select_option(index=1)
    kim.press("Continue")
    kim.expect_heading(NAME)
    kim.go(f"{home}/days/{HELD}/1")
    expect(kim.page.locator(".head .badge")).to_contain_text("Waiting")
    kim.look("a day that waits")
    kim.go(home)
    kim.press("Sync now")
    kim.expect_heading("Sync of")
    expect(kim.page.locator(".head .badge")).to_contain_text("Done")
    assert len(posted.invoices()) == before + 1


def test_a_day_that_changed_is_seen_line_by_line_and_adjusted(posted: Place, people: People):
    kim = come_in(people, posted)
    before = len(posted.invoices()) + len(posted.credit_notes())
    posted.http.post(f"{posted.pos.url}/simulator/amend", json={"day": str(POSTED)}).raise_for_status()
    kim.follow(NAME)
    home = kim.page.url
    kim.press("Sync now")
    expect(kim.page.locator(".head .badge")).to_contain_text("Done")
    kim.go("/")
    kim.follow("1 day changed after posting")
    kim.follow("See what differs, and decide", exact=False)
    kim.expect_heading("Decide about")
    expect(kim.page.get_by_role("table", name="Amounts that differ").get_by_role("row")).not_to_have_count(1)
    kim.look("what differs")
    kim.press("Decide")
    expect(kim.page.get_by_role("alert")).to_contain_text("Choose what becomes of the day.")
    kim.look("nothing chosen")
    kim.page.get_by_label("Adjust it").check()
    kim.page.get_by_label("Reason").fill("A payment was reversed after the close")
    kim.press("Decide")
    expect(kim.page.locator(".head .badge")).to_contain_text("Done")
    assert len(posted.invoices()) + len(posted.credit_notes()) == before + 1
    kim.go(f"{home}/days/{POSTED}/1")
    expect(kim.page.locator("#decisions + ul")).to_contain_text("decided to adjust it")
    kim.look("an adjusted day")


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, False)])
def test_a_day_is_taken_back_after_its_number_was_typed(posted: Place, people: People, width: int, scripts: bool):
    posted.let_a_minute_pass()
    kim = come_in(people, posted, width=width, scripts=scripts)
    before = len(posted.invoices())
    kim.follow(NAME)
    kim.go(f"{kim.page.url}/days/{TAKEN_BACK}/1")
    day = kim.page.url
    kim.follow("Take it back")
    kim.look("what would be taken back, narrow")
    kim.page.get_by_label("Type 1 to confirm").fill("2")
    kim.press("Take 1 document back")
    kim.expect_problem("Type the number of documents")
    kim.page.get_by_label("Type 1 to confirm").fill("1")
    posted.let_a_minute_pass()
    kim.press("Take 1 document back")
    kim.expect_heading("Taking back")
    expect(kim.page.locator(".head .badge")).to_contain_text("Done")
    kim.look("taken back")
    assert len(posted.invoices()) == before - 1
    kim.go(day)
    expect(kim.page.locator(".head .badge").first).to_contain_text("Taken back")
    kim.follow("Post it again, or keep it out")
    kim.look("what becomes of a day that was taken back")


def test_what_somebody_edited_in_the_ledger_is_found_and_noted(posted: Place, people: People):
    posted.let_a_minute_pass()
    kim = come_in(people, posted)
    posted.edit_invoice()
    kim.follow(NAME)
    kim.page.get_by_label("This integration").get_by_role("link", name="Ledger check").click()
    kim.press("Check now")
    expect(kim.page.locator(".head .badge")).to_contain_text("Done")
    kim.follow("What differs now, and what can be done about it")
    expect(kim.page.get_by_role("article")).to_contain_text("BY-HAND")
    kim.look("what was edited")
    kim.press("I know of it, leave it")
    expect(kim.page.get_by_role("status")).to_contain_text("It is noted.")
    kim.look("what somebody knows of")


def test_a_month_is_reported_on_a_page_and_as_a_file(posted: Place, people: People):
    kim = come_in(people, posted)
    kim.follow(NAME)
    kim.page.get_by_label("This integration").get_by_role("link", name="Reports").click()
    kim.follow("Month summary")
    expect(kim.page.get_by_role("table", name="Payment methods")).to_be_visible()
    kim.look("a month")
    with kim.page.expect_download() as begun:
        kim.follow("CSV")
    assert begun.value.path().read_text().startswith("Business date,State,")
    with kim.context.expect_page() as opened:
        kim.follow("To print", exact=False)
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Anchor Hotel")
    assert (
        opened.value.evaluate("getComputedStyle(document.querySelector('main table')).borderCollapse") == "collapse"
    )
    kim.go(kim.page.url.partition("/reports")[0] + "/undo?from=2020-01-01&to=2099-12-31")
    kim.look("what would be taken back")


def test_pausing_and_disconnecting_are_shown_and_undone(posted: Place, people: People):
    kim = come_in(people, posted)
    kim.follow(NAME)
    kim.press("Pause")
    kim.look("paused")
    kim.press("Resume")
    expect(kim.page.get_by_role("button", name="Pause")).to_be_visible()
    kim.follow("Disconnect")
    kim.press("Disconnect")
    kim.look("disconnected")
    kim.follow("Connect again")
    kim.expect_heading("Connect Xero")
    kim.look("connect, revoked")
