"""The table of Xero's validation messages: how each is recognised, what it means, and what mends it.

Texts come from recordings and public reports. A pattern is searched anywhere in the message, letter case
ignored; the first rule that matches is taken, so the narrower ones stand first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SUPPORT = "Ask support: this plugin should never send such a request"
_MAP_ACCOUNT = "Map to an active account of this organisation"
_PAID_BY_HAND = "Somebody worked on the document in Xero after it was posted"


@dataclass(frozen=True, slots=True)
class Rule:
    """One sort of message; `code` goes without the plugin's name."""

    code: str
    pattern: str
    what: str
    why: str
    do: str
    where: str
    _search: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_search", re.compile(self.pattern, re.IGNORECASE))

    def matches(self, message: str) -> bool:
        """Tell whether the message is of this sort."""
        return self._search.search(message) is not None


_NUMBERS_AND_DATES = (
    Rule(
        "number_taken",
        r"Invoice # must be unique|Credit Note # must be unique",
        "The invoice number is in use in Xero already",
        "Another invoice of this organisation carries it; a voided or deleted one keeps its number too",
        "Change the number of the other invoice in Xero, or change the numbering of this integration",
        "numbering",
    ),
    Rule(
        "locked",
        r"lock date|accounts are locked",
        "The date is locked in Xero",
        "The books are closed up to a later date",
        "Ask whoever closed the books to move the lock date in Xero, or never post this day",
        "ledger",
    ),
    Rule(
        "due_date",
        r"DueDate field must be specified|Due date cannot be empty",
        "Xero misses the due date",
        "An approved invoice needs one",
        _SUPPORT,
        "day",
    ),
    Rule(
        "plan_limit",
        r"limit of invoices you can approve",
        "The organisation's Xero plan allows no more invoices this month",
        "The smallest plans of Xero limit how many invoices can be approved in a month",
        "Upgrade the Xero plan, or wait for the next month",
        "ledger",
    ),
    Rule(
        "currency",
        r"not subscribed to currency",
        "The organisation does not use this currency",
        "Takings are posted in the organisation's own currency only",
        "Connect the venue to an organisation that keeps its books in the venue's currency",
        "connect",
    ),
)

_STATES = (
    Rule(
        "has_payments",
        r"has (?:a )?payments? or credit notes? allocated|payments or credit notes allocated to it",
        "The invoice can't be changed while payments or credit notes stand on it",
        _PAID_BY_HAND,
        "Remove the payment or credit note in Xero first",
        "ledger",
    ),
    Rule(
        "status",
        r"not of valid status for (?:modification|creation)",
        "The document is in a state that does not allow this",
        "It is paid, voided or deleted in Xero",
        "Look at the document in Xero; restore it, or post the day again",
        "ledger",
    ),
    Rule(
        "line_id",
        r"must supply a LineItemID",
        "A line of a paid invoice can't be changed this way",
        "Xero wants the line's id",
        _SUPPORT,
        "day",
    ),
    Rule(
        "reconciled",
        r"reconciled",
        "It is reconciled with a bank statement in Xero",
        "Reconciled entries can't be changed or removed from outside",
        "Unreconcile it in Xero, then undo the day again, or sync if it is to be posted anew",
        "ledger",
    ),
    Rule(
        "xero_expenses",
        r"created by Xero Expenses",
        "It was made by Xero Expenses",
        "Xero lets only Xero Expenses change it",
        "Change it in Xero Expenses",
        "ledger",
    ),
    Rule(
        "document_gone",
        r"(?:Invoice|Document) could not be found|An existing (?:Invoice|Credit Note) with the specified"
        r"|document with the supplied id was not found",
        "The document is no longer in Xero",
        "It was removed, or belongs to another organisation",
        "Look for it in Xero; if it is gone, post the day again",
        "ledger",
    ),
)

_LINES = (
    Rule(
        "account_archived",
        r"account code '.*' has been archived|account is archived|Bank account status invalid",
        "The account is archived or deleted in Xero",
        "Xero refuses lines and payments to it",
        "Restore the account in Xero, or map to another one",
        "map:account",
    ),
    Rule(
        "account_invalid",
        r"is not a valid code for this document|Account must be valid|does not match a recognised account",
        "The account can't be used on an invoice",
        "It does not exist, or is a bank account or one of Xero's own system accounts",
        _MAP_ACCOUNT,
        "map:account",
    ),
    Rule(
        "payment_account_missing",
        r"must specify and? Account code or Account ID for the payment",
        "The payment names no account",
        "Xero wants one for each payment",
        _SUPPORT,
        "day",
    ),
    Rule(
        "account_missing",
        r"Account code (?:or ID )?must be specified",
        "A line names no account",
        "Xero wants one for each line of an approved invoice",
        _SUPPORT,
        "day",
    ),
    Rule(
        "account_unknown",
        r"Account could not be found",
        "The account is not in the chart of accounts",
        "It was deleted in Xero, or belongs to another organisation",
        _MAP_ACCOUNT,
        "map:tender",
    ),
    Rule(
        "tax_not_for_account",
        r"TaxType code .* cannot be used with account code",
        "The tax rate can't be used with the account",
        "In Xero each rate is for certain classes of account",
        "Map the line to another account, or its tax code to another rate",
        "map:account",
    ),
    Rule(
        "tax_unknown",
        r"TaxType code .* does not exist or cannot be used|Tax rate must be valid",
        "The tax rate can't be used",
        "It was deleted in Xero, or is not for sales",
        "Map to another tax rate",
        "map:tax",
    ),
    Rule(
        "tax_missing",
        r"TaxType field is mandatory",
        "A line has no tax rate",
        "Xero wants one for each line of an approved invoice",
        "Give the account a default tax rate in Xero",
        "ledger",
    ),
    Rule(
        "description_missing",
        r"description field is mandatory",
        "A line has no description",
        "Xero wants one for each line",
        _SUPPORT,
        "day",
    ),
    Rule(
        "line_amount",
        r"quantity value '.*' is invalid|line total .* does not match the expected|discount rate '.*' is invalid"
        r"|UnitAmount should be used when specifying a discount",
        "Xero does not accept the amounts of a line",
        "Quantity, price, discount and amount contradict one another",
        _SUPPORT,
        "day",
    ),
    Rule(
        "negative_total",
        r"Total for this document must be greater than or equal to zero",
        "The document comes to less than nothing",
        "Xero takes no document with a total below zero; such a day should have become a credit note",
        _SUPPORT,
        "day",
    ),
    Rule(
        "tracking",
        r"For each specified tracking option|Unknown tracking details",
        "Xero does not know the tracking option",
        "It was renamed or removed in Xero",
        "Restore the tracking option in Xero",
        "ledger",
    ),
    Rule(
        "journal_unbalanced",
        r"total debits .* must equal total credits",
        "A journal does not balance",
        "Its debits and credits differ",
        _SUPPORT,
        "day",
    ),
)

_PAYMENTS = (
    Rule(
        "payment_exceeds",
        r"Payment amount exceeds the amount outstanding|has already been paid off"
        r"|cannot be allocated as amount is greater",
        "The payment is more than is still open on the invoice",
        "A payment or credit note was entered on it in Xero already",
        "Remove the one entered by hand in Xero, or keep it and never post this one",
        "ledger",
    ),
    Rule(
        "payment_not_authorised",
        r"Payments can only be made against Authorised",
        "The invoice can't take a payment",
        "It is paid already, or voided, or back in draft in Xero",
        "Look at the invoice in Xero; remove a payment entered by hand, or approve the invoice",
        "ledger",
    ),
    Rule(
        "payment_not_positive",
        r"Payment amounts must be positive",
        "A payment must be more than 0.00",
        "What a payment method gave back should have become a line",
        _SUPPORT,
        "day",
    ),
    Rule(
        "account_takes_no_payments",
        r"Account type is invalid for making a payment",
        "The account takes no payments",
        "It is no bank account, and 'Enable payments to this account' is not ticked in Xero",
        "Tick 'Enable payments to this account' at the account in Xero, or map to another account",
        "map:tender",
    ),
    Rule(
        "bank_currency",
        r"Bank accounts must use the same currency",
        "The bank account is in another currency",
        "Takings are received in the organisation's own currency only",
        "Map the payment method to an account in the organisation's currency",
        "map:tender",
    ),
    Rule(
        "payment_in_batch",
        r"Payments within a batch cannot be deleted",
        "The payment is part of a batch",
        "Xero removes such payments only together with their batch",
        "Remove the batch payment in Xero",
        "ledger",
    ),
    Rule(
        "payment_status",
        r"Only Status accepted for updates|Payment not of valid status",
        "The payment can't be changed",
        "Payments can only be removed in Xero, and this one is in a state that does not allow it",
        "Look at the payment in Xero",
        "ledger",
    ),
    Rule(
        "payment_application",
        r"applied to more than one document|payment is not applied",
        "The payment does not stand on exactly one document",
        _PAID_BY_HAND,
        "Look at the payment in Xero",
        "ledger",
    ),
    Rule(
        "credit_note",
        r"Credit Note cannot be allocated",
        "The credit note can't be allocated to this invoice",
        "The two are of different kinds",
        "Allocate it in Xero by hand",
        "ledger",
    ),
)

_CONTACTS = (
    Rule(
        "contact_archived",
        r"has been archived\. The contact must be un-archived|matched an archived contact",
        "The contact is archived in Xero",
        "Xero refuses invoices to an archived contact, and creates no other of the same name",
        "Restore the contact in Xero (Contacts, Archived), or set another contact name",
        "contact_name",
    ),
    Rule(
        "contact_name_taken",
        r"contact name .* is already assigned",
        "A contact of this name exists in Xero already",
        "It was created there between looking and posting",
        "Post again, and that contact is used; if it stays, set the contact name exactly as it is in Xero",
        "contact_name",
    ),
    Rule(
        "contact_missing",
        r"A Contact must be specified|must contain at least 1 of the following elements"
        r"|contact with the specified ContactID could not be found",
        "The invoice names no contact that Xero knows",
        "The contact was merged into another one, or removed",
        "Post again: the contact is looked up anew",
        "contact_name",
    ),
    Rule(
        "contact_details",
        r"Another contact has this contact number|Email address must be valid|Website must be valid"
        r"|is not valid for contacts",
        "Xero does not accept the contact",
        "Something in its details is wrong",
        "Create the contact in Xero by hand under the same name",
        "contact_name",
    ),
)

_REQUESTS = (
    Rule(
        "key_reused",
        r"is used with a different request",
        "Xero remembers another request under the same key",
        "Two different requests went out under one idempotency key",
        "Wait for six minutes and post again; what Xero has already is found and not posted twice",
        "day",
    ),
    Rule(
        "too_large",
        r"Request Entity Too Large|Content Too Large",
        "The document is too large for Xero",
        "Xero takes at most 3.5 MB in one request",
        "Ask support: a day of takings is far smaller",
        "day",
    ),
)

RULES: tuple[Rule, ...] = (
    *_NUMBERS_AND_DATES,
    *_CONTACTS,
    *_PAYMENTS,
    *_STATES,
    *_LINES,
    *_REQUESTS,
)
