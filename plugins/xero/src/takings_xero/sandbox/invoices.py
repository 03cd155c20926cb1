"""The /Invoices resource."""

from __future__ import annotations

from takings_xero.sandbox import amend, batch, listing, messages, papers
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import INVOICE
from takings_xero.sandbox.papers import INVOICES
from takings_xero.sandbox.problems import Invalid, NotAllowed, NotFound, NotSimulated
from takings_xero.sandbox.wire import Doc, truth


def handle(call: Call) -> Reply:
    """Answer /Invoices: PUT creates, POST creates or updates."""
    match call.method, call.segments:
        case "GET", []:
            return _list(call)
        case "GET", [key]:
            return call.envelope("Invoices", [papers.show(call, found(call, key))])
        case "PUT", []:
            return batch.run(call, INVOICE, lambda given: _written(call, papers.create(call, INVOICES, given)))
        case "POST", []:
            return batch.run(call, INVOICE, lambda given: _written(call, _upsert(call, given)))
        case "POST", [key]:
            standing = found(call, key)
            only = call.elements("Invoices")[:1]
            return batch.run(
                call,
                INVOICE,
                lambda given: _written(call, amend.update(call, INVOICES, standing, given=given)),
                elements=only,
            )
        case _, [_, part, *_] if part.lower() in {"attachments", "onlineinvoice", "email"}:
            raise NotSimulated(f"/Invoices/{{id}}/{part}")
    raise NotAllowed


def _list(call: Call) -> Reply:
    if truth(call.args.get("summaryonly", "")):
        return listing.answer(call, INVOICE, lambda doc: papers.show(call, papers.summary(doc)))
    return listing.answer(call, INVOICE, lambda doc: papers.show(call, doc))


def _written(call: Call, doc: Doc) -> Doc:
    return papers.show(call, doc, written=True)


def found(call: Call, key: str) -> Doc:
    """Return an invoice by id or number; raises NotFound."""
    invoice = call.books.documents.get(INVOICE, key.lower())
    if invoice is None:
        numbered = call.books.documents.numbered(INVOICE, key)
        if not numbered:
            raise NotFound
        invoice = numbered[-1]
    return invoice


def _upsert(call: Call, given: Doc) -> Doc:
    ident = given.get("InvoiceID")
    if ident:
        standing = call.books.documents.get(INVOICE, str(ident).lower())
        if standing is None:
            raise Invalid([messages.INVOICE_ID_UNKNOWN])
        return amend.update(call, INVOICES, standing, given=given)
    number = given.get("InvoiceNumber")
    if number and given.get("Type", "ACCREC") == "ACCREC":
        # The silent overwrite: a POST with a used number is an update of that invoice.
        standing = next(
            (one for one in call.books.documents.numbered(INVOICE, str(number)) if one["Type"] == "ACCREC"), None
        )
        if standing is not None:
            return amend.update(call, INVOICES, standing, given=given)
    return papers.create(call, INVOICES, given)
