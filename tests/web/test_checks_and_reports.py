"""The ledger check, the reports and the alerts on the pages."""

from __future__ import annotations

import base64
import hashlib
import html
import json

import pytest
from tests.engine.conftest import bring_catalogue
from tests.support.chain import OCTOBER, Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month
from tests.web.conftest import KIM
from tests.web.site import Browser, browse, id_of

from takings.views import encode


@pytest.fixture
def posted(make_venue: MakeVenue, made_up: Month) -> Venue:
    """A venue with two posted days."""
    venue = make_venue(principal=KIM, name="Anchor Hotel")
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push(made_up.first[:2])
    venue.sync()
    return venue


def test_a_check_finds_what_was_edited_somebody_notes_it_and_says_how_often_it_is_made(posted: Venue):
    browser, home = browse(posted), f"/i/{id_of(posted)}"
    assert "It was not checked yet." in browser.get(f"{home}/drift").text
    payment = posted.books.payments()[0]
    posted.books.change(f"payments/{payment['PaymentID']}", status="DELETED")
    run = browser.post(f"{home}/drift/check").headers["location"]
    assert "Check of the ledger of" in browser.get(run).text
    assert posted.engine.execute_run(run.rpartition("/")[2])
    assert f'href="{home}/drift">What differs now' in browser.get(run).text
    assert f'href="{home}/drift"' in browser.get("/").text, "the dashboard leads there"
    page = browser.get(f"{home}/drift").text
    assert "1 document differs" in page
    document = posted.engine.drift(KIM, posted.name).drifted[0].document
    assert f'name="document" value="{document}"' in page
    assert f"{home}/ledger?key=" in page
    noted = browser.follow(browser.post(f"{home}/drift/note", {"document": document}))
    assert "It is noted." in noted.text
    assert "kim knows of it since" in noted.text
    assert "Nothing else differs." in noted.text
    assert posted.engine.integration(KIM, posted.name).state == "active"
    stale = browser.post(f"{home}/drift/note", {"document": "unknown"})
    assert "does not differ any more" in browser.follow(stale).text
    assert browser.post(f"{home}/drift/note").status_code == 400
    assert 'value="weekly" checked' in browser.get(f"{home}/drift").text
    browser.post(f"{home}/drift/every", {"every": "daily"})
    assert 'value="daily" checked' in browser.get(f"{home}/drift").text
    assert "checked daily" in browser.get(f"{home}/settings").text
    assert browser.post(f"{home}/drift/every", {"every": "hourly"}).status_code == 400


def test_the_month_has_what_a_bookkeeper_files(month: Venue, browser: Browser):
    ref = id_of(month)
    page = html.unescape(browser.get(f"/i/{ref}/reports/month").text)
    assert "<h1>October 2026</h1>" in page, "the newest month that is known"
    report = month.engine.month_summary(KIM, ref, month.engine.days(KIM, ref)[0].business_date)
    for amount in (report.taken, report.posted, report.tax, report.waiting):
        assert f"{amount:,.2f}" in page
    for heading in (
        "Payment methods",
        "Tax by rate",
        "Tax stated and tax posted",
        "How each account moved, tax included",
    ):
        assert f"<caption>{heading}</caption>" in page
    assert "receives payments" in page
    assert "No day of this month is known." in browser.get(f"/i/{ref}/reports/month?month=2026-07").text
    assert "?month=2026-09" not in page, "no month is offered that nothing is known of"


def test_a_report_is_a_file_and_a_page_to_print_too(month: Venue, browser: Browser):
    base, ref = f"/i/{id_of(month)}/reports", id_of(month)
    file = browser.get(f"{base}/month/csv?month=2026-10")
    assert file.headers["content-disposition"] == 'attachment; filename="Anchor-Hotel-month-2026-10.csv"'
    assert file.text.startswith("Business date,State,Taken,Posted,Tax,Documents,Waiting for approval\r\n")
    day = browser.get(f"{base}/day/json?day=2026-10-18")
    first = month.engine.day_sheet(KIM, ref, next(one for one in month.engine.days(KIM, ref)).business_date)
    assert browser.get(f"{base}/day/json?day={first.business_date}").json() == json.loads(json.dumps(encode(first)))
    assert len(day.json()["closes"]) == 2
    sheet = browser.get(f"{base}/clearing/print?from=2026-10-01&to=2026-10-31")
    style = sheet.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in sheet.headers["content-security-policy"]
    for wrong in ("month/pdf", "year/csv", "day/csv?day=2027-01-01", "day/csv?day=x", "month/csv?month=x"):
        assert browser.get(f"{base}/{wrong}").status_code == 404, wrong
    assert browser.get(f"{base}/clearing/csv?from=2026-10-31&to=2026-10-01").status_code == 400


def test_a_day_is_turned_to_its_neighbours_and_one_without_a_close_says_so(month: Venue, browser: Browser):
    base = f"/i/{id_of(month)}/reports/day"
    page = browser.get(f"{base}?day=2026-10-18").text
    assert page.count("<caption>Lines</caption>") == 2, "both closes"
    assert f"{base}?day=2026-10-17" in page
    assert f"{base}?day=2026-10-19" in page
    assert "No close of this date has arrived." in browser.get(f"{base}?day=2026-11-20").text
    assert browser.get(f"{base}?day=nonsense").status_code == 404


def test_clearing_accounts_are_shown_for_any_time_and_one_by_one(month: Venue, browser: Browser):
    base = f"/i/{id_of(month)}/reports/clearing"
    page = browser.get(f"{base}?from=2026-10-01&to=2026-10-31").text
    report = month.engine.clearing_report(KIM, id_of(month), OCTOBER)
    account = next(one for one in report.accounts if one.rows)
    one = html.unescape(browser.get(f"{base}?account={account.id}").text)
    assert page.count("<section") > one.count("<section") == 1
    assert f"{account.total:,.2f}" in one
    assert browser.get(f"{base}?account=nothing").status_code == 404
    wrong = browser.get(f"{base}?from=2026-10-31&to=2026-10-01")
    assert (wrong.status_code, "<title>Error: " in wrong.text) == (422, True)


def test_without_a_day_there_is_nothing_to_report(make_venue: MakeVenue):
    venue = make_venue(principal=KIM, connect=False)
    browser, base = browse(venue), f"/i/{id_of(venue)}/reports"
    assert "No day is known yet." in browser.get(base).text
    assert "No day is known yet." in browser.get(f"{base}/day").text
    assert "No day of this month is known." in browser.get(f"{base}/month").text
    assert "No payment method is mapped" in browser.get(f"{base}/clearing").text


def test_alerts_go_where_somebody_says(make_venue: MakeVenue):
    browser = browse(make_venue(principal=KIM, connect=False))
    assert "Nothing needs anybody." in browser.get("/alerts").text
    wrong = browser.post("/alerts", {"address": "no address"})
    assert (wrong.status_code, 'value="no address"' in wrong.text) == (422, True)
    saved = browser.follow(browser.post("/alerts", {"address": "books@shop.example"}))
    assert "Alerts go there from now on." in saved.text
    assert 'value="books@shop.example"' in saved.text
    assert "Changed where alerts go" in browser.get("/audit").text
    browser.get("/alerts")
    assert "Nobody gets alerts now." in browser.follow(browser.post("/alerts")).text


def test_payments_of_drafts_are_posted_after_their_approval_by_the_number_of_documents(
    make_venue: MakeVenue, made_up: Month
):
    venue = make_venue(principal=KIM, name="Anchor Hotel", target_settings={"status": "DRAFT"})
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push(made_up.first[:2])
    venue.sync()
    browser, path = browse(venue), f"/i/{id_of(venue)}/payments"
    assert f'href="{path}">Look at the payments that wait' in browser.get(f"/i/{id_of(venue)}/days/2026-10-01/1").text
    waiting = browser.get(path).text
    assert waiting.count("Wait for the approval") == 2
    assert "None can be posted now." in waiting
    venue.books.change(f"invoices/{venue.books.documents()['Invoices'][0]['InvoiceID']}", Status="AUTHORISED")
    assert "Type 1 to confirm" in browser.get(path).text
    assert browser.post(path, {"count": "1", "typed": "2"}).status_code == 422
    place = browser.post(path, {"count": "1", "typed": "1"}).headers["location"]
    assert "Payments of approved documents of" in browser.get(place).text
    assert venue.engine.execute_run(place.rpartition("/")[2])
    assert len(venue.books.payments()) == 6


def test_drafts_are_told_apart_on_the_pages_of_reports(make_venue: MakeVenue, made_up: Month):
    venue = make_venue(principal=KIM, name="Anchor Hotel", target_settings={"status": "DRAFT", "shape": "balanced"})
    bring_catalogue(venue, made_up)
    venue.map_all()
    venue.push(made_up.first[:2])
    venue.sync()
    browser, base = browse(venue), f"/i/{id_of(venue)}/reports"
    month = venue.engine.month_summary(KIM, venue.name, OCTOBER.first)
    page = browser.get(f"{base}/month").text
    assert f"<dt>Waiting for approval</dt><dd>{month.taken:,.2f}</dd>" in page
    assert f"waiting for approval: {month.days[0].total:,.2f}" in page
    assert "Waiting for approval in the ledger, and in no sum before" in page
    assert "In the ledger</h2>" not in page
    assert "waiting for approval" in browser.get(f"{base}/day?day={OCTOBER.first}").text
    clearing = browser.get(f"{base}/clearing").text
    assert "Waiting for approval in the ledger, and not in these accounts" in clearing
    assert "Nothing was posted to them in this time." in clearing
    payments = browser.get(f"/i/{id_of(venue)}/payments").text
    assert "None: it is lines only" in payments
    assert "None can be posted now." in payments
