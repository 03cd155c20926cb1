"""The settings of the Xero target: the operator's (app and addresses) and the owner's (what documents look like)."""

from __future__ import annotations

from typing import Self

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from takings.plugin import NumberRules, Settings, Treatments, option

#: Xero's rules for an invoice number: printable ASCII; a blank one would be numbered by Xero.
NUMBER_RULES = NumberRules(longest=255, pattern=r"[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*")

#: Discounts and refunds stand on lines of their own.
APART = "apart"

#: Posting shapes: an invoice with payments, one balanced document, a journal.
PAYMENTS, BALANCED, JOURNAL = "payments", "balanced", "journal"

#: What Xero calls the states that a new document can have.
DRAFT, SUBMITTED, AUTHORISED = "DRAFT", "SUBMITTED", "AUTHORISED"

#: The calendar day of the close, as the date of documents.
CLOSING_DATE = "closing_date"

#: What lines are grouped by.
BY_ACCOUNT, BY_CATEGORY, BY_DEPARTMENT, BY_TAX = "account", "category", "department", "tax"

#: How the lines of a document that holds several days are written.
NETTED, BY_DAY = "netted", "by_day"

#: What becomes of house accounts: they stay on their clearing account, or each customer gets an invoice.
CLEARING, CUSTOMERS = "clearing", "customers"

#: How lines get a tracking option.
NO_TRACKING, FOR_ALL = "none", "all"
_TRACKED = {
    NO_TRACKING: "No tracking",
    FOR_ALL: "The same option on every line",
    "department": "The option called like the line's department",
    "category": "The option called like the line's category",
    "day_part": "The option called like the line's part of the day",
}


class InstallationSettings(Settings):
    """The operator's app at Xero, and Xero's addresses; a sandbox has others."""

    client_id: str = option(
        title="Client id",
        help="Of the app at developer.xero.com, 32 characters",
        min_length=1,
    )
    client_secret: str = option(
        "",
        title="Client secret",
        help="Empty for an app of the type 'mobile or desktop', which has none (PKCE)",
        kind="secret",
    )
    webhook_key: str = option(
        "",
        title="Webhooks key",
        help="From the app's page of webhooks; without it no notification of Xero is taken",
        kind="secret",
    )
    authorise_url: str = option(
        "https://login.xero.com/identity/connect/authorize",
        title="Authorise address",
        help="Where the owner consents; another one only for a sandbox",
        kind="address",
    )
    token_url: str = option(
        "https://identity.xero.com/connect/token",
        title="Token address",
        help="Where codes and refresh tokens are exchanged",
        kind="address",
    )
    revocation_url: str = option(
        "https://identity.xero.com/connect/revocation",
        title="Revocation address",
        help="Where an authorisation is given back; empty to leave it",
        kind="address",
    )
    connections_url: str = option(
        "https://api.xero.com/connections",
        title="Connections address",
        help="Where the organisations of an authorisation are listed",
        kind="address",
    )
    api_url: str = option(
        "https://api.xero.com/api.xro/2.0",
        title="Accounting API address",
        help="The accounting API, without a slash at its end",
        kind="address",
        min_length=1,
    )


class IntegrationSettings(Treatments):
    """What the owner decides about the documents of one integration."""

    shape: str = option(
        PAYMENTS,
        title="What a day becomes",
        help="An invoice with payments can be matched with the bank's lines. A balanced invoice and a journal move "
        "the same accounts in one document, and can be drafts",
        kind="choice",
        choices={
            PAYMENTS: "An invoice, with a payment for each payment method",
            BALANCED: "An invoice whose payment methods are lines, so that nothing is left to pay",
            JOURNAL: "A manual journal",
        },
        scope={JOURNAL: "accounting.manualjournals"},
    )
    status: str = option(
        AUTHORISED,
        title="Status of new documents",
        help="A draft waits for your approval in Xero, and moves nothing before. Xero takes payments on approved "
        "invoices only: with drafts the payments of an invoice wait too, and are posted after you approved it",
        kind="choice",
        choices={AUTHORISED: "Approved", SUBMITTED: "Submitted for approval", DRAFT: "Draft"},
    )
    contact_name: str = option(
        "POS sales",
        title="Contact",
        help="The customer that the invoices are made out to; created in Xero when it does not exist",
        min_length=1,
        max_length=255,
        # Xero documents no way to write these characters inside a filter, and the contact is looked up by name.
        pattern=r'^[^"\\\x00-\x1f\x7f]*[^"\\\x00-\x20\x7f]$',
        show_when={"shape": [PAYMENTS, BALANCED]},
    )
    due_days: int = option(
        0,
        title="Due after days",
        help="Days between an invoice's date and its due date; 0 makes it due on the same day, as takings are paid",
        kind="whole_number",
        ge=0,
        le=365,
        show_when={"shape": [PAYMENTS, BALANCED]},
    )
    posting_date: str = option(
        "business_date",
        title="Date of documents",
        help="A close at 02:40 belongs to the trading day before, whose sales it holds; the calendar day is another "
        "one then, and at a month's end another month",
        kind="choice",
        choices={"business_date": "The trading day", CLOSING_DATE: "The calendar day of the close"},
    )
    grouping: str = option(
        BY_ACCOUNT,
        title="Lines",
        help="A line for each account of the point of sale can be held against its report; one for each tax rate "
        "keeps documents short. Lines are never joined across accounts, tax rates or tracking options",
        kind="choice",
        choices={
            BY_ACCOUNT: "One for each account of the point of sale",
            BY_DEPARTMENT: "One for each department",
            BY_CATEGORY: "One for each category",
            BY_TAX: "One for each account and tax rate in Xero",
        },
    )
    combined_lines: str = option(
        NETTED,
        title="Lines of a document for several days",
        help="Netted keeps a month's document short, and each line names the period. With lines and payments for "
        "each day, every day's takings can be matched with the bank's lines",
        kind="choice",
        choices={NETTED: "Netted over the period", BY_DAY: "For each day, which each line names"},
    )
    house_accounts: str = option(
        CLEARING,
        title="House accounts",
        help="On the clearing account the point of sale keeps who owes what. With an invoice for each customer and "
        "day Xero collects it: the invoice moves the amount on from the clearing account, and what a customer pays "
        "on the account comes as a credit note. Customers are found by name, or created. It needs a point of sale "
        "that names them",
        kind="choice",
        choices={CLEARING: "Stay on the clearing account", CUSTOMERS: "An invoice for each customer and day"},
    )
    journals_of_others: bool = option(
        False,
        title="Look at manual journals too",
        help="Before a day is posted, invoices and credit notes are searched for one that somebody made of it by "
        "hand. With this, manual journals are searched as well; Xero then asks for the permission to read them, and "
        "each sync reads one list more. Of use where a bookkeeper posts takings by journal",
        kind="switch",
        scope="accounting.manualjournals",
        show_when={"shape": [PAYMENTS, BALANCED]},
    )
    tracking: str = option(
        NO_TRACKING,
        title="Tracking",
        help="Reports in Xero can be split by a tracking category's options",
        kind="choice",
        choices=_TRACKED,
    )
    tracking_option: str = option(
        "",
        title="Tracking option",
        help="Stands on every line of the takings; payment methods carry none",
        kind="ledger_option",
        show_when={"tracking": [FOR_ALL]},
    )
    tracking_category: str = option(
        "",
        title="Tracking category",
        help="Its options are looked for by name; a line whose option is not there holds its day",
        kind="ledger_category",
        show_when={"tracking": ["department", "category", "day_part"]},
    )

    @model_validator(mode="after")
    def _go_together(self) -> Self:
        if self.tracking == FOR_ALL and not self.tracking_option:
            raise _refused("tracking_option", "Choose the tracking option that stands on every line")
        if self.tracking not in (NO_TRACKING, FOR_ALL) and not self.tracking_category:
            raise _refused("tracking_category", "Choose the tracking category whose options are looked for")
        if self.shape == JOURNAL and self.status == SUBMITTED:
            raise _refused("status", "A manual journal is a draft or posted; it can't be submitted for approval")
        return self

    @property
    def reads_journals(self) -> bool:
        """Whether a survey reads manual journals: its own kind of document, or as others' work."""
        return self.shape == JOURNAL or self.journals_of_others


def _refused(setting: str, sentence: str) -> ValidationError:
    """Return a refusal of what goes with other settings, which names the one to change."""
    wrong = InitErrorDetails(
        type=PydanticCustomError("value_error", "{said}", {"said": sentence}), loc=(setting,), input=""
    )
    return ValidationError.from_exception_data("Settings", [wrong])
