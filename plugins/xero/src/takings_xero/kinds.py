"""What differs between the kinds of operations: the resource, and where id, number and our key stand in a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of operation.

    `elements` is its list in a reply, `ident` and `number` the fields of an element, `echo` the one that says which
    operation the element answers: its key, or what the payload has as `sent`. What changes a document that stands is
    a POST, and names it in the address where `path` says so.
    """

    resource: str
    elements: str
    ident: str
    echo: str
    number: str = ""
    sent: str = ""
    method: str = "PUT"
    path: str = ""

    def address(self, payload: Mapping[str, Any]) -> str:
        """Return where a call goes whose first operation has this payload."""
        return self.path.format(**payload) if self.path else self.resource


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
    "payment_removal": Kind(
        resource="Payments",
        elements="payments",
        ident="payment_id",
        echo="payment_id",
        sent="PaymentID",
        method="POST",
        path="Payments/{PaymentID}",
    ),
    "void": Kind(
        resource="Invoices",
        elements="invoices",
        ident="invoice_id",
        echo="invoice_id",
        sent="InvoiceID",
        method="POST",
    ),
    "void_creditnote": Kind(
        resource="CreditNotes",
        elements="credit_notes",
        ident="credit_note_id",
        echo="credit_note_id",
        sent="CreditNoteID",
        method="POST",
    ),
    "void_journal": Kind(
        resource="ManualJournals",
        elements="manual_journals",
        ident="manual_journal_id",
        echo="manual_journal_id",
        sent="ManualJournalID",
        method="POST",
    ),
    "allocation": Kind(
        resource="Allocations",
        elements="allocations",
        ident="allocation_id",
        echo="",
        path="CreditNotes/{CreditNoteID}/Allocations",
    ),
}
