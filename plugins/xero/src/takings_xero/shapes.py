"""What is read of Xero's replies: ids, numbers, amounts and errors only, typed, never a whole reply as a dict."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from takings.plugin import ZERO

#: The id that Xero gives an element it did not store.
NO_ID = "00000000-0000-0000-0000-000000000000"

#: States in which a document or payment no longer counts.
DEAD = frozenset({"VOIDED", "DELETED"})


def _xero_name(field: str) -> str:
    parts = [part.capitalize() for part in field.split("_")]
    return "".join("ID" if part == "Id" else "UTC" if part == "Utc" else part for part in parts)


class Shape(msgspec.Struct, rename=_xero_name, gc=False):
    """The base of all shapes: `account_id` is read from `AccountID`, what is not named is skipped."""


class Message(Shape):
    """One sentence of Xero's validation."""

    message: str | None = None


class LineErrors(Shape):
    """A line of an echoed document, of which only its errors are read."""

    validation_errors: list[Message] | None = None


class Element(Shape):
    """One element of the reply to a write, of whatever kind."""

    invoice_id: str | None = None
    payment_id: str | None = None
    contact_id: str | None = None
    credit_note_id: str | None = None
    manual_journal_id: str | None = None
    credit_note_number: str | None = None
    allocation_id: str | None = None
    narration: str | None = None
    invoice_number: str | None = None
    reference: str | None = None
    name: str | None = None
    status_attribute_string: str | None = None
    has_errors: bool | None = None
    has_validation_errors: bool | None = None
    validation_errors: list[Message] | None = None
    line_items: list[LineErrors] | None = None
    journal_lines: list[LineErrors] | None = None

    def messages(self) -> tuple[str, ...]:
        """Return every sentence about the element and its lines, each once."""
        said = list(self.validation_errors or ())
        lines = (*(self.line_items or ()), *(self.journal_lines or ()))
        said += [one for line in lines for one in line.validation_errors or ()]
        return tuple(dict.fromkeys(one.message for one in said if one.message))

    @property
    def failed(self) -> bool:
        """Whether any of Xero's marks of an error is set."""
        return bool(
            self.has_errors
            or self.has_validation_errors
            or self.validation_errors
            or (self.status_attribute_string or "").upper() == "ERROR"
        )


class Written(Shape):
    """The reply to a write; the list of its kind is filled."""

    invoices: list[Element] | None = None
    payments: list[Element] | None = None
    credit_notes: list[Element] | None = None
    manual_journals: list[Element] | None = None
    contacts: list[Element] | None = None
    allocations: list[Element] | None = None


class Problem(Shape):
    """An error reply in any of its shapes."""

    error_number: int | None = None
    type: str | None = None
    message: str | None = None
    title: str | None = None
    detail: str | None = None
    elements: list[Element] | None = None

    @property
    def text(self) -> str:
        """Xero's own words."""
        return self.detail or self.message or self.title or ""


class OrganisationShape(Shape):
    """The connected organisation."""

    name: str = ""
    base_currency: str = ""
    timezone: str = ""
    short_code: str | None = None
    organisation_status: str | None = None
    period_lock_date: str | None = None
    end_of_year_lock_date: str | None = None


class Organisations(Shape):
    """The reply of /Organisation."""

    organisations: list[OrganisationShape]


class AccountShape(Shape):
    """An account; bank accounts may have no code."""

    account_id: str
    name: str = ""
    code: str | None = None
    status: str | None = None
    type: str = ""
    class_: str | None = msgspec.field(default=None, name="Class")
    tax_type: str | None = None
    system_account: str | None = None
    enable_payments_to_account: bool | None = None


class Accounts(Shape):
    """The reply of /Accounts."""

    accounts: list[AccountShape]


class TaxRateShape(Shape):
    """A tax rate with the classes of account that it can be applied to."""

    tax_type: str
    name: str = ""
    status: str | None = None
    effective_rate: Decimal | None = None
    display_tax_rate: Decimal | None = None
    can_apply_to_assets: bool | None = None
    can_apply_to_equity: bool | None = None
    can_apply_to_expenses: bool | None = None
    can_apply_to_liabilities: bool | None = None
    can_apply_to_revenue: bool | None = None


class TaxRates(Shape):
    """The reply of /TaxRates."""

    tax_rates: list[TaxRateShape]


class ContactShape(Shape):
    """A contact by name and numbers."""

    contact_id: str
    name: str = ""
    contact_status: str | None = None
    contact_number: str | None = None
    account_number: str | None = None


class Contacts(Shape):
    """The reply of /Contacts."""

    contacts: list[ContactShape]


class Pagination(Shape, rename="camel"):
    """Where a list stands; only given when a page was asked for."""

    page: int = 1
    page_count: int = 1


class Id(Shape):
    """The id of a thing named inside another."""

    account_id: str | None = None
    invoice_id: str | None = None
    credit_note_id: str | None = None
    batch_payment_id: str | None = None


class PaymentShape(Shape):
    """A payment, from its own list or (without account) from an invoice's."""

    payment_id: str
    reference: str | None = None
    amount: Decimal = ZERO
    status: str | None = None
    account: Id | None = None
    invoice: Id | None = None
    credit_note: Id | None = None
    is_reconciled: bool | None = None
    batch_payment: Id | None = None

    @property
    def fixed(self) -> str:
        """What keeps it from being removed, as far as Xero tells."""
        if self.batch_payment is not None and self.batch_payment.batch_payment_id:
            return "batch"
        return "reconciled" if self.is_reconciled else ""

    @property
    def paper(self) -> str:
        """The id of the invoice or credit note that it pays; Xero names a credit note in either place."""
        named = [one for one in (self.credit_note, self.invoice) if one is not None]
        return next((one.credit_note_id or one.invoice_id or "" for one in named), "")


class Payments(Shape):
    """A page of /Payments."""

    payments: list[PaymentShape]
    pagination: Pagination | None = msgspec.field(default=None, name="pagination")


class TrackingShape(Shape):
    """The option that a line is tracked with."""

    tracking_option_id: str | None = None


class LineShape(Shape):
    """A line of a standing invoice."""

    account_id: str | None = None
    line_amount: Decimal | None = None
    tax_amount: Decimal | None = None
    tax_type: str | None = None
    tracking: list[TrackingShape] | None = None


class AppliedShape(Shape):
    """A credit note or a payment in advance that was used to pay an invoice."""

    credit_note_id: str | None = None
    prepayment_id: str | None = None
    overpayment_id: str | None = None
    applied_amount: Decimal = ZERO


class NamedShape(Shape):
    """Whom a document is made out to."""

    name: str | None = None


class PaperShape(Shape, kw_only=True):
    """What a standing invoice and a credit note have alike; lines come only where they were asked for."""

    reference: str | None = None
    status: str | None = None
    date: str | None = None
    total: Decimal = ZERO
    total_tax: Decimal = ZERO
    line_amount_types: str | None = None
    line_items: list[LineShape] | None = None
    contact: NamedShape | None = None


class InvoiceShape(PaperShape, kw_only=True):
    """A standing invoice; payments come only where they were asked for."""

    invoice_id: str
    invoice_number: str | None = None
    payments: list[PaymentShape] | None = None
    credit_notes: list[AppliedShape] | None = None
    prepayments: list[AppliedShape] | None = None
    overpayments: list[AppliedShape] | None = None
    amount_credited: Decimal | None = None


class Invoices(Shape):
    """A page of /Invoices."""

    invoices: list[InvoiceShape]
    pagination: Pagination | None = msgspec.field(default=None, name="pagination")


class AllocationShape(Shape):
    """What of a credit note settles an invoice."""

    allocation_id: str | None = None
    amount: Decimal = ZERO
    invoice: Id | None = None


class CreditNoteShape(PaperShape, kw_only=True):
    """A standing credit note."""

    credit_note_id: str
    credit_note_number: str | None = None
    allocations: list[AllocationShape] | None = None


class CreditNotes(Shape):
    """A page of /CreditNotes."""

    credit_notes: list[CreditNoteShape]
    pagination: Pagination | None = msgspec.field(default=None, name="pagination")


class JournalShape(Shape):
    """A standing manual journal: a debit is positive."""

    manual_journal_id: str
    narration: str | None = None
    status: str | None = None
    date: str | None = None
    line_amount_types: str | None = None
    journal_lines: list[LineShape] | None = None


class Journals(Shape):
    """A page of /ManualJournals."""

    manual_journals: list[JournalShape]
    pagination: Pagination | None = msgspec.field(default=None, name="pagination")


class OptionShape(Shape):
    """One option of a tracking category."""

    tracking_option_id: str
    name: str = ""
    status: str | None = None


class CategoryShape(Shape):
    """One tracking category with its options."""

    tracking_category_id: str
    name: str = ""
    status: str | None = None
    options: list[OptionShape] | None = None


class Categories(Shape):
    """The reply of /TrackingCategories."""

    tracking_categories: list[CategoryShape]


class ConnectionShape(msgspec.Struct, rename="camel", gc=False):
    """One entry of /connections, the only resource in camel case."""

    id: str
    tenant_id: str
    tenant_type: str = ""
    tenant_name: str | None = None
