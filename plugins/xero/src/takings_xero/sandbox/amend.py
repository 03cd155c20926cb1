"""Changing a sales document that stands: the status machine, and what payments and lock dates still allow."""

from __future__ import annotations

from typing import Any

from takings_xero.sandbox import contacts, dates, messages, papers
from takings_xero.sandbox.call import Call
from takings_xero.sandbox.documents import amount
from takings_xero.sandbox.papers import INVOICES, Paper
from takings_xero.sandbox.problems import Invalid
from takings_xero.sandbox.wire import Doc

_NEXT = {
    "DRAFT": frozenset({"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"}),
    "SUBMITTED": frozenset({"SUBMITTED", "AUTHORISED", "DRAFT", "DELETED"}),
    "AUTHORISED": frozenset({"AUTHORISED", "VOIDED"}),
    "PAID": frozenset({"PAID", "AUTHORISED"}),
    "VOIDED": frozenset(),
    "DELETED": frozenset(),
}
_FREE_FIELDS = ("Reference", "Url", "BrandingThemeID", "SentToContact")
_FREE_ON_LINES = ("Description", "AccountCode", "AccountID", "Tracking")


def settled(doc: Doc) -> bool:
    """Tell whether payments or credits stand against the document."""
    return bool(doc["Payments"] or doc.get("CreditNotes") or doc.get("Allocations"))


def update(call: Call, paper: Paper, standing: Doc, *, given: Doc) -> Doc:
    """Apply the fields that were sent; raises Invalid, echoing the standing document with the wanted status."""
    wanted = str(given.get("Status") or standing["Status"])
    echo = papers.show(call, standing) | {"Status": wanted}
    errors = _status_errors(paper, standing, wanted)
    if not errors:
        errors = call.books.edit_lock_messages(dates.read_day(standing["Date"]))
    if errors:
        raise Invalid(errors, echo)
    doc = dict(standing)
    if wanted in {"VOIDED", "DELETED"}:
        doc["Status"] = wanted
        papers.settle(call, paper, doc)
        return papers.store(call, paper, doc)
    doc.pop("Warnings", None)
    contact = _free_fields(call, paper, doc, given=given, errors=errors)
    if settled(standing) or standing["Status"] == "PAID":
        _edit_settled(call, doc, given, errors=errors)
    else:
        doc["Status"] = wanted
        _edit_open(call, paper, doc, given=given, errors=errors)
    if errors:
        raise Invalid(errors, echo)
    if contact is not None:
        contacts.keep(call, contact)
        doc["Contact"] = {"ContactID": contact["ContactID"], "Name": contact["Name"]}
    papers.settle(call, paper, doc)
    return papers.store(call, paper, doc)


def _status_errors(paper: Paper, standing: Doc, wanted: str) -> list[str]:
    now = standing["Status"]
    if settled(standing) and wanted in {"VOIDED", "DRAFT", "SUBMITTED"}:
        return [messages.status_blocked(wanted)]
    if wanted not in _NEXT[now]:
        return [messages.wrong_status(paper.title)]
    return []


def _free_fields(call: Call, paper: Paper, doc: Doc, *, given: Doc, errors: list[str]) -> Doc | None:
    doc |= {key: given[key] for key in _FREE_FIELDS if given.get(key) is not None}
    papers.check_reference(doc, errors)
    if given.get("DueDate"):
        doc |= papers.due_fields(dates.read_day(given["DueDate"]))
    key = str(paper.kind.number_key)
    if given.get(key) and given[key] != doc.get(key):
        doc[key] = str(given[key])
        papers.check_number(call, paper, doc, errors=errors)
    if given.get("Contact"):
        return contacts.resolve(call, given["Contact"], errors)
    return None


def _edit_open(call: Call, paper: Paper, doc: Doc, *, given: Doc, errors: list[str]) -> None:
    if given.get("Date"):
        day = dates.read_day(given["Date"])
        errors.extend(call.books.lock_messages(day))
        papers.set_day(doc, day)
    if given.get("LineAmountTypes"):
        doc["LineAmountTypes"] = papers.amount_types(given["LineAmountTypes"], paper)
    raw: Any = given.get("LineItems")
    if raw is None:
        raw = doc["LineItems"]
    elif isinstance(raw, list):
        raw = [_merged(doc, one) for one in raw]
    papers.put_lines(call, paper, doc, raw=raw, errors=errors)
    if paper is INVOICES and doc["Status"] == "AUTHORISED" and "DueDate" not in doc:
        errors.append(messages.DUE_DATE)


def _merged(doc: Doc, given: Doc) -> Doc:
    ident = given.get("LineItemID")
    standing: Doc = next((one for one in doc["LineItems"] if ident and one["LineItemID"] == ident), {})
    if not standing:
        return given
    kept = dict(standing)
    if {"Quantity", "UnitAmount", "LineAmount", "TaxType", "AccountCode"} & given.keys():
        # Amounts that follow from others are computed anew when one of them changes.
        kept.pop("TaxAmount", None)
        kept.pop("LineAmount", None)
    if "AccountCode" in given:
        kept.pop("AccountID", None)
    return kept | given


def _edit_settled(call: Call, doc: Doc, given: Doc, *, errors: list[str]) -> None:
    if given.get("Date") and dates.read_day(given["Date"]) != dates.read_day(doc["Date"]):
        errors.append(messages.DATE_FIXED)
    types = given.get("LineAmountTypes")
    if types and str(types).lower() != str(doc["LineAmountTypes"]).lower():
        errors.append(messages.HAS_PAYMENT)
    raw = given.get("LineItems")
    if not isinstance(raw, list):
        return
    by_id = {one["LineItemID"]: one for one in doc["LineItems"]}
    if any(one.get("LineItemID") not in by_id for one in raw):
        errors.append(messages.LINE_ID_NEEDED)
        return
    if len({one["LineItemID"] for one in raw}) < len(by_id):
        errors.append(messages.HAS_PAYMENT)
        return
    # Other amounts than the standing ones are ignored without a word, as by real Xero.
    for one in raw:
        line = by_id[one["LineItemID"]]
        changes = {key: one[key] for key in _FREE_ON_LINES if one.get(key) is not None}
        _recode(call, line, changes, errors=errors)
        line |= {key: changes[key] for key in ("Description",) if key in changes}


def _recode(call: Call, line: Doc, changes: Doc, *, errors: list[str]) -> None:
    code, ident = changes.get("AccountCode"), changes.get("AccountID")
    if not code and not ident:
        return
    account = call.books.account(code=code) if code else call.books.account(ident=ident)
    if account is None:
        errors.append(messages.account_invalid(str(code or ident)))
    elif account["Status"] != "ACTIVE":
        errors.append(messages.account_archived(str(code or ident)))
    else:
        line |= {"AccountCode": account.get("Code"), "AccountID": account["AccountID"]}


def apply_payment(call: Call, paper: Paper, doc: Doc, *, line: Doc, sign: int) -> None:
    """Add (sign 1) or take away (sign -1) a payment, and settle the document."""
    doc["Payments"] = [one for one in doc["Payments"] if one["PaymentID"] != line["PaymentID"]]
    if sign > 0:
        doc["Payments"].append(line)
    doc["AmountPaid"] = amount(doc, "AmountPaid") + sign * amount(line, "Amount")
    papers.settle(call, paper, doc)
    papers.store(call, paper, doc)
