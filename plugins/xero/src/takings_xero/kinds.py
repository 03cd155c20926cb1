"""What differs between the kinds of operations: the resource, and where id, number and our key stand in a reply."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of operation.

    `elements` is its list in a reply, `ident` and `number` the fields of an element, `echo` the one that says which
    operation the element answers.
    """

    resource: str
    elements: str
    ident: str
    echo: str
    number: str = ""


KINDS = {
    "contact": Kind(resource="Contacts", elements="contacts", ident="contact_id", echo="name"),
    "invoice": Kind(
        resource="Invoices", elements="invoices", ident="invoice_id", echo="reference", number="invoice_number"
    ),
    "creditnote": Kind(
        resource="CreditNotes",
        elements="credit_notes",
        ident="credit_note_id",
        echo="reference",
        number="credit_note_number",
    ),
    "journal": Kind(
        resource="ManualJournals", elements="manual_journals", ident="manual_journal_id", echo="narration"
    ),
    "payment": Kind(resource="Payments", elements="payments", ident="payment_id", echo="reference"),
}
