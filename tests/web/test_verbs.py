"""What people do on the pages: each by a form, each written into the audit trail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.engine.conftest import bring_catalogue
from tests.support.chain import Venue, connect
from tests.support.fixtures import MakeVenue
from tests.support.month import Month
from tests.web.conftest import KIM
from tests.web.site import browse, id_of


@pytest.fixture
def posted(make_venue: MakeVenue, made_up: Month) -> Callable[..., Venue]:
    """Give a function that makes a venue with posted days."""

    def make(days: int = 2) -> Venue:
        venue = make_venue(principal=KIM, name="Anchor Hotel")
        bring_catalogue(venue, made_up)
        venue.map_all()
        venue.push(made_up.first[:days])
        venue.sync()
        return venue

    return make


def actions(venue: Venue) -> list[str]:
    """What the audit trail tells, the newest first."""
    return [one.action for one in venue.engine.audit_trail(KIM).events]


def test_pause_and_resume(posted: Callable[..., Venue]):
    venue = posted()
    browser, home = browse(venue), f"/i/{id_of(venue)}"
    browser.get(home)
    paused = browser.follow(browser.post(f"{home}/pause"))
    assert "nothing is posted until you resume it" in paused.text
    assert venue.engine.integration(KIM, venue.name).state == "paused"
    resumed = browser.follow(browser.post(f"{home}/resume"))
    assert "It is active again." in resumed.text
    assert actions(venue)[:2] == ["integration.active", "integration.paused"]


def test_sync_now_is_queued_done_and_shown(posted: Callable[..., Venue], made_up: Month):
    venue = posted()
    venue.push(made_up.first[2:3])
    browser, home = browse(venue), f"/i/{id_of(venue)}"
    browser.get(home)
    first = browser.post(f"{home}/sync")
    page = browser.follow(first)
    assert "It waits for its turn" in page.text
    assert browser.post(f"{home}/sync").headers["location"] == first.headers["location"]
    run = first.headers["location"].rpartition("/")[2]
    venue.engine.execute_run(run)
    assert "It waits" not in browser.get(first.headers["location"]).text


def test_a_run_that_waits_is_cancelled(posted: Callable[..., Venue]):
    venue = posted()
    browser, home = browse(venue), f"/i/{id_of(venue)}"
    browser.get(home)
    place = browser.post(f"{home}/sync").headers["location"]
    browser.get(place)
    page = browser.follow(browser.post(f"{place}/cancel"))
    assert "Cancelled" in page.text
    browser.get(home)
    assert browser.post(f"{place}/cancel").status_code == 400


def test_a_held_day_is_mended_and_tried_again_alone(posted: Callable[..., Venue], made_up: Month):
    venue = posted(9)
    held = next(one for one in venue.engine.days(KIM, venue.name) if one.state == "held")
    venue.map_all()
    browser, home = browse(venue), f"/i/{id_of(venue)}"
    browser.get(f"{home}/days/{held.business_date}/1")
    place = browser.post(f"{home}/retry", {"date": held.business_date.isoformat()}).headers["location"]
    run = venue.engine.run(KIM, place.rpartition("/")[2])
    assert run.period in ("", str(held.business_date))
    browser.get(home)
    assert browser.post(f"{home}/retry", {"date": "nonsense"}).status_code == 400


def share_ledger(venue: Venue, name: str) -> None:
    """Provision another integration that posts to the same organisation."""
    venue.engine.provision(KIM, name=name, source="impos", target="xero")
    connect(venue.engine, venue.ledger, name, venue.books, KIM)


def test_disconnecting_and_deleting_ask_first_and_say_what_stays(posted: Callable[..., Venue]):
    venue = posted()
    browser, home = browse(venue), f"/i/{id_of(venue)}"
    assert "Disconnect it first" in browser.get(f"{home}/delete").text
    browser.get(home)
    assert browser.post(f"{home}/delete").status_code == 400
    asked = browser.get(f"{home}/disconnect").text
    assert "What was posted stays in the ledger" in asked
    assert "through the same connection" not in asked
    share_ledger(venue, "harbour")
    assert "harbour posts through the same connection" in browser.get(f"{home}/disconnect").text
    assert "It is disconnected." in browser.follow(browser.post(f"{home}/disconnect")).text
    asked = browser.get(f"{home}/delete").text
    assert "What was posted stays in Venue" in asked
    gone = browser.follow(browser.post(f"{home}/delete"))
    assert "It is deleted." in gone.text
    assert browser.get(home).status_code == 404
    kept = venue.engine.audit_trail(KIM).events
    assert kept[0].action == "integration.deleted"
    assert kept[0].request_id
    assert any(one.action == "run.ended" for one in kept)
    assert len(venue.books.invoices()) == 2


def test_a_new_integration_is_made_and_set_up(make_venue: MakeVenue):
    venue = make_venue(principal=KIM, connect=False)
    browser = browse(venue)
    browser.get("/new")
    form = {"name": "Beach Kiosk", "source": "impos:eod", "target": "xero:accounting"}
    made = browser.post("/new", form)
    ref = venue.engine.integration(KIM, "Beach Kiosk").id
    assert made.headers["location"] == f"/i/{ref}/setup"
    browser.get("/new")
    again = browser.post("/new", form)
    assert again.status_code == 422
    assert "<title>Error: " in again.text
    assert 'value="Beach Kiosk"' in again.text


def test_a_new_integration_is_not_made_of_what_nobody_chose(make_venue: MakeVenue):
    venue = make_venue(principal=KIM, connect=False)
    browser = browse(venue)
    page = browser.get("/new").text
    assert page.count('<option value="">Choose …</option>') == 2
    made = browser.post("/new", {"name": " ", "source": "", "target": ""})
    assert made.status_code == 422
    for said in ("Enter a name.", "Choose the point of sale.", "Choose the ledger."):
        assert made.text.count(said) == 2, f"{said} stands at its place and in the summary"
    long = browser.post("/new", {"name": "x" * 5000, "source": "impos:eod", "target": "xero:accounting"})
    assert "up to 60 letters" in long.text
    assert long.text.count("x" * 5000) == 1, "only in the field itself"


def test_who_may_not_provision_does_not(month: Venue):
    browser = browse(month, f"only:{id_of(month)}")
    assert browser.get("/new").status_code == 404
    assert browser.follow(browser.get("/")).status_code == 200
    assert "Delete" not in browser.get(f"/i/{id_of(month)}").text
