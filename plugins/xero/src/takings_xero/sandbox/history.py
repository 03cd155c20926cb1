"""Notes on documents: /{resource}/{id}/History."""

from __future__ import annotations

from takings_xero.sandbox import batch, dates, messages, wire
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import ACCOUNT, CONTACT, CREDIT_NOTE, HISTORY, INVOICE, JOURNAL, PAYMENT, Kind
from takings_xero.sandbox.problems import Invalid, NotAllowed, NotFound
from takings_xero.sandbox.wire import Doc

LONGEST = 2500
_KINDS: dict[str, Kind] = {
    "accounts": ACCOUNT,
    "contacts": CONTACT,
    "creditnotes": CREDIT_NOTE,
    "invoices": INVOICE,
    "manualjournals": JOURNAL,
    "payments": PAYMENT,
}


def handle(call: Call, resource: str) -> Reply:
    """Answer the history of one document; `call.segments` starts with its id."""
    kind, ident = _KINDS.get(resource), call.segments[0].lower()
    if kind is None:
        raise NotFound
    known = call.books.documents.get(kind, ident) is not None
    if call.method == "GET":
        if not known:
            raise NotFound
        return call.envelope("HistoryRecords", call.books.documents.numbered(HISTORY, ident))
    if call.method != "PUT":
        raise NotAllowed
    if kind is PAYMENT and not call.switches.payment_history:
        known = False
    return batch.run(call, HISTORY, lambda given: _add(call, ident, given, known=known))


def _add(call: Call, ident: str, given: Doc, *, known: bool) -> Doc:
    if not known:
        raise Invalid([messages.HISTORY_UNKNOWN])
    made = {
        "HistoryID": wire.new_id(),
        "DocumentID": ident,
        "Changes": "Note",
        "User": call.app_name,
        "Details": str(given.get("Details") or "")[:LONGEST],
        "DateUTC": dates.wire_moment(call.now),
        "DateUTCString": dates.utc_string(call.now).rstrip("Z"),
    }
    call.books.documents.put(HISTORY, made, call.now)
    return made
