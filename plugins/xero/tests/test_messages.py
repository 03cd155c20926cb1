"""Every sentence of Xero that is known gets a finding of its own; any other is shown as it is."""

from __future__ import annotations

import pytest

from takings_xero.message_table import RULES
from takings_xero.messages import explain

# The texts of xero-api.md 4.2, and the variants that integrators quote.
KNOWN = {
    "Invoice # must be unique.": "number_taken",
    "Invoice not of valid status for modification": "status",
    "Invoice not of valid status for creation": "status",
    "Document not of valid status for modification": "status",
    "Credit Note not of valid status for modification": "status",
    "This document cannot be edited as it has a payment or credit note allocated to it.": "has_payments",
    "The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to it.": (
        "has_payments"
    ),
    "Date cannot be changed on an invoice that has payment or credit notes allocated to it.": "has_payments",
    "To update fields on a paid invoice line item, you must supply a LineItemID": "line_id",
    "The document date cannot be before the end of year lock date, currently set at 31-Jul-2013": "locked",
    "The document date cannot be before the period lock date, currently set at 30-Nov-2018": "locked",
    "The document cannot be edited as it is currently dated before the end of year lock date": "locked",
    "Organisation accounts are locked on the specified payment date.": "locked",
    "The document DueDate field must be specified.": "due_date",
    "Due date cannot be empty.": "due_date",
    "The Total for this document must be greater than or equal to zero.": "negative_total",
    "Account code or ID must be specified": "account_missing",
    "Account code must be specified": "account_missing",
    "The TaxType field is mandatory": "tax_missing",
    "The description field is mandatory for each line item.": "description_missing",
    "Account code '200' is not a valid code for this document.": "account_invalid",
    "Account must be valid": "account_invalid",
    "Account code '476' has been removed as it does not match a recognised account.": "account_invalid",
    "Account code '200' has been archived, or has been deleted. Each line item must reference a valid account.": (
        "account_archived"
    ),
    "The Everyday bank account is archived and cannot be used": "account_archived",
    "Bank account status invalid for payment creation": "account_archived",
    "The TaxType code 'OUTPUT' cannot be used with account code 'x'.": "tax_not_for_account",
    "The TaxType code NONE does not exist or cannot be used for this type of transaction.": "tax_unknown",
    "The quantity value '-1.0000' is invalid. Quantity must not be less than zero.": "line_amount",
    "The line total 1.00 does not match the expected line total 100.00": "line_amount",
    "The discount rate '0.00' is invalid. Discount must not be greater than the line total.": "line_amount",
    "The UnitAmount should be used when specifying a discount for a line item.": "line_amount",
    "Payment amount exceeds the amount outstanding on this document": "payment_exceeds",
    "Payments can only be made against Authorised documents": "payment_not_authorised",
    "Payments can only be made against Authorised invoices.": "payment_not_authorised",
    "Payment amounts must be positive amounts": "payment_not_positive",
    "Account type is invalid for making a payment to/from": "account_takes_no_payments",
    "You must specify and Account code or Account ID for the payment": "payment_account_missing",
    "Only Status accepted for updates.": "payment_status",
    "Payment not of valid status for modification": "payment_status",
    "Payments within a batch cannot be deleted.": "payment_in_batch",
    "Payment is applied to more than one document.": "payment_application",
    "This payment is not applied.": "payment_application",
    "Account could not be found": "account_unknown",
    "Invoice could not be found.": "document_gone",
    "Document could not be found": "document_gone",
    "The invoice you are trying to allocate to has already been paid off": "payment_exceeds",
    "Credit Note cannot be allocated as amount is greater than amount outstanding": "payment_exceeds",
    "Credit Note cannot be allocated to an incorrect invoice type": "credit_note",
    "An existing Invoice with the specified InvoiceID could not be found": "document_gone",
    "An existing Credit Note with the specified CreditNoteID could not be found": "document_gone",
    "The document with the supplied id was not found for this endpoint.": "document_gone",
    "Organisation is not subscribed to currency USD": "currency",
    "The current organisation is not subscribed to currency 'EUR'.": "currency",
    "You have reached the limit of invoices you can approve": "plan_limit",
    "The contact with the specified contact details has been archived. The contact must be un-archived before "
    "creating new invoices or credit notes": "contact_archived",
    "The specified contact details matched an archived contact. Archived contacts cannot currently be edited via "
    "the API.": "contact_archived",
    "The contact name X is already assigned to another contact. The contact name must be unique across all active "
    "contacts.": "contact_name_taken",
    "A Contact must be specified for this type of transaction": "contact_missing",
    "The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, "
    "ContactNumber": "contact_missing",
    "Another contact has this contact number. Please enter a different contact number.": "contact_details",
    "Email address must be valid.": "contact_details",
    "Website must be valid": "contact_details",
    "The status 'ARCHIVED' is not valid for contacts": "contact_details",
    "This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement.": "reconciled",
    "This payment has been reconciled and cannot be deleted": "reconciled",
    "Bank accounts must use the same currency as the organisations base currency": "bank_currency",
    "For each specified tracking option the name must be unique.": "tracking",
    "Unknown tracking details. A Tracking Category did not match a known Active TrackingCategory": "tracking",
    "Sorry this was created by Xero Expenses and can't be modified via the API": "xero_expenses",
    "Idempotency Key: KEY_VALUE is used with a different request.": "key_reused",
    "The total debits (100.00) must equal total credits (-10.00)": "journal_unbalanced",
    "Request Entity Too Large": "too_large",
}


@pytest.mark.parametrize("message", KNOWN)
def test_a_known_message_is_told_in_plain_words_with_xeros_own_beside_them(message):
    finding = explain(message, "k1")
    assert finding.code == f"xero.{KNOWN[message]}"
    assert (finding.verbatim, finding.subject) == (message, "k1")
    for told in (finding.what, finding.why, finding.do, finding.where):
        assert told
        assert not told.endswith(".")


def test_an_unknown_message_is_shown_as_it_is():
    finding = explain("The moon is in the wrong house", "k1")
    assert (finding.code, finding.verbatim) == ("xero.refused", "The moon is in the wrong house")
    assert "The moon is in the wrong house" in finding.what


def test_a_refusal_without_words_says_so():
    assert "no reason" in explain("", "k1").what


def test_every_rule_is_met_by_a_known_message():
    met = {KNOWN[message] for message in KNOWN}
    assert met == {rule.code for rule in RULES}
