"""Sales documents with lines: what invoices and credit notes share, their creation and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from takings_xero.sandbox import contacts, dates, lines, messages, tax, wire
from takings_xero.sandbox.call import Call
from takings_xero.sandbox.documents import CREDIT_NOTE, INVOICE, Kind, amount
from takings_xero.sandbox.problems import Invalid, PostDataInvalid
from takings_xero.sandbox.wire import ZERO, Doc

AMOUNT_TYPES = {"exclusive": "Exclusive", "inclusive": "Inclusive", "notax": "NoTax"}
APPROVED = frozenset({"AUTHORISED", "SUBMITTED"})
CREATABLE = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"})
LONGEST = 255
_COPIED = ("Reference", "Url", "BrandingThemeID", "SentToContact", "ExpectedPaymentDate", "PlannedPaymentDate")


@dataclass(frozen=True)
class Paper:
    """One of the two kinds of sales document."""

    kind: Kind
    title: str
    prefix: str
    types: tuple[str, ...]
    taken: str
    left_key: str
    """Where the open amount stands."""


INVOICES = Paper(INVOICE, "Invoice", "INV", ("ACCREC", "ACCPAY"), messages.NUMBER_TAKEN, "AmountDue")
CREDIT_NOTES = Paper(
    CREDIT_NOTE,
    "Credit Note",
    "CN",
    ("ACCRECCREDIT", "ACCPAYCREDIT"),
    messages.NOTE_NUMBER_TAKEN,
    "RemainingCredit",
)


def create(call: Call, paper: Paper, given: Doc) -> Doc:
    """Make and store a document; raises Invalid with every reason why not."""
    errors: list[str] = []
    status = str(given.get("Status") or "DRAFT")
    if status not in CREATABLE:
        errors.append(messages.wrong_status(paper.title, "creation"))
    day = dates.read_day(given["Date"]) if given.get("Date") else call.day
    if status != "DRAFT" or call.switches.lock_drafts:
        errors.extend(call.books.lock_messages(day))
    contact = contacts.resolve(call, given.get("Contact"), errors)
    doc = _head(call, paper, given, errors=errors) | _day_fields(day)
    if given.get("DueDate"):
        doc |= due_fields(dates.read_day(given["DueDate"]))
    elif paper is INVOICES and status == "AUTHORISED":
        errors.append(messages.DUE_DATE)
    if paper is INVOICES and status == "AUTHORISED":
        errors.extend(_approvals(call, day))
    doc["Status"] = status
    doc["LineAmountTypes"] = amount_types(given.get("LineAmountTypes"), paper)
    put_lines(call, paper, doc, raw=given.get("LineItems"), errors=errors)
    _number(call, paper, doc, given=given, errors=errors)
    if errors or contact is None:
        raise Invalid(errors, given | {paper.kind.id_key: None})
    contacts.keep(call, contact)
    doc["Contact"] = {"ContactID": contact["ContactID"], "Name": contact["Name"]}
    settle(call, paper, doc)
    return store(call, paper, doc)


def _approvals(call: Call, day: date) -> list[str]:
    """Return what the smallest plans say when a month has as many approved sales invoices as they allow."""
    limit = call.switches.approve_limit
    if limit is None:
        return []
    month = f"{day:%Y-%m}-%"
    approved = "type = 'ACCREC' and status in ('AUTHORISED', 'PAID') and day like ?"
    return [messages.APPROVAL_LIMIT] if len(call.books.documents.where(INVOICE, approved, [month])) >= limit else []


def store(call: Call, paper: Paper, doc: Doc) -> Doc:
    """Write a document with its moment of change."""
    call.stamp(doc)["UpdatedDateUTCString"] = dates.utc_string(call.now)
    call.books.documents.put(paper.kind, doc, call.now)
    return doc


def _head(call: Call, paper: Paper, given: Doc, *, errors: list[str]) -> Doc:
    sort = str(given.get("Type") or "")
    if not sort:
        errors.append(messages.TYPE_NEEDED)
    elif sort not in paper.types:
        path = f"{paper.kind.plural}[0].Type"
        raise PostDataInvalid(f"Error converting value \"{sort}\" to type 'Xero.API.Library..Type'. Path '{path}'.")
    base = call.books.organisation["BaseCurrency"]
    currency = given.get("CurrencyCode") or base
    if currency != base:
        errors.append(messages.currency_unknown(str(currency)))
    doc: Doc = {"Type": sort, paper.kind.id_key: wire.new_id(), "CurrencyCode": base}
    doc |= {"CurrencyRate": Decimal("1.0"), "HasAttachments": False, "IsDiscounted": False}
    doc |= {"Payments": [], "AmountPaid": ZERO, "AmountCredited": ZERO}
    doc |= {key: given[key] for key in _COPIED if given.get(key) is not None}
    check_reference(doc, errors)
    if paper is CREDIT_NOTES:
        doc |= {"ID": doc[paper.kind.id_key], "Allocations": [], "AppliedAmount": ZERO}
    else:
        doc |= {"Prepayments": [], "Overpayments": [], "CreditNotes": []}
        doc.setdefault("SentToContact", False)
    return doc


def check_reference(doc: Doc, errors: list[str]) -> None:
    """Add an error for a reference that is too long."""
    if len(str(doc.get("Reference", ""))) > LONGEST:
        errors.append(messages.REFERENCE_TOO_LONG)


def amount_types(value: object, paper: Paper) -> str:
    """Return Exclusive, Inclusive or NoTax; raises PostDataInvalid."""
    if value in (None, ""):
        return "Exclusive"
    found = AMOUNT_TYPES.get(str(value).lower())
    if found is None:
        path = f"{paper.kind.plural}[0].LineAmountTypes"
        raise PostDataInvalid(
            f"Error converting value \"{value}\" to type 'Xero.API.Library..LineAmountType'. Path '{path}'."
        )
    return found


def put_lines(call: Call, paper: Paper, doc: Doc, *, raw: object, errors: list[str]) -> None:
    """Build the lines into the document, with totals and warnings."""
    approved = doc["Status"] in APPROVED
    terms = lines.Terms(
        amount_types=doc["LineAmountTypes"],
        approved=approved,
        discounts=doc["Type"] == "ACCREC",
        path=f"{paper.kind.plural}[0]",
    )
    built = lines.build(call, raw, terms)
    if not built.items and approved:
        errors.append(messages.LINES_NEEDED)
    errors.extend(built.errors)
    doc["LineItems"] = built.items
    subtotal, total_tax, total = tax.totals(built.items, doc["LineAmountTypes"])
    doc |= {"SubTotal": subtotal, "TotalTax": total_tax, "Total": total}
    doc["IsDiscounted"] = any("DiscountRate" in one or "DiscountAmount" in one for one in built.items)
    if total < 0:
        errors.append(messages.NEGATIVE_TOTAL)
    if built.warnings:
        doc["Warnings"] = [{"Message": text} for text in built.warnings]


def _day_fields(day: date) -> Doc:
    return {"DateString": dates.day_string(day), "Date": dates.wire_day(day)}


def set_day(doc: Doc, day: date) -> None:
    """Give a document another date."""
    doc |= _day_fields(day)


def due_fields(day: date) -> Doc:
    """Return the two spellings of a due date."""
    return {"DueDateString": dates.day_string(day), "DueDate": dates.wire_day(day)}


def _number(call: Call, paper: Paper, doc: Doc, *, given: Doc, errors: list[str]) -> None:
    key = str(paper.kind.number_key)
    number = str(given.get(key) or "").strip()
    if not number:
        if doc["Type"] == paper.types[0] and not errors:
            doc[key] = call.books.next_number(paper.kind, paper.prefix)
        return
    doc[key] = number
    check_number(call, paper, doc, errors=errors)


def check_number(call: Call, paper: Paper, doc: Doc, *, errors: list[str]) -> None:
    """Add errors for a number that is too long, not ASCII, or used by another sales document."""
    number = doc[str(paper.kind.number_key)]
    if len(number) > LONGEST:
        errors.append(messages.NUMBER_TOO_LONG)
    if not (number.isascii() and number.isprintable()):
        errors.append(messages.NUMBER_NOT_ASCII)
    if doc["Type"] != paper.types[0]:
        return
    for other in call.books.documents.numbered(paper.kind, number):
        if other[paper.kind.id_key] == doc[paper.kind.id_key] or other["Type"] != doc["Type"]:
            continue
        if call.switches.reuse_dead_numbers and other["Status"] in {"VOIDED", "DELETED"}:
            continue
        errors.append(paper.taken)
        return


def settle(call: Call, paper: Paper, doc: Doc) -> None:
    """Bring the open amount, and PAID or AUTHORISED, in line with what is paid and credited."""
    if doc["Status"] in {"VOIDED", "DELETED"}:
        doc[paper.left_key] = ZERO
        return
    left = amount(doc, "Total") - amount(doc, "AmountPaid") - amount(doc, "AmountCredited")
    doc[paper.left_key] = left
    if doc["Status"] not in {"AUTHORISED", "PAID"}:
        return
    nothing_to_pay = amount(doc, "Total") == 0
    paid = left == 0 and (not nothing_to_pay or call.switches.zero_total == "PAID")
    doc["Status"] = "PAID" if paid else "AUTHORISED"
    if paid:
        days = [dates.read_day(one["Date"]) for one in doc["Payments"]] or [dates.read_day(doc["Date"])]
        doc["FullyPaidOnDate"] = dates.wire_day(max(days))
    else:
        doc.pop("FullyPaidOnDate", None)


def show(call: Call, doc: Doc, *, written: bool = False) -> Doc:
    """Return a document as Xero shows it; an answer to a write leaves empty settlement lists out."""
    shown = doc | {"HasErrors": False}
    contact = call.books.contact(doc["Contact"]["ContactID"])
    if contact is not None:
        shown["Contact"] = contacts.show(contact)
    if "InvoiceID" in doc:
        shown |= {"InvoicePaymentServices": []}
    if written:
        for key in ("Payments", "CreditNotes"):
            if not shown.get(key):
                shown.pop(key, None)
        if not shown.get("AmountCredited"):
            shown.pop("AmountCredited", None)
    else:
        shown.pop("Warnings", None)
    return shown


def summary(doc: Doc) -> Doc:
    """Return a document without lines, for summaryOnly and inside other documents."""
    return {key: value for key, value in doc.items() if key not in {"LineItems", "Warnings", "Payments"}}
