"""Verify finds whatever anybody changed in the ledger after posting, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.engine.conftest import Ready
from tests.support.chain import Venue

from takings.views import LOCAL, VerifyView


@pytest.fixture
def venue(ready: Ready) -> Venue:
    """A venue with two days posted."""
    made = ready(2)
    made.sync()
    return made


def verify(venue: Venue) -> VerifyView:
    return venue.engine.verify(LOCAL, "anchor")


def one_payment(venue: Venue, code: str = "611") -> dict[str, Any]:
    """The payment of the first day to an account."""
    first = venue.books.invoices()[0]["InvoiceID"]
    of_day = [one for one in venue.books.payments() if one["Invoice"]["InvoiceID"] == first]
    return next(one for one in of_day if one["Account"]["Code"] == code)


def says(venue: Venue) -> list[str]:
    """What verify finds; every finding is about the first day."""
    found = verify(venue)
    assert found.agrees == (not found.differences)
    assert all(one.what.startswith("2026-10-01 invoice INV-") for one in found.differences)
    assert all(one.subject.endswith("/2026-10-01.1/g1/invoice.1") for one in found.differences)
    return [one.what.partition(": ")[2] for one in found.differences]


def test_nothing_is_found_where_nothing_was_changed(venue: Venue) -> None:
    found = verify(venue)
    assert found.agrees
    assert (found.documents, found.payments, len(found.checked)) == (2, 12, 2)
    assert {one.state for one in found.checked} == {"PAID"}


def test_another_amount_of_a_payment_is_found(venue: Venue) -> None:
    payment = one_payment(venue)
    venue.books.change(f"payments/{payment['PaymentID']}", amount="1.00")
    assert says(venue) == [
        f"the payment to 611 Cash Clearing was posted as {payment['Amount']:,}, the ledger says 1.00"
    ]


def test_a_deleted_payment_is_found(venue: Venue) -> None:
    payment = one_payment(venue)
    venue.books.change(f"payments/{payment['PaymentID']}", status="DELETED")
    assert says(venue) == [f"the payment of {payment['Amount']:,} to 611 Cash Clearing was removed in the ledger"]


def test_a_payment_that_is_not_ours_is_found(venue: Venue) -> None:
    payment = one_payment(venue, "613")
    venue.books.change(f"payments/{payment['PaymentID']}", reference="entered by hand")
    missing, foreign = says(venue)
    assert missing.endswith("to 613 AMEX Clearing was removed in the ledger")
    assert foreign == f"the ledger has a payment of {payment['Amount']:,} AUD that was not posted from here"


def test_a_voided_invoice_is_found(venue: Venue) -> None:
    invoice = venue.books.invoices()[0]
    for payment in venue.books.payments():
        if payment["Invoice"]["InvoiceID"] == invoice["InvoiceID"]:
            venue.books.change(f"payments/{payment['PaymentID']}", status="DELETED")
    venue.books.change(f"invoices/{invoice['InvoiceID']}", Status="VOIDED")
    assert says(venue) == ["it was voided in the ledger"]


def test_a_line_on_another_account_is_found(venue: Venue) -> None:
    invoice = venue.books.invoices()[0]
    lines = [{"LineItemID": one["LineItemID"]} for one in invoice["LineItems"]]
    (merchandise,) = [one for one in invoice["LineItems"] if one["AccountCode"] == "203"]
    lines[invoice["LineItems"].index(merchandise)]["AccountCode"] = "200"
    venue.books.change(f"invoices/{invoice['InvoiceID']}", LineItems=lines)
    amount = f"{merchandise['LineAmount']:,.2f}"
    assert set(says(venue)) == {
        f"the lines on 203 Merchandise Sales was posted as {amount}, the ledger says 0.00",
        next(one for one in says(venue) if one.endswith(f"was posted as 0.00, the ledger says {amount}")),
    }
    assert len(says(venue)) == 2


def test_another_number_is_found(venue: Venue) -> None:
    invoice = venue.books.invoices()[0]
    venue.books.change(f"invoices/{invoice['InvoiceID']}", InvoiceNumber="X-1")
    assert says(venue) == [f"the number was posted as {invoice['InvoiceNumber']}, the ledger says X-1"]


def test_another_reference_is_found(venue: Venue) -> None:
    invoice = venue.books.invoices()[0]
    venue.books.change(f"invoices/{invoice['InvoiceID']}", Reference="Till 1")
    assert says(venue) == [f"the reference was posted as {invoice['Reference']}, the ledger says Till 1"]


def test_verifying_changes_nothing_and_a_sync_does_not_undo_what_people_did(venue: Venue) -> None:
    payment = one_payment(venue)
    venue.books.change(f"payments/{payment['PaymentID']}", status="DELETED")
    before = venue.books.documents()
    venue.ledger.reset()
    verify(venue)
    venue.sync()
    assert venue.ledger.writes() == 0
    assert venue.books.documents() == before
