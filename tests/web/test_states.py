"""The pages in states other than a posted month: nothing yet, half set up, paused, queued, failed, held."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from tests.engine.conftest import bring_catalogue
from tests.support.chain import OCTOBER, Ledger, Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month
from tests.web.conftest import KIM
from tests.web.site import Browser, browse, id_of, make_test_web
from tests.web.test_pages import paths

from takings.domain.period import Period
from takings.errors import UsageError
from takings.store.tables import Run
from takings.views import Principal
from takings.web.pages.runs import SHOWN


def all_drawn(venue: Venue) -> Browser:
    """Look at every page of a venue."""
    browser = browse(venue)
    for path in paths(venue):
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.text)
    return browser


def test_without_an_integration_there_is_one_sentence_and_one_button(month: Venue):
    nobody = browse(month, "other").get("/")
    assert nobody.text.count('class="button"') == 1
    assert "Set up an integration" in nobody.text


def test_a_draft_leads_to_its_setup(make_venue: MakeVenue):
    venue = make_venue(principal=KIM, name="Beach Kiosk", connect=False)
    browser = all_drawn(venue)
    assert f'href="/i/{id_of(venue)}/setup"' in browser.get("/").text
    home = browser.get(f"/i/{id_of(venue)}").text
    assert "Go on with the setup" in home
    assert "Cannot start yet" in home
    assert "Sync now" not in home
    assert "Xero, not connected yet" in home, "the ledger that was chosen is named before it is connected"
    assert "impos:eod" not in home, "systems are called by their titles"


def test_a_count_for_the_setup_is_not_called_a_sync(make_venue: MakeVenue):
    venue = make_venue(principal=KIM)
    run = venue.engine.request_run(KIM, venue.name, kind="preview", period=OCTOBER)
    browser = browse(venue)
    assert "Count for the setup" in browser.get(f"/i/{id_of(venue)}").text
    assert "<h1>Count for the setup of " in browser.get(f"/i/{id_of(venue)}/runs/{run.id}").text


def test_needs_attention_comes_first_and_paused_last(month: Venue, make_venue: MakeVenue, made_up: Month):
    venue = make_venue(principal=KIM, name="Attention")
    bring_catalogue(venue, made_up)
    venue.push(made_up.first[:1])
    venue.map_all()
    venue.sync()
    make_venue(principal=KIM, name="Aardvark", beside=venue, connect=False)
    venue.engine.pause(KIM, "Aardvark", "Closed for the winter.")
    make_venue(principal=KIM, name="Zebra", beside=venue, connect=False)
    shown = browse(venue).get("/").text
    places = [shown.index(f">{name}</a></h2>") for name in ("Attention", "Zebra", "Aardvark")]
    assert places == sorted(places)


def test_a_paused_one_says_why_and_can_be_resumed(make_venue: MakeVenue):
    venue = make_venue(principal=KIM)
    venue.engine.pause(KIM, venue.name, "Closed for the winter.")
    home = all_drawn(venue).get(f"/i/{id_of(venue)}").text
    assert "Closed for the winter." in home
    assert "/resume" in home
    assert "/sync" not in home


def test_a_queued_run_is_shown_as_a_queue_with_and_without_a_script(make_venue: MakeVenue, made_up: Month):
    venue = make_venue(principal=KIM)
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push(made_up.first[:2])
    venue.sync()
    run = venue.engine.request_run(KIM, venue.name)
    browser = all_drawn(venue)
    page = browser.get(f"/i/{id_of(venue)}/runs/{run.id}").text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert f'data-poll="/i/{id_of(venue)}/runs/{run.id}/state"' in page
    state = browser.get(f"/i/{id_of(venue)}/runs/{run.id}/state").json()
    assert state == {"state": "queued", "going_on": True, "text": ""}
    assert "See how far it is" in browser.get(f"/i/{id_of(venue)}").text or "going on now" in browser.get("/").text


def test_a_failed_run_says_what_to_do(make_venue: MakeVenue, made_up: Month, ledger_sandbox: Ledger):
    venue = make_venue(principal=KIM)
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push(made_up.first[:1])
    venue.sync()
    venue.push(made_up.first[1:2])
    venue.engine.disconnect(KIM, venue.name)
    run = venue.sync()
    assert run.state == "failed"
    browser = all_drawn(venue)
    page = browser.get(f"/i/{id_of(venue)}/runs/{run.id}").text
    assert "Failed" in page
    assert run.findings[0].what in page.replace("&#39;", "'")
    home = browser.get(f"/i/{id_of(venue)}").text
    assert "What needs you" in home
    assert "/setup/connect.target" in home


def test_many_days_make_no_more_queries_than_few(month: Venue, make_venue: MakeVenue, made_up: Month):
    from sqlalchemy import event

    def queries(venue: Venue, path: str) -> int:
        counted: list[str] = []

        def count(conn: object, cursor: object, statement: str, *more: object) -> None:
            counted.append(statement)

        event.listen(venue.engine.database.engine, "before_cursor_execute", count)
        try:
            assert browse(venue).get(path).status_code == 200
        finally:
            event.remove(venue.engine.database.engine, "before_cursor_execute", count)
        return len(counted)

    small = make_venue(principal=KIM, name="Anchor Hotel")
    bring_catalogue(small, made_up)
    small.map_all()
    small.push(made_up.first[:1])
    small.sync()
    few = id_of(small)
    many = id_of(month)
    pages = ("", "/calendar?month=2026-10", "/held", "/runs", "/audit", "/days/2026-10-01/1", "/drift", "/confirm")
    pages += ("/reports", "/reports/day?day=2026-10-01", "/days/2026-10-01/1/decide", "/settings")
    for page in pages:
        assert queries(month, f"/i/{many}{page}") == queries(small, f"/i/{few}{page}"), page
    alone = queries(small, "/")
    for number in range(3):
        make_venue(principal=KIM, name=f"Another {number}", beside=small, connect=False)
    assert queries(small, "/") == alone


def test_a_date_leads_to_its_first_close(month: Venue, browser: Browser):
    ref = id_of(month)
    answer = browser.get(f"/i/{ref}/days/2026-10-18")
    assert answer.headers["location"] == f"/i/{ref}/days/2026-10-18/1"
    page = browser.follow(answer).text
    assert f"/i/{ref}/days/2026-10-18/2" in page


@pytest.mark.parametrize(
    "path", ["days/2026-02-30", "days/nonsense/1", "days/2026-10-01/9", "days/1999-01-01", "runs/x"]
)
def test_what_there_is_not_is_not_found(path: str, month: Venue, browser: Browser):
    assert browser.get(f"/i/{id_of(month)}/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["calendar?month=x", "calendar?month=2026-13", "audit?before=-1", "audit?before=1e9", "runs?before=another"],
)
def test_a_question_that_is_none_is_not_found(path: str, month: Venue, browser: Browser):
    assert browser.get(f"/i/{id_of(month)}/{path}").status_code == 404


def test_the_calendar_says_each_state_in_words(month: Venue, browser: Browser):
    page = browser.get(f"/i/{id_of(month)}/calendar?month=2026-10").text
    for word in ("Posted", "Held", "Changed since", "Nothing to post"):
        assert word in page
    assert "?month=2026-09" not in page


def test_a_close_that_did_not_come_is_missing(make_venue: MakeVenue, made_up: Month):
    venue = make_venue(principal=KIM)
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push([one for one in made_up.first if one["trading_day"] != "2026-10-14"])
    venue.sync(OCTOBER)
    venue.engine.configure(KIM, venue.name, start_date=date(2026, 10, 1))
    missing = venue.engine.missing_days(KIM, venue.name, Period(date(2026, 10, 1), date(2026, 10, 31)))
    view = venue.engine.calendar(KIM, venue.name, date(2026, 10, 1))
    assert tuple(one.business_date for one in view.days if one.state == "missing") == missing
    assert date(2026, 10, 14) in missing
    assert "no close arrived" in browse(venue).get(f"/i/{id_of(venue)}/calendar?month=2026-10").text


def test_the_day_page_has_both_sides_and_every_attempt(month: Venue, browser: Browser):
    ref = id_of(month)
    page = browser.get(f"/i/{ref}/days/2026-10-01/1").text
    assert "7,853.10" in page
    assert "INV-0001" in page
    assert f'href="/i/{ref}/ledger?key=' in page
    assert 'rel="noreferrer"' in page
    assert "Stands in the ledger" in page
    assert "Answered" in page
    assert "&#34;trading_day&#34;: &#34;2026-10-01&#34;" in page


def test_a_held_day_leads_to_the_step_that_mends_it(month: Venue, browser: Browser):
    ref = id_of(month)
    for path in (f"/i/{ref}/held", f"/i/{ref}/days/2026-10-09/1"):
        assert f'href="/i/{ref}/setup/map.' in browser.get(path).text


def test_a_changed_day_says_what_differs(month: Venue, browser: Browser):
    page = browser.get(f"/i/{id_of(month)}/days/2026-10-20/1").text
    assert "Changed since" in page
    assert "Revision 2" in page
    assert "Revision 1" in page


def test_the_audit_trail_is_turned_page_by_page(month: Venue, browser: Browser):
    for number in range(60):
        month.engine.create_sign_in(Principal(owner="nobody", name=str(number)))
    first = month.engine.audit_trail(KIM, limit=2)
    page = browser.get(f"/audit?before={first.events[0].id}").text
    assert "A sync ended" in page or "Connected an organisation" in page
    rest = month.engine.audit_trail(KIM, before=first.older)
    assert [one.id for one in rest.events] == sorted((one.id for one in rest.events), reverse=True)
    assert rest.events[0].id < first.events[-1].id


def test_the_sandbox_has_no_pages_and_that_is_said(month: Venue, browser: Browser):
    document = month.engine.documents(KIM, month.name)[0]
    answer = browser.get(f"/i/{id_of(month)}/ledger", params={"key": document.key})
    assert "The ledger has no page for this document" in answer.text
    assert browser.get(f"/i/{id_of(month)}/ledger?key=unknown").status_code == 404


def test_templates_of_the_host_come_first_and_can_extend_ours(month: Venue, tmp_path):
    (tmp_path / "base.html").write_text(
        '{% extends "@core/base.html" %}{% block title %}ACME · {{ super() }}{% endblock %}'
        "{% block footer %}<footer>Ask ACME</footer>{% endblock %}"
    )
    page = Browser(make_test_web(month.engine, templates_dir=tmp_path)).get("/").text
    assert "<title>Integrations – ACME · takings</title>" in page
    assert "Ask ACME" in page


def test_name_logo_and_colours_of_the_host(month: Venue):
    from takings.web import Branding

    look = Branding(name="ACME Books", logo="/static/acme.svg", colours={"accent": "#a50"}, dark={"accent": "#fb7"})
    browser = Browser(make_test_web(month.engine, branding=look))
    page = browser.get("/").text
    assert 'src="/static/acme.svg"' in page
    assert "ACME Books" in page
    sheet = page.partition('brand.css"')[0].rpartition('href="')[2] + "brand.css"
    assert "--accent: #a50" in browser.get(sheet).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"logo": "//evil.example/x.svg"},
        {"logo": "https://evil.example/x.svg"},
        {"colours": {"accent": "red; } body { display: none"}},
        {"colours": {"accent: red; --page": "#fff"}},
        {"dark": {"accent": "url(https://evil.example)"}},
    ],
    ids=str,
)
def test_a_look_that_is_none_is_refused(wrong):
    from takings.web import Branding

    with pytest.raises(ValueError, match="is not"):
        Branding(**wrong)


def test_a_day_of_long_ago_is_reached_day_by_day(month: Venue, browser: Browser):
    ref = id_of(month)
    day = date(2026, 10, 31)
    page = browser.get(f"/i/{ref}/days/{day}/1").text
    assert f"/i/{ref}/days/{day - timedelta(days=1)}" in page


def test_days_of_the_past_wait_and_lead_to_the_review(make_venue: MakeVenue, made_up: Month):
    venue = make_venue(principal=KIM)
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push(made_up.first[:2])
    run = venue.sync(confirm=None, trigger="schedule")
    page = browse(venue).get(f"/i/{id_of(venue)}/runs/{run.id}").text
    assert "wait to be confirmed" in page
    assert f'href="/i/{id_of(venue)}/setup/review"' in page
    assert "takings sync" not in page


@pytest.mark.parametrize(
    "address",
    ["calendar?month=9999-12", "calendar?month=0001-01", "days/2026-10-01/99999999999999999999", "days/9999-12-31"],
)
def test_dates_and_closes_that_no_venue_has_are_not_found(browser: Browser, month: Venue, address: str):
    assert browser.get(f"/i/{id_of(month)}/{address}").status_code == 404


def test_dates_too_far_away_are_refused_before_anybody_is_asked(browser: Browser, month: Venue):
    ref = id_of(month)
    for what in ("days.csv", "documents.csv"):
        assert browser.get(f"/i/{ref}/{what}?from=2026-10-01&to=9999-12-31").status_code == 400
        assert browser.get(f"/i/{ref}/{what}?from=2026-10-01").status_code == 200
    browser.get(f"/i/{ref}")
    assert browser.post(f"/i/{ref}/retry", {"date": "9999-12-31"}).status_code == 400
    far = Period(date(2026, 10, 1), date(9999, 12, 31))
    engine = month.engine
    for ask in (engine.preview, engine.sync, engine.fetch, engine.verify):
        with pytest.raises(UsageError, match="9999-12-31 is too far away; dates are taken from 1970-01-01 to 2100"):
            ask(month.principal, month.name, far)
    with pytest.raises(UsageError, match="too far away"):
        engine.request_run(month.principal, month.name, period=far)


def test_the_list_of_syncs_goes_on_page_by_page_to_the_first_one(make_venue: MakeVenue):
    venue = make_venue(principal=KIM)
    ref, began = id_of(venue), venue.engine.clock.now()
    made = [f"run{number:04}" for number in range(2 * SHOWN + 1)]
    with venue.engine.database.write() as session:
        for number, id_ in enumerate(made):
            session.add(
                Run(
                    id=id_, integration_id=ref, owner=KIM.owner, principal="", trigger="schedule", state="done",
                    started_at=began + timedelta(minutes=number),
                )
            )  # fmt: skip
    browser, path, found = browse(venue), f"/i/{ref}/runs", []
    for _ in range(3):
        page = browser.get(path).text
        found.append(re.findall(r"/runs/(run\d+)", page))
        older = re.search(r'href="([^"]+)">Older syncs', page)
        path = older[1] if older else ""
    assert [len(one) for one in found] == [SHOWN, SHOWN, 1]
    assert [id_ for one in found for id_ in one] == made[::-1]
    assert path == ""
