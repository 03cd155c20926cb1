"""What somebody does to a document without moving an amount is found by a check, and what is gone is posted anew."""

from __future__ import annotations

from datetime import date

import pytest
from tests.engine.conftest import Ready
from tests.engine.test_payments_after_approval import drafts, invoices
from tests.support.chain import Venue
from tests.support.month import Month

from takings.views import LOCAL

DAY = date(2026, 10, 1)


def differences(venue: Venue) -> list[str]:
    view = venue.engine.verify(LOCAL, venue.name)
    return [one.what.partition(": ")[2] for one in view.differences]


def test_a_rate_that_was_recoded_in_the_ledger_is_found(ready: Ready) -> None:
    venue = drafts(ready, 1)
    venue.sync()
    assert differences(venue) == []
    (invoice,) = invoices(venue)
    rates = [one["TaxType"] for one in invoice["LineItems"]]
    assert "EXEMPTOUTPUT" in rates
    lines = [
        {
            "LineItemID": one["LineItemID"],
            "Description": one["Description"],
            "AccountCode": one["AccountCode"],
            "LineAmount": str(one["LineAmount"]),
            "TaxType": "BASEXCLUDED" if one["TaxType"] == "EXEMPTOUTPUT" else one["TaxType"],
        }
        for one in invoice["LineItems"]
    ]
    venue.books.change(f"invoices/{invoice['InvoiceID']}", LineItems=lines)
    assert invoices(venue)[0]["Total"] == invoice["Total"]
    found = differences(venue)
    assert any("at BASEXCLUDED BAS Excluded was posted as 0.00" in one for one in found), found
    assert any("at EXEMPTOUTPUT GST Free Income" in one for one in found), found
    assert all(one.startswith("the lines on ") for one in found)


@pytest.mark.parametrize("decision", ["repost", "never"])
def test_a_voided_document_is_posted_anew_or_given_up_as_its_finding_says(
    ready: Ready, made_up: Month, decision: str
) -> None:
    venue = ready(1)
    venue.sync()
    for payment in venue.books.payments():
        venue.books.change(f"payments/{payment['PaymentID']}", status="DELETED")
    (invoice,) = venue.books.invoices()
    venue.books.change(f"invoices/{invoice['InvoiceID']}", Status="VOIDED")
    (gone,) = venue.engine.verify(LOCAL, venue.name).differences
    assert gone.code == "verify.voided"
    if decision == "repost":
        venue.engine.decide(LOCAL, venue.name, [DAY], decision="repost")
        assert venue.sync().state == "done"
        expected = made_up.expect(made_up.first[:1]).balances
    else:
        assert venue.engine.undo(LOCAL, venue.name, days=[DAY], confirm=1).state == "done"
        venue.engine.decide(LOCAL, venue.name, [DAY], decision="never", reason="Voided in the ledger")
        expected = {}
    assert {code: amount for code, amount in venue.books.balances().items() if amount} == expected
    assert venue.engine.verify(LOCAL, venue.name).agrees
