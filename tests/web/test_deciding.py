"""Deciding on the pages: what differs is seen line by line, a decision is taken, and who took it and why stays."""

from __future__ import annotations

import copy
import html
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.engine.conftest import bring_catalogue, dearer
from tests.support.chain import Ledger, Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month
from tests.web.conftest import KIM
from tests.web.site import Browser, browse, id_of

DAY = "2026-10-01"
Posted = Callable[..., Venue]


@pytest.fixture
def posted(make_venue: MakeVenue, made_up: Month) -> Posted:
    """Give a function that makes a venue with some posted days, the first of which came again dearer."""

    def make(days: int = 1, *, changed: bool = True) -> Venue:
        venue = make_venue(principal=KIM, name="Anchor Hotel")
        bring_catalogue(venue, made_up)
        venue.map_all()
        if days:
            assert venue.push(made_up.first[:days]).accepted
            venue.sync()
        if changed:
            assert venue.push([dearer(made_up.first[0], "10.00", revision=2)]).accepted
        return venue

    return make


def text_of(answer: Any) -> str:
    """What a page says, as people read it."""
    return html.unescape(answer.text)


def decide(browser: Browser, venue: Venue, **form: str) -> Any:
    """Open the page of the first day's decision, and send its form."""
    path = f"/i/{id_of(venue)}/days/{DAY}/1/decide"
    assert browser.get(path).status_code == 200
    return browser.post(path, form)


def test_a_changed_day_is_seen_line_by_line_and_adjusted(posted: Posted):
    venue = posted()
    browser, home = browse(venue), f"/i/{id_of(venue)}"
    assert f'href="{home}/held#changed"' in browser.get("/").text, "the dashboard leads to where it is mended"
    assert f'href="{home}/days/{DAY}/1/decide"' in browser.get(f"{home}/held").text
    page = text_of(browser.get(f"{home}/days/{DAY}/1/decide"))
    assert page.count("<strong>+10.00</strong>") == 2, "the sale and the cash"
    assert "Revision 1 was posted as INV-0001, revision 2 is known" in page
    assert [f'value="{one}"' in page for one in ("repost", "adjust", "leave", "never")] == [True, True, True, False]
    asked = text_of(browser.get(f"{home}/days/{DAY}/1/decide?ask=1"))
    assert "1 document with 6 payments would be taken back in 7 calls, which takes about" in asked
    done = decide(browser, venue, decision="adjust", reason="A till was <left> open", now="1")
    run = done.headers["location"].rpartition("/")[2]
    assert venue.engine.execute_run(run)
    assert len(venue.books.invoices()) == 2
    day = text_of(browser.get(f"{home}/days/{DAY}/1"))
    assert "<strong>kim</strong> decided to adjust it on 1 Nov 2026" in day
    assert "“A till was <left> open”" in day
    assert day.count("Look at it in the ledger") == 2, "what was posted, and what adjusts it"


def test_a_decision_about_a_paused_integration_waits_for_the_next_sync(posted: Posted):
    venue = posted()
    venue.engine.pause(KIM, venue.name)
    browser = browse(venue)
    assert 'name="now"' not in browser.get(f"/i/{id_of(venue)}/days/{DAY}/1/decide").text
    page = browser.follow(decide(browser, venue, decision="repost", now="1"))
    assert "The next sync carries it out." in page.text
    assert venue.engine.waiting_runs() == []
    venue.engine.resume(KIM, venue.name)
    venue.sync()
    assert venue.states()[f"{DAY}/1"] == "posted"


def test_nothing_is_decided_before_everything_is_said(posted: Posted, made_up: Month):
    venue = posted(9, changed=False)
    (held,) = [one for one in venue.engine.days(KIM, venue.name) if one.state == "held"]
    browser, path = browse(venue), f"/i/{id_of(venue)}/days/{held.business_date}/1/decide"
    assert "Other ways out of the hold" in browser.get(f"/i/{id_of(venue)}/held").text
    browser.get(path)
    for form, told in (
        ({}, "Choose what becomes of the day."),
        ({"decision": "never", "reason": "  "}, "Say why. It is kept with the decision."),
        ({"decision": "never", "reason": "x" * 501}, "Say it in up to 500 letters."),
        ({"decision": "adjust"}, "That can’t be decided about this day now"),
        ({"decision": "nonsense"}, "That can’t be decided about this day now"),
    ):
        answer = browser.post(path, form)
        assert (answer.status_code, told in text_of(answer)) == (422, True), form
        assert "<title>Error: " in answer.text
    assert venue.states()[f"{held.business_date}/1"] == "held"
    kept = browser.follow(browser.post(path, {"decision": "never", "reason": "Entered by hand"}))
    assert "“Entered by hand”" in kept.text
    assert "Take that back" in kept.text
    browser.get(path)
    browser.post(path, {"decision": "reconsider"})
    assert venue.states()[f"{held.business_date}/1"] == "held"


def test_a_decision_about_one_day_posts_no_month_of_the_past_that_nobody_confirmed(posted: Posted, made_up: Month):
    venue = posted(1, changed=False)
    venue.engine.configure(KIM, venue.name, combining="month")
    venue.engine.set_closed(KIM, venue.name, [date(2026, 10, day) for day in range(5, 32)], closed=True)
    short = copy.deepcopy(made_up.first[1])
    short["payments"][0]["counted"] = str(Decimal(short["payments"][0]["counted"]) - 7)
    venue.push([short, *made_up.first[2:4]])
    browser, path = browse(venue), f"/i/{id_of(venue)}/days/2026-10-02/1/decide"
    browser.get(path)
    form = {"decision": "post_difference", "reason": f"Short like on {DAY}", "now": "1"}
    run = browser.post(path, form).headers["location"].rpartition("/")[2]
    assert venue.engine.execute_run(run)
    beyond, told = venue.engine.run(KIM, run).findings
    assert beyond.code == "run.beyond_period"
    assert (told.code, told.subject) == ("run.waits_for_confirmation", "2026-10-02 to 2026-10-04")
    assert told.what == "1 document of the past (2026-10-02 to 2026-10-04) waits to be confirmed"
    assert told.do == "Sync these days by hand, look at what would be posted, and confirm that it is 1"
    assert list(venue.states().values()) == ["posted", "pending", "pending", "pending"]
    assert venue.engine.day(KIM, venue.name, date(2026, 10, 1)).decisions == (), "a date in a reason is none"


def test_an_unusual_day_is_confirmed_by_its_number_with_a_reason_or_declined(posted: Posted, made_up: Month):
    venue = posted(0, changed=False)
    venue.push([dearer(one, "90000.00") if place == 11 else one for place, one in enumerate(made_up.first[:12])])
    venue.sync()
    day = made_up.first[11]["trading_day"]
    browser, path = browse(venue), f"/i/{id_of(venue)}/confirm"
    assert f'href="{path}">Look at 1 unusual day' in browser.get(f"/i/{id_of(venue)}/held").text
    page = text_of(browser.get(path))
    assert "times what such a day usually does" in page
    assert f"/days/{day}/1/decide" in page, "where it is declined"
    assert 'value="post_anyway"' in browser.get(f"/i/{id_of(venue)}/days/{day}/1/decide").text
    for form in ({"typed": "1"}, {"reason": "Cup day"}, {"reason": "Cup day", "typed": "2"}):
        browser.get(path)
        assert browser.post(path, form).status_code == 422, form
    place = browser.post(path, {"reason": "Cup day", "typed": "1", "now": "1"}).headers["location"]
    assert venue.engine.execute_run(place.rpartition("/")[2])
    assert venue.states()[f"{day}/1"] == "posted"
    assert "decided to post it as it is" in browser.get(f"/i/{id_of(venue)}/days/{day}/1").text
    assert "No day waits to be confirmed." in browser.get(path).text


def test_in_a_closed_period_a_day_can_be_adjusted_and_not_posted_anew(posted: Posted, made_up: Month):
    venue = posted()
    venue.books.change(PeriodLockDate="2026-10-31")
    venue.push(made_up.first[1:2])
    venue.sync()
    page = text_of(browse(venue).get(f"/i/{id_of(venue)}/days/{DAY}/1/decide"))
    assert "The ledger is closed up to Saturday 31 October 2026" in page
    assert 'value="repost"' not in page
    assert 'value="adjust"' in page


def test_who_may_only_look_is_shown_what_could_be_done_and_no_form(month: Venue):
    browser, home = browse(month, allow=lambda principal, act: False), f"/i/{id_of(month)}"
    (day, *_) = [str(one.business_date) for one in month.engine.days(KIM, month.name) if one.state == "changed"]
    for path in (f"days/{day}/1/decide", f"undo?day={day}/1", "drift", "settings", "held", f"days/{day}/1"):
        page = browser.get(f"{home}/{path}").text
        assert '<form method="post"' not in page, path
    assert "<strong>Adjust it.</strong>" in browser.get(f"{home}/days/{day}/1/decide").text
    assert '<form method="post"' not in browser.get("/alerts").text


def test_a_policy_is_chosen_and_told(posted: Posted, made_up: Month):
    venue = posted(changed=False)
    browser, path = browse(venue), f"/i/{id_of(venue)}/settings"
    assert 'value="ask" checked' in browser.get(path).text
    assert "It is saved." in browser.follow(browser.post(f"{path}/late-changes", {"policy": "leave"})).text
    assert 'value="leave" checked' in browser.get(path).text
    assert browser.post(f"{path}/late-changes", {"policy": "nonsense"}).status_code == 400
    assert venue.push([dearer(made_up.first[0], "10.00", revision=2)]).accepted
    venue.sync()
    page = browser.get(f"/i/{id_of(venue)}/days/{DAY}/1").text
    assert "The policy for late changes</strong> decided to leave it as it was posted" in page
    assert "Late changes are left by themselves" in browser.get(f"/i/{id_of(venue)}/audit").text


def test_what_is_to_be_taken_back_is_counted_and_the_count_has_to_be_typed(posted: Posted):
    venue = posted(3)
    before = venue.books.invoices()
    browser, path = browse(venue), f"/i/{id_of(venue)}/undo"
    assert "Which days?" in browser.get(path).text
    assert "Give two dates" in browser.get(f"{path}?from=2026-10-31&to=2026-10-01").text
    page = text_of(browser.get(f"{path}?from=2026-10-01&to=2026-10-31"))
    assert "Type 3 to confirm" in page
    assert "19" in page.partition("Calls to it")[2][:60]
    scope = {"from": "2026-10-01", "to": "2026-10-31", "count": "3"}
    for typed in ("", "2", "three", "٣"):
        answer = browser.post(path, {**scope, "typed": typed})
        assert (answer.status_code, "Type the number of documents" in answer.text) == (422, True), typed
    assert venue.engine.waiting_runs() == []
    place = browser.post(path, {**scope, "typed": "3"}).headers["location"]
    assert "Taking back, begun" in browser.get(place).text
    assert venue.engine.execute_run(place.rpartition("/")[2])
    result = text_of(browser.get(place))
    assert "3 documents to be taken back" in result
    assert result.count("Taken back") >= 4
    assert (venue.books.invoices(), len(before)) == ([], 3)
    assert "Nothing of these days stands in the ledger" in browser.get(f"{path}?from=2026-10-01&to=2026-10-31").text
    browser.get(f"/i/{id_of(venue)}")
    again = browser.post(path, {**scope, "typed": "3"})
    assert again.headers["location"].startswith(f"{path}?from=2026-10-01")
    assert "Post it again, or keep it out" in browser.get(f"/i/{id_of(venue)}/days/2026-10-02/1").text


def test_one_day_and_one_sync_are_taken_back_and_what_stays_is_said_in_the_ledgers_words(posted: Posted):
    venue = posted(1, changed=False)
    run = venue.engine.runs(KIM, venue.name)[0].id
    browser, home = browse(venue), f"/i/{id_of(venue)}"
    assert f"{home}/undo?day={DAY}/1" in browser.get(f"{home}/days/{DAY}/1").text
    assert f"{home}/undo?run={run}" in browser.get(f"{home}/runs/{run}").text
    assert "by one sync" in browser.get(f"{home}/undo?run={run}").text
    assert browser.get(f"{home}/undo?run=unknown").status_code == 404
    payment = venue.books.payments()[-1]["PaymentID"]
    venue.books.change(f"payments/{payment}", reconciled=True)
    assert "choose Options, Unreconcile" in browser.get(f"{home}/undo?day={DAY}/1").text
    place = browser.post(f"{home}/undo", {"day": f"{DAY}/1", "count": "1", "typed": "1"}).headers["location"]
    venue.engine.execute_run(place.rpartition("/")[2])
    page = text_of(browser.get(place))
    assert "“This payment has been reconciled and cannot be deleted”" in page
    assert "Look at what is left" not in browser.get(f"{home}/days/{DAY}/1").text
    assert venue.states()[f"{DAY}/1"] == "posted"


def test_without_a_ledger_the_pages_say_so_and_lead_to_it(posted: Posted):
    venue = posted()
    venue.engine.disconnect(KIM, venue.name)
    browser, home = browse(venue), f"/i/{id_of(venue)}"
    undo = browser.get(f"{home}/undo?day={DAY}/1")
    assert undo.status_code in (400, 503)
    assert "Connect the ledger again" in undo.text
    asked = browser.get(f"{home}/days/{DAY}/1/decide?ask=1")
    assert (asked.status_code, "What posting it anew would take" in asked.text) == (200, True)
    assert "nothing can be checked" in browser.get(f"{home}/drift").text


def test_a_day_that_is_half_taken_back_is_named_until_nothing_is_left(posted: Posted, ledger_sandbox: Ledger):
    venue = posted(1, changed=False)
    ledger_sandbox.reset()
    ledger_sandbox.switch(limit_day=8)
    try:
        venue.engine.undo(KIM, venue.name, run=venue.engine.runs(KIM, venue.name)[0].id, confirm=1)
    finally:
        ledger_sandbox.switch(limit_day=5000)
    assert venue.states() == {f"{DAY}/1": "undoing"}
    browser, home = browse(venue), f"/i/{id_of(venue)}"
    assert f'href="{home}/held">1 day taken back in part' in browser.get("/").text
    page = browser.get(f"{home}/held").text
    assert "1 day taken back in part" in page
    assert "Where the ledger refused a part it is named: put it right there, then take the day back again." in page
    assert f'href="{home}/undo?day={DAY}/1"' in page
    assert f'href="{home}/undo?day={DAY}/1"' in browser.get(f"{home}/days/{DAY}/1").text
