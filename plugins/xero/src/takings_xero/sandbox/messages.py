"""Every sentence of Xero's validation that the sandbox can say, in one place.

Texts come from recordings and public reports. Those under GUESSES were never seen from Xero: the rule is real,
the wording is ours.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from takings_xero.sandbox.wire import plain

NUMBER_TAKEN: Final = "Invoice # must be unique."
DUE_DATE: Final = "The document DueDate field must be specified."
NEGATIVE_TOTAL: Final = "The Total for this document must be greater than or equal to zero."
ACCOUNT_NEEDED: Final = "Account code or ID must be specified"
TAX_NEEDED: Final = "The TaxType field is mandatory"
DESCRIPTION_NEEDED: Final = "The description field is mandatory for each line item."
DISCOUNT_TOO_LARGE: Final = "The discount rate '{rate}' is invalid. Discount must not be greater than the line total."
DISCOUNT_NEEDS_UNIT: Final = "The UnitAmount should be used when specifying a discount for a line item."
HAS_PAYMENT: Final = "This document cannot be edited as it has a payment or credit note allocated to it."
DATE_FIXED: Final = "Date cannot be changed on an invoice that has payment or credit notes allocated to it."
LINE_ID_NEEDED: Final = "To update fields on a paid invoice line item, you must supply a LineItemID"

PAYMENT_TOO_LARGE: Final = "Payment amount exceeds the amount outstanding on this document"
PAYMENT_STATUS: Final = "Payments can only be made against Authorised documents"
PAYMENT_POSITIVE: Final = "Payment amounts must be positive amounts"
PAYMENT_ACCOUNT_TYPE: Final = "Account type is invalid for making a payment to/from"
PAYMENT_ACCOUNT_STATUS: Final = "Bank account status invalid for payment creation"
PAYMENT_ACCOUNT_NEEDED: Final = "You must specify and Account code or Account ID for the payment"
PAYMENT_ACCOUNT_UNKNOWN: Final = "Account could not be found"
PAYMENT_ONLY_STATUS: Final = "Only Status accepted for updates."
PAYMENT_NOT_EDITABLE: Final = "Payment not of valid status for modification"
PAYMENT_MANY: Final = "Payment is applied to more than one document."
PAYMENT_NONE: Final = "This payment is not applied."
INVOICE_UNKNOWN: Final = "Invoice could not be found."
DOCUMENT_UNKNOWN: Final = "Document could not be found"
INVOICE_ID_UNKNOWN: Final = "An existing Invoice with the specified InvoiceID could not be found"
NOTE_ID_UNKNOWN: Final = "An existing Credit Note with the specified CreditNoteID could not be found"
HISTORY_UNKNOWN: Final = "The document with the supplied id was not found for this endpoint."

ALLOCATE_PAID: Final = "The invoice you are trying to allocate to has already been paid off"
ALLOCATE_TOO_LARGE: Final = "Credit Note cannot be allocated as amount is greater than amount outstanding"
ALLOCATE_TYPE: Final = "Credit Note cannot be allocated to an incorrect invoice type"

CONTACT_NEEDED: Final = "A Contact must be specified for this type of transaction"
CONTACT_UNIDENTIFIED: Final = (
    "The Contact must contain at least 1 of the following elements to identify the contact: "
    "Name, ContactID, ContactNumber"
)
CONTACT_ARCHIVED: Final = (
    "The contact with the specified contact details has been archived. "
    "The contact must be un-archived before creating new invoices or credit notes"
)
CONTACT_ARCHIVED_EDIT: Final = (
    "The specified contact details matched an archived contact. "
    "Archived contacts cannot currently be edited via the API."
)
CONTACT_NUMBER_TAKEN: Final = "Another contact has this contact number. Please enter a different contact number."
EMAIL_INVALID: Final = "Email address must be valid."
WEBSITE_INVALID: Final = "Website must be valid"
TRACKING_DUPLICATE: Final = "For each specified tracking option the name must be unique."


def contact_name_taken(name: str) -> str:
    """Another active contact has this name."""
    return (
        f"The contact name {name} is already assigned to another contact. "
        "The contact name must be unique across all active contacts."
    )


def contact_status(status: str) -> str:
    """A contact cannot get this status."""
    return f"The status '{status}' is not valid for contacts"


APPROVAL_LIMIT: Final = "You have reached the limit of invoices you can approve"


def wrong_status(title: str, doing: str = "modification") -> str:
    """The document's state does not allow it; `title` is Invoice, Credit Note or Document."""
    return f"{title} not of valid status for {doing}"


def status_blocked(status: str) -> str:
    """The wanted status is not possible while payments or credits stand."""
    return (
        f"The status {status} cannot be applied to the invoice because it has payments or "
        "credit notes allocated to it."
    )


def _day(value: date) -> str:
    return value.strftime("%d-%b-%Y")


def before_year_lock(lock: date) -> str:
    """The document would be dated in the closed year."""
    return f"The document date cannot be before the end of year lock date, currently set at {_day(lock)}"


def before_period_lock(lock: date) -> str:
    """The document would be dated in the locked period."""
    return f"The document date cannot be before the period lock date, currently set at {_day(lock)}"


def edit_before_lock(which: str) -> str:
    """The standing document is dated in a locked time; `which` is "end of year" or "period"."""
    return f"The document cannot be edited as it is currently dated before the {which} lock date"


def account_invalid(code: str) -> str:
    """No such account, or one that documents cannot use."""
    return f"Account code '{code}' is not a valid code for this document."


def account_archived(code: str) -> str:
    """The account exists and is archived."""
    return (
        f"Account code '{code}' has been archived, or has been deleted. "
        "Each line item must reference a valid account."
    )


def account_removed(code: str) -> str:
    """A warning on a draft: the code was dropped."""
    return f"Account code '{code}' has been removed as it does not match a recognised account."


def tax_not_for_account(tax_type: str, code: str) -> str:
    """The rate cannot be used on an account of this class."""
    return f"The TaxType code '{tax_type}' cannot be used with account code '{code}'."


def tax_unknown(tax_type: str) -> str:
    """The organisation has no such rate."""
    return f"The TaxType code {tax_type} does not exist or cannot be used for this type of transaction."


def quantity_negative(quantity: Decimal) -> str:
    """Quantities are never negative."""
    return f"The quantity value '{plain(quantity, 4)}' is invalid. Quantity must not be less than zero."


def line_total(given: Decimal, expected: Decimal) -> str:
    """LineAmount is not quantity times unit amount."""
    return f"The line total {plain(given)} does not match the expected line total {plain(expected)}"


def journal_unbalanced(debits: Decimal, credits: Decimal) -> str:
    """A manual journal must balance including tax; credits are written with their minus sign."""
    return f"The total debits ({plain(debits)}) must equal total credits ({plain(credits)})"


def currency_unknown(code: str) -> str:
    """Only the base currency is simulated."""
    return f"Organisation is not subscribed to currency {code}"


def key_reused(key: str) -> str:
    """The Idempotency-Key came back with another request."""
    return f"Idempotency Key: {key} is used with a different request."


# GUESSES: the rule is known, the wording is not.
PAYMENT_LOCKED: Final = "Organisation accounts are locked on the specified payment date."
PAYMENT_IN_BATCH: Final = "Payments within a batch cannot be deleted."
PAYMENT_RECONCILED: Final = "This payment has been reconciled and cannot be deleted"
NOTE_NUMBER_TAKEN: Final = "Credit Note # must be unique."
NUMBER_TOO_LONG: Final = "The document number must be 255 characters or less."
NUMBER_NOT_ASCII: Final = "The document number must contain printable ASCII characters only."
REFERENCE_TOO_LONG: Final = "The Reference must be 255 characters or less."
TYPE_NEEDED: Final = "The document Type field must be specified."
LINES_NEEDED: Final = "One or more line items must be specified"
CONTACT_UNKNOWN: Final = "The contact with the specified ContactID could not be found"
JOURNAL_LINES: Final = "A manual journal must have at least two journal lines."
JOURNAL_NARRATION: Final = "The Narration field must be specified."
ALLOCATE_STATUS: Final = "Credit notes must be approved before they can be allocated"
TAX_AMOUNT_REFUSED: Final = "The tax amount {given} does not match the expected tax amount {expected}"
ACCOUNT_CODE_TAKEN: Final = "Please enter a unique Code."
ACCOUNT_NAME_TAKEN: Final = "Please enter a unique Name."


def key_too_long(key: str) -> str:
    """The Idempotency-Key is longer than 128 characters."""
    return f"Idempotency Key: {key} has {len(key)} characters. The maximum length is 128."
