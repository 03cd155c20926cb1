"""Every sentence that Xero is known to answer, with the finding it becomes and whether the sandbox's rules cause it.

`RULES` arise in the sandbox, each by its own rule; `INJECTED` do not, for the reason that stands beside them.
"""

from __future__ import annotations

# Texts that differ by what they name are written as patterns.
RULES: dict[str, str] = {
    r"Invoice # must be unique\.": "number_taken",
    r"Invoice not of valid status for modification": "status",
    r"Invoice not of valid status for creation": "status",
    r"Document not of valid status for modification": "status",
    r"Credit Note not of valid status for modification": "status",
    r"This document cannot be edited as it has a payment or credit note allocated to it\.": "has_payments",
    r"The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to it\.": (
        "has_payments"
    ),
    r"The status SUBMITTED cannot be applied to the invoice because it has payments or credit notes allocated to "
    r"it\.": "has_payments",
    r"The status DRAFT cannot be applied to the invoice because it has payments or credit notes allocated to it\.": (
        "has_payments"
    ),
    r"Date cannot be changed on an invoice that has payment or credit notes allocated to it\.": "has_payments",
    r"To update fields on a paid invoice line item, you must supply a LineItemID": "line_id",
    r"The document date cannot be before the end of year lock date, currently set at 31-Oct-2026": "locked",
    r"The document date cannot be before the period lock date, currently set at 31-Oct-2026": "locked",
    r"The document cannot be edited as it is currently dated before the end of year lock date": "locked",
    r"The document cannot be edited as it is currently dated before the period lock date": "locked",
    r"The document DueDate field must be specified\.": "due_date",
    r"The Total for this document must be greater than or equal to zero\.": "negative_total",
    r"Account code or ID must be specified": "account_missing",
    r"The TaxType field is mandatory": "tax_missing",
    r"The description field is mandatory for each line item\.": "description_missing",
    r"Account code '\w+' is not a valid code for this document\.": "account_invalid",
    r"Account code '\w+' has been archived, or has been deleted\. Each line item must reference a valid account\.": (
        "account_archived"
    ),
    r"Account code '\w+' has been removed as it does not match a recognised account\.": "account_invalid",
    r"Bank account status invalid for payment creation": "account_archived",
    r"The TaxType code '\w+' cannot be used with account code '\w+'\.": "tax_not_for_account",
    r"The TaxType code NONE does not exist or cannot be used for this type of transaction\.": "tax_unknown",
    r"The quantity value '-1\.0000' is invalid\. Quantity must not be less than zero\.": "line_amount",
    r"The line total 1\.00 does not match the expected line total 100\.00": "line_amount",
    r"The discount rate '\S+' is invalid\. Discount must not be greater than the line total\.": "line_amount",
    r"The UnitAmount should be used when specifying a discount for a line item\.": "line_amount",
    r"Payment amount exceeds the amount outstanding on this document": "payment_exceeds",
    r"Payments can only be made against Authorised documents": "payment_not_authorised",
    r"Payment amounts must be positive amounts": "payment_not_positive",
    r"Account type is invalid for making a payment to/from": "account_takes_no_payments",
    r"You must specify and Account code or Account ID for the payment": "payment_account_missing",
    r"Only Status accepted for updates\.": "payment_status",
    r"Payment not of valid status for modification": "payment_status",
    r"Payments within a batch cannot be deleted\.": "payment_in_batch",
    r"This payment has been reconciled and cannot be deleted": "reconciled",
    r"Payment is applied to more than one document\.": "payment_application",
    r"This payment is not applied\.": "payment_application",
    r"Account could not be found": "account_unknown",
    r"Invoice could not be found\.": "document_gone",
    r"Document could not be found": "document_gone",
    r"Organisation accounts are locked on the specified payment date\.": "locked",
    r"The invoice you are trying to allocate to has already been paid off": "payment_exceeds",
    r"Credit Note cannot be allocated as amount is greater than amount outstanding": "payment_exceeds",
    r"Credit Note cannot be allocated to an incorrect invoice type": "credit_note",
    r"An existing Invoice with the specified InvoiceID could not be found": "document_gone",
    r"An existing Credit Note with the specified CreditNoteID could not be found": "document_gone",
    r"The document with the supplied id was not found for this endpoint\.": "document_gone",
    r"Organisation is not subscribed to currency USD": "currency",
    r"You have reached the limit of invoices you can approve": "plan_limit",
    r"The contact with the specified contact details has been archived\. The contact must be un-archived before "
    r"creating new invoices or credit notes": "contact_archived",
    r"The specified contact details matched an archived contact\. Archived contacts cannot currently be edited via "
    r"the API\.": "contact_archived",
    r"The contact name POS sales is already assigned to another contact\. The contact name must be unique across "
    r"all active contacts\.": "contact_name_taken",
    r"A Contact must be specified for this type of transaction": "contact_missing",
    r"The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, "
    r"ContactNumber": "contact_missing",
    r"Another contact has this contact number\. Please enter a different contact number\.": "contact_details",
    r"Email address must be valid\.": "contact_details",
    r"Website must be valid": "contact_details",
    r"The status '\w+' is not valid for contacts": "contact_details",
    r"For each specified tracking option the name must be unique\.": "tracking",
    r"Idempotency Key: \S+ is used with a different request\.": "key_reused",
    r"The total debits \(100\.00\) must equal total credits \(-10\.00\)": "journal_unbalanced",
}

_OLDER = "an older wording of a message above"
_VARIANT = "another wording of a message above, as integrators quote it"
_NEVER = "nothing that is posted from here asks for it"

INJECTED: dict[str, tuple[str, str]] = {
    "The status AUTHORISED cannot be applied to the invoice because it has payments or credit notes allocated to "
    "it.": (
        "has_payments",
        _NEVER,
    ),
    "The document date cannot be before the period lock date of 30 June 2026": ("locked", _VARIANT),
    "Due date cannot be empty.": ("due_date", _OLDER),
    "Account code must be specified": ("account_missing", _OLDER),
    "Account must be valid": ("account_invalid", _VARIANT),
    "Tax rate must be valid.": ("tax_unknown", _VARIANT),
    "The Everyday bank account is archived and cannot be used": ("account_archived", _VARIANT),
    "Payments can only be made against Authorised invoices.": ("payment_not_authorised", _VARIANT),
    "The current organisation is not subscribed to currency 'EUR'.": ("currency", _VARIANT),
    "This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement.": (
        "reconciled",
        _NEVER,
    ),
    "Bank accounts must use the same currency as the organisations base currency": ("bank_currency", _NEVER),
    "Unknown tracking details. A Tracking Category did not match a known Active TrackingCategory": (
        "tracking",
        _NEVER,
    ),
    "Sorry this was created by Xero Expenses and can't be modified via the API": ("xero_expenses", _NEVER),
    "The contact with the specified ContactID could not be found": ("contact_missing", "the wording is a guess"),
    "Credit Note # must be unique.": ("number_taken", "the wording is a guess"),
    "Request Entity Too Large": ("too_large", "the answer has no sentence; the status stands for it"),
}
