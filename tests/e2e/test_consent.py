"""Connecting in a browser: what happens at the ledger's own page, in two tabs, and with the wrong organisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.e2e.people import PHONE, People, Person
from tests.e2e.place import Place, open_place

NUMBERS = count(1)
OTHER, OURS = "Sister Venue 1", "Harbour Street Tavern"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, schema_file: Path) -> Iterator[Place]:
    """One place for all of these, with two organisations in the ledger; each test has an integration of its own."""
    with ExitStack() as stack:
        yield open_place(stack, tmp_path_factory.mktemp("consent"), schema_file, organisations=2)


@pytest.fixture
def kim(shared: Place, people: People) -> Person:
    """Somebody before the first step of a new integration."""
    kim = people.sit_down(shared.url)
    kim.go(shared.run("link", "sign-in", "--url", shared.url)["url"])
    kim.press("Sign in")
    kim.go("/new")
    kim.page.get_by_label("Name").fill(f"Venue {next(NUMBERS)}")
    kim.page.get_by_label("Point of sale").select_option("impos:eod")
    kim.page.get_by_label("Ledger").select_option("xero:accounting")
    kim.press("Continue")
    kim.expect_heading("Connect Xero")
    return kim


def leave(person: Person, button: str = "Connect to Xero") -> None:
    """Go to the ledger's own page."""
    person.press(button)
    person.expect_heading("You are leaving for Xero")
    person.follow("Go on to Xero")
    expect(person.page.get_by_role("button", name="Allow access")).to_be_visible()


def allow(person: Person, *organisations: str) -> None:
    """Choose organisations there, allow the access and come back."""
    for box in person.page.get_by_role("checkbox").all():
        box.uncheck()
    for name in organisations:
        person.page.get_by_label(name).check()
    person.press("Allow access")


def choose(person: Person, name: str) -> None:
    """Choose the organisation, where the ledger remembers that the access to both was allowed before."""
    heading = person.page.get_by_role("heading", level=1)
    expect(heading).not_to_contain_text("wants access")
    if "Which organisation" in heading.inner_text():
        person.page.get_by_label(name).check()
        person.press("Continue")


def expect_connected(person: Person, name: str) -> None:
    person.expect_heading("Connect Xero")
    expect(person.page.locator(".organisation")).to_contain_text(name)
    expect(person.page.locator(".organisation")).to_contain_text("Connected")


def test_who_thinks_better_of_it_is_back_where_they_were_and_can_try_again(kim: Person):
    leave(kim)
    kim.press("Cancel")
    kim.expect_heading("It was not connected")
    kim.look("consent denied")
    kim.press("Try again")
    kim.follow("Go on to Xero")
    allow(kim, OURS)
    choose(kim, OURS)
    expect_connected(kim, OURS)


def test_who_allows_several_organisations_is_asked_which_one(kim: Person):
    leave(kim)
    allow(kim, OURS, OTHER)
    kim.expect_heading("Which organisation takes these takings?")
    kim.look("which organisation")
    kim.page.get_by_label(OTHER).check()
    kim.press("Continue")
    expect_connected(kim, OTHER)


def test_two_tabs_do_not_mix_their_answers_up(kim: Person):
    first, second = kim.page, kim.context.new_page()
    address = first.url
    leave(kim)
    kim.page = second
    kim.go(address)
    leave(kim)
    allow(kim, OTHER)
    choose(kim, OTHER)
    expect_connected(kim, OTHER)
    kim.page = first
    allow(kim, OURS)
    choose(kim, OURS)
    kim.expect_heading("That did not work")
    expect(first.get_by_text("Nothing was changed.")).to_be_visible()
    kim.look("another organisation")
    kim.go(address)
    expect_connected(kim, OTHER)


def test_an_answer_that_was_taken_is_not_taken_twice(kim: Person):
    answers: list[str] = []
    kim.page.on("request", lambda one: answers.append(one.url) if "/oauth/callback" in one.url else None)
    leave(kim)
    allow(kim, OURS)
    choose(kim, OURS)
    expect_connected(kim, OURS)
    kim.go(answers[0])
    kim.expect_heading("That did not work")
    kim.look("an old answer")


def test_another_organisation_is_refused_when_it_is_connected_again(kim: Person):
    leave(kim)
    allow(kim, OURS)
    choose(kim, OURS)
    expect_connected(kim, OURS)
    leave(kim, "Connect again to Xero")
    allow(kim, OTHER)
    choose(kim, OTHER)
    kim.expect_heading("That did not work")
    expect(kim.page.get_by_role("main")).to_contain_text(OURS)
    kim.press("Try again")
    expect(kim.page.get_by_role("main")).to_contain_text(f"Choose {OURS} again")
    kim.look("leaving for the same organisation")
    kim.follow("Go on to Xero")
    allow(kim, OURS)
    choose(kim, OURS)
    expect_connected(kim, OURS)


def test_an_answer_without_anybody_signed_in_does_nothing(kim: Person, shared: Place, people: People):
    leave(kim)
    stranger = people.sit_down(shared.url, width=PHONE)
    stranger.go("/oauth/callback?state=guessed&code=guessed")
    stranger.expect_heading("That did not work")
    stranger.look("an answer of nobody")


def test_who_comes_too_late_is_asked_which_answers_are_right(kim: Person):
    first, second = kim.page, kim.context.new_page()
    kim.go(f"{first.url.partition('/setup')[0]}/setup/send")
    second.goto(first.url)
    first.get_by_label("Send end of day summaries").check()
    kim.press("Continue")
    kim.expect_heading("Auth Token")
    kim.page = second
    kim.press("Save and come back later")
    kim.expect_heading("Which answers are right?")
    kim.look("changed meanwhile")
    kim.press("Keep these answers")
