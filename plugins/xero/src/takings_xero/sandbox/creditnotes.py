"""The /CreditNotes resource, with allocations to invoices; a refund is a payment on the note."""

from __future__ import annotations

from decimal import Decimal

from takings_xero.sandbox import amend, batch, dates, listing, messages, papers, wire
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import CREDIT_NOTE, INVOICE, Kind, amount
from takings_xero.sandbox.papers import CREDIT_NOTES, INVOICES
from takings_xero.sandbox.problems import Invalid, NotAllowed, NotFound
from takings_xero.sandbox.wire import ZERO, Doc

ALLOCATION = Kind("allocation", "AllocationID", "Allocations")
_MATCHING = {"ACCRECCREDIT": "ACCREC", "ACCPAYCREDIT": "ACCPAY"}


def handle(call: Call) -> Reply:
    """Answer /CreditNotes and their allocations."""
    parts = [part.lower() if index else part for index, part in enumerate(call.segments)]
    match call.method, parts:
        case "GET", []:
            return listing.answer(call, CREDIT_NOTE, lambda doc: papers.show(call, doc))
        case "GET", [key]:
            return call.envelope("CreditNotes", [papers.show(call, found(call, key))])
        case "PUT", []:
            return batch.run(call, CREDIT_NOTE, lambda one: _written(call, papers.create(call, CREDIT_NOTES, one)))
        case "POST", []:
            return batch.run(call, CREDIT_NOTE, lambda one: _written(call, _upsert(call, one)))
        case "POST", [key]:
            note, only = found(call, key), call.elements("CreditNotes")[:1]
            return batch.run(
                call,
                CREDIT_NOTE,
                lambda one: _written(call, amend.update(call, CREDIT_NOTES, note, given=one)),
                elements=only,
            )
        case "PUT", [key, "allocations"]:
            ident = found(call, key)["CreditNoteID"]
            return batch.run(call, ALLOCATION, lambda one: allocate(call, found(call, ident), one))
        case "DELETE", [key, "allocations", ident]:
            return Reply(_undo(call, found(call, key), ident))
    raise NotAllowed


def _written(call: Call, doc: Doc) -> Doc:
    return papers.show(call, doc, written=True)


def found(call: Call, key: str) -> Doc:
    """Return a credit note by id or number; raises NotFound."""
    note = call.books.documents.get(CREDIT_NOTE, key.lower())
    if note is None:
        numbered = call.books.documents.numbered(CREDIT_NOTE, key)
        if not numbered:
            raise NotFound
        note = numbered[-1]
    return note


def _upsert(call: Call, given: Doc) -> Doc:
    ident, number = given.get("CreditNoteID"), given.get("CreditNoteNumber")
    if ident:
        standing = call.books.documents.get(CREDIT_NOTE, str(ident).lower())
        if standing is None:
            raise Invalid([messages.NOTE_ID_UNKNOWN])
        return amend.update(call, CREDIT_NOTES, standing, given=given)
    numbered = call.books.documents.numbered(CREDIT_NOTE, str(number)) if number else []
    if numbered:
        return amend.update(call, CREDIT_NOTES, numbered[-1], given=given)
    return papers.create(call, CREDIT_NOTES, given)


def allocate(call: Call, note: Doc, given: Doc) -> Doc:
    """Use part of a note to pay an invoice; raises Invalid."""
    value = wire.cents(wire.number(given.get("Amount"), "Allocations[0].Amount") or Decimal(0))
    day = dates.read_day(given["Date"]) if given.get("Date") else call.day
    invoice = _invoice(call, given)
    if invoice is None:
        raise Invalid([messages.INVOICE_ID_UNKNOWN])
    errors = _refusals(note, invoice, value)
    if errors:
        raise Invalid(errors)
    _link(note, invoice, value, day=dates.wire_day(day))
    _settle(call, note, invoice)
    made: Doc = note["Allocations"][-1] | {"IsDeleted": False}
    return made


def _refusals(note: Doc, invoice: Doc, value: Decimal) -> list[str]:
    errors = []
    if invoice["Type"] != _MATCHING[note["Type"]]:
        errors.append(messages.ALLOCATE_TYPE)
    if note["Status"] != "AUTHORISED":
        errors.append(messages.ALLOCATE_STATUS)
    if invoice["Status"] == "PAID":
        errors.append(messages.ALLOCATE_PAID)
    elif invoice["Status"] != "AUTHORISED":
        errors.append(messages.wrong_status("Invoice"))
    if value <= 0:
        errors.append(messages.PAYMENT_POSITIVE)
    if value > amount(invoice, "AmountDue") or value > amount(note, "RemainingCredit"):
        errors.append(messages.ALLOCATE_TOO_LARGE)
    return errors


def _link(note: Doc, invoice: Doc, value: Decimal, *, day: str) -> None:
    made = {
        "AllocationID": wire.new_id(),
        "Amount": value,
        "Date": day,
        "Invoice": {"InvoiceID": invoice["InvoiceID"], "InvoiceNumber": invoice.get("InvoiceNumber", "")},
    }
    note["Allocations"].append(made)
    invoice["CreditNotes"].append(
        {
            "CreditNoteID": note["CreditNoteID"],
            "ID": note["CreditNoteID"],
            "CreditNoteNumber": note.get("CreditNoteNumber", ""),
            "AllocationID": made["AllocationID"],
            "AppliedAmount": value,
            "Date": made["Date"],
            "HasErrors": False,
        }
    )


def _invoice(call: Call, given: Doc) -> Doc | None:
    named = given.get("Invoice") or {}
    if named.get("InvoiceID"):
        return call.books.documents.get(INVOICE, str(named["InvoiceID"]).lower())
    numbered = call.books.documents.numbered(INVOICE, str(named.get("InvoiceNumber") or ""))
    return numbered[-1] if numbered else None


def _settle(call: Call, note: Doc, invoice: Doc) -> None:
    note["AppliedAmount"] = sum((amount(one, "Amount") for one in note["Allocations"]), ZERO)
    note["AmountCredited"] = note["AppliedAmount"]
    invoice["AmountCredited"] = sum((amount(one, "AppliedAmount") for one in invoice["CreditNotes"]), ZERO)
    for paper, doc in ((CREDIT_NOTES, note), (INVOICES, invoice)):
        papers.settle(call, paper, doc)
        papers.store(call, paper, doc)


def _undo(call: Call, note: Doc, ident: str) -> Doc:
    gone = next((one for one in note["Allocations"] if one["AllocationID"] == ident), None)
    invoice = call.books.documents.get(INVOICE, gone["Invoice"]["InvoiceID"]) if gone else None
    if gone is None or invoice is None:
        raise NotFound
    note["Allocations"].remove(gone)
    invoice["CreditNotes"] = [one for one in invoice["CreditNotes"] if one["AllocationID"] != ident]
    _settle(call, note, invoice)
    undone: Doc = gone | {"IsDeleted": True}
    return undone
