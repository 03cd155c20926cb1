"""The pages lead from an integration whose payments were refused to the documents that wait for these."""

from __future__ import annotations

import html

from tests.engine.conftest import bring_catalogue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month
from tests.web.conftest import KIM
from tests.web.site import browse, id_of


def test_the_first_pages_lead_to_the_payments_that_were_refused(make_venue: MakeVenue, made_up: Month) -> None:
    venue = make_venue(principal=KIM, name="Anchor Hotel", target_settings={"status": "DRAFT"})
    bring_catalogue(venue, made_up)
    venue.map_all()
    assert venue.push(made_up.first[:1]).accepted
    venue.sync()
    (invoice,) = venue.books.documents()["Invoices"]
    venue.books.change(f"invoices/{invoice['InvoiceID']}", Status="AUTHORISED")
    venue.books.change("accounts/611", EnablePaymentsToAccount=False)
    run = venue.engine.post_payments(KIM, venue.name, confirm=1)
    assert run.state == "problems"
    browser, id_ = browse(venue), id_of(venue)
    for path in ("/", f"/i/{id_}"):
        page = html.unescape(browser.get(path).text)
        assert f'href="/i/{id_}/payments">1 document whose payments were refused</a>' in page
    shown = html.unescape(browser.get(f"/i/{id_}/runs/{run.id}").text)
    assert "The ledger refused 1 payment for 2026-10-01" in shown
    assert f'href="/i/{id_}/payments"' in shown
    assert browser.get(f"/i/{id_}/payments").status_code == 200
