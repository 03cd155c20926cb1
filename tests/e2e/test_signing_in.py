"""Getting in: the link that `takings serve` prints, the empty site, and the first form."""

from __future__ import annotations

import pytest
from tests.e2e.people import DESK, PHONE, People
from tests.e2e.place import Place


@pytest.mark.parametrize(("width", "scripts"), [(DESK, True), (PHONE, False)])
def test_the_printed_link_signs_in_once_and_leads_to_the_first_form(
    place: Place, people: People, width: int, scripts: bool
):
    kim = people.sit_down(place.url, width=width, scripts=scripts)
    kim.go("/")
    kim.look("nobody is signed in")
    kim.go(place.sign_in)
    kim.look("sign in")
    kim.press("Sign in")
    kim.expect_heading("Integrations")
    kim.look("nothing is set up")
    kim.follow("Set up an integration")
    kim.look("a new integration")
    kim.press("Continue")
    kim.expect_heading("Set up an integration")
    kim.look("a new integration without a name")
    kim.press("Sign out")
    kim.expect_heading("How to sign in")
    kim.go(place.sign_in)
    kim.look("a link that was used")
