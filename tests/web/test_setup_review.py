"""The review on the pages: what was answered, when to send, what would be posted, and the two ways to finish."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select
from tests.setup.conftest import NAME, Setup, make_setup, schema_file, setup
from tests.web.test_setup_pages import told
from tests.web.wizard import ME, Person, person_at

from takings.store.journal import CallRow
from takings.testing import FakeSource
from takings.views import LOCAL
from takings.web import WebPrincipal

__all__ = ["make_setup", "schema_file", "setup"]


@pytest.fixture
def me(setup: Setup) -> Person:
    """Somebody who has answered everything before the review."""
    me = person_at(setup)
    me.answer_all()
    return me


def nothing_was_sent(me: Person) -> bool:
    with me.engine.database.read() as session:
        return session.exec(select(CallRow)).all() == []


def test_a_review_with_open_steps_names_them_and_has_no_way_to_finish(setup: Setup):
    me = person_at(setup)
    page = me.open("review")
    assert "Some steps are not finished" in page
    assert "Complete first: Connect Fake ledger" in page
    assert ">Retrieve Data Now</button>" not in page
    assert "Save &amp; Exit</button>" not in page


def test_every_answer_has_a_change_link_that_leads_back_to_the_review(me: Person):
    page = me.open("review")
    links = re.findall(r'href="([^"]+\?from=review)">Change<span class="vh"> ([^<]+)<', page)
    assert [text for _, text in links][:2] == ["Connect Fake ledger", "What to send"]
    for address, _ in links:
        assert "Back to the review" in me.browser.get(address).text
    me.open("advanced.target", **{"from": "review"})
    assert me.go_on(field__trailing_days="12") == "/setup/review"
    me.open("map.taxes", **{"from": "review"})
    assert me.go_on("Read it again") == "/setup/map.taxes?done=read&from=review"
    assert me.go_on() == "/setup/review"


def test_times_are_told_in_words_before_they_are_stored(me: Person):
    me.open("review")
    shown = me.press("Show what this comes to", field__start_date="2026-10-31", field__at="02:30")
    assert shown.status_code == 200
    assert "From <strong>Saturday 31 October 2026</strong> on." in shown.text
    assert "6 Nov 2026, 02:30 AEDT" in shown.text
    assert "Mind: " in shown.text
    assert me.form().value("field:at") == "02:30"
    me.open("review")
    assert me.form().value("field:at") == "04:00"


def test_time_zones_begin_with_what_the_two_systems_say(me: Person):
    page = me.open("review")
    groups = re.findall(r'<optgroup label="([^"]+)">', page)
    assert groups[:3] == ["From the point of sale", "Of the same country", "Africa"]
    assert "Australia/Perth" in page.partition("Of the same country")[2].partition("</optgroup>")[0]
    assert me.form().value("field:timezone") == "Australia/Melbourne"
    shown = me.press("Show what", field__timezone="Pacific/Auckland")
    assert "Fake books keeps its books in Australia/Melbourne" in shown.text


def test_saving_without_sending_leads_to_the_dashboard(me: Person):
    answer = me.press("Save & Exit")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?done=set_up")
    assert "Nothing was sent now" in me.browser.get("/?done=set_up").text
    assert nothing_was_sent(me)
    assert me.engine.integration(LOCAL, NAME).state == "active"


def test_the_past_is_counted_first_and_sent_only_with_its_count(me: Person):
    early = {"field__start_date": "2026-11-01"}
    refused = me.press("Retrieve Data Now", **early)
    assert refused.status_code == 422
    assert told(refused.text) == ["Look at what would be sent first, then confirm the number of documents."]
    me.open("review")
    assert me.go_on("See what would be posted", **early) == "/setup/review"
    assert "The days are being fetched and counted." in me.page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in me.page
    assert ">Retrieve Data Now</button>" not in me.page
    fetching = re.search(r"/runs/([0-9a-f]+)/state", me.page)
    assert fetching
    me.engine.execute_run(fetching[1])
    page = me.open("review")
    assert "Post 5 documents of 1 Nov 2026 to 5 Nov 2026, AUD 550.00 in all, to Fake books" in page
    assert me.press("Retrieve Data Now").status_code == 422
    assert nothing_was_sent(me)
    me.open("review")
    went = me.go_on("Retrieve Data Now", confirm="5")
    assert went.startswith("/runs/")
    me.engine.execute_run(went.removeprefix("/runs/"))
    assert "5 documents" in me.browser.get(f"/i/{me.ref}{went}").text


def test_a_count_of_other_days_confirms_nothing(me: Person):
    me.go_on("See what would be posted", field__start_date="2026-11-01")
    run = re.search(r"/runs/([0-9a-f]+)/state", me.page)
    assert run
    me.engine.execute_run(run[1])
    me.open("review")
    shown = me.press("Show what", field__start_date="2026-10-20")
    assert "the start date is another one now. Look again." in shown.text
    assert 'name="confirm"' not in shown.text


def test_days_that_could_not_be_fetched_are_told(me: Person, monkeypatch: pytest.MonkeyPatch):
    def broken(self: FakeSource, *args: object) -> object:
        raise OSError("the till burns")

    monkeypatch.setattr(FakeSource, "read", broken)
    me.go_on("See what would be posted", field__start_date="2026-11-01")
    run = re.search(r"/runs/([0-9a-f]+)/state", me.page)
    assert run
    me.engine.execute_run(run[1])
    page = me.open("review")
    assert 'class="findings"' in page
    assert "See what would be posted" in page


def test_days_from_today_on_are_sent_without_a_count(me: Person):
    assert me.go_on("Retrieve Data Now").startswith("/runs/")


def test_who_may_not_send_can_save_only(setup: Setup):
    person_at(setup).answer_all()
    me = person_at(setup, allow=lambda person, act: act != "sync")
    page = me.open("review")
    assert ">Retrieve Data Now</button>" not in page
    assert "See what would be posted" not in page
    answer = me.browser.post(f"/i/{me.ref}/setup/review", {"action": "retrieve"})
    assert answer.status_code == 403
    assert me.engine.integration(LOCAL, NAME).state == "draft"


def test_a_guest_of_one_integration_comes_home_instead(setup: Setup):
    person_at(setup).answer_all()
    id_ = setup.engine.integration(LOCAL, NAME).id
    guest = WebPrincipal(owner=ME.owner, name="guest", session_id="session of guest", integration=id_)
    me = person_at(setup, principal=lambda scope: guest)
    me.open("review")
    assert me.go_on("Save & Exit") == "?done=set_up"
