"""The /Payments resource: paying invoices, refunding credit notes, and removing payments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from takings_xero.sandbox import amend, batch, dates, listing, messages, papers, wire
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import PAYMENT, amount
from takings_xero.sandbox.papers import CREDIT_NOTES, INVOICES, Paper
from takings_xero.sandbox.problems import Invalid, NotAllowed, NotFound, PostDataInvalid
from takings_xero.sandbox.wire import Doc

FLAG = "HasValidationErrors"
_TARGETS = ("Invoice", "CreditNote", "Prepayment", "Overpayment")
_TYPES = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
}


def handle(call: Call) -> Reply:
    """Answer /Payments: PUT many, POST one, POST /{id} removes."""
    match call.method, call.segments:
        case "GET", []:
            return _list(call)
        case "GET", [key]:
            return call.envelope("Payments", [_show(call, found(call, key))])
        case "PUT", []:
            return _run(call, call.elements("Payments"))
        case "POST", []:
            return _run(call, call.elements("Payments")[:1])
        case "POST", [key]:
            standing = found(call, key)
            only = call.elements("Payments")[:1]
            return batch.run(call, PAYMENT, lambda given: _remove(call, standing, given), elements=only, flag=FLAG)
    raise NotAllowed


def _list(call: Call) -> Reply:
    # Several payments of a page often belong to one document; each is read once.
    seen: dict[str, Doc] = {}

    def show(payment: Doc) -> Doc:
        ident = str(next(iter(payment[_target_key(payment)].values())))
        if ident not in seen:
            seen[ident] = target_of(call, payment)[1]
        return _shown(payment, seen[ident])

    return listing.answer(call, PAYMENT, show)


def _target_key(payment: Doc) -> str:
    return "Invoice" if "Invoice" in payment else "CreditNote"


def _run(call: Call, elements: list[Doc]) -> Reply:
    def apply(given: Doc) -> Doc:
        if call.method == "POST" and given.get("PaymentID"):
            return _remove(call, found(call, given["PaymentID"]), given)
        payment, doc = create(call, given)
        return _shown(payment, doc)

    per_element = call.switches.payments_per_element
    return batch.run(call, PAYMENT, apply, elements=elements, per_element=per_element, flag=FLAG)


def found(call: Call, key: str) -> Doc:
    """Return a payment by id; raises NotFound."""
    payment = call.books.documents.get(PAYMENT, key.lower())
    if payment is None:
        raise NotFound
    return payment


def create(call: Call, given: Doc) -> tuple[Doc, Doc]:
    """Pay an invoice or refund a credit note; returns payment and document, raises Invalid with every reason."""
    errors: list[str] = []
    target = _target(call, given, errors)
    account = _account(call, given, errors)
    value = wire.number(given.get("Amount"), "Payments[0].Amount") or Decimal(0)
    if value <= 0:
        errors.append(messages.PAYMENT_POSITIVE)
    if target is not None:
        paper, doc = target
        if doc["Status"] != "AUTHORISED":
            errors.append(messages.PAYMENT_STATUS)
        if value > amount(doc, paper.left_key):
            errors.append(messages.PAYMENT_TOO_LARGE)
    day = dates.read_day(given["Date"]) if given.get("Date") else call.day
    errors.extend(locked(call, day))
    if errors or target is None or account is None:
        raise Invalid(errors, given | {"PaymentID": None})
    paper, doc = target
    payment = _payment(call, given, day=day, value=wire.cents(value), account=account, target=doc)
    call.books.documents.put(PAYMENT, call.stamp(payment), call.now)
    amend.apply_payment(call, paper, doc, line=line_of(payment), sign=1)
    return payment, doc


def locked(call: Call, day: date) -> list[str]:
    """Return what is said about a payment dated in a locked period; the wording is a guess."""
    if not call.books.lock_messages(day):
        return []
    return [call.switches.payment_locked_message or messages.PAYMENT_LOCKED]


def _target(call: Call, given: Doc, errors: list[str]) -> tuple[Paper, Doc] | None:
    named = [key for key in _TARGETS if given.get(key)]
    flat = {key: given[key] for key in ("InvoiceNumber", "CreditNoteNumber") if given.get(key)}
    if len(named) + len(flat) > 1:
        errors.append(messages.PAYMENT_MANY)
        return None
    if not named and not flat:
        errors.append(messages.PAYMENT_NONE)
        return None
    key = named[0] if named else ("Invoice" if "InvoiceNumber" in flat else "CreditNote")
    if key in {"Prepayment", "Overpayment"}:
        errors.append(messages.DOCUMENT_UNKNOWN)
        return None
    reference = given[key] if named else flat
    if not isinstance(reference, dict):
        raise PostDataInvalid(f"Cannot deserialize the current JSON. Path 'Payments[0].{key}'.")
    paper = INVOICES if key == "Invoice" else CREDIT_NOTES
    doc = _referenced(call, paper, reference)
    if doc is None:
        errors.append(messages.INVOICE_UNKNOWN if paper is INVOICES else messages.DOCUMENT_UNKNOWN)
        return None
    return paper, doc


def _referenced(call: Call, paper: Paper, reference: Doc) -> Doc | None:
    kind = paper.kind
    ident, number = reference.get(kind.id_key), reference.get(str(kind.number_key))
    if ident:
        return call.books.documents.get(kind, str(ident).lower())
    numbered = call.books.documents.numbered(kind, str(number)) if number else []
    return numbered[-1] if numbered else None


def _account(call: Call, given: Doc, errors: list[str]) -> Doc | None:
    wanted = given.get("Account") or {}
    ident, code = wanted.get("AccountID"), wanted.get("Code")
    if not ident and not code:
        errors.append(messages.PAYMENT_ACCOUNT_NEEDED)
        return None
    account = call.books.account(ident=ident, code=code)
    if account is None:
        errors.append(messages.PAYMENT_ACCOUNT_UNKNOWN)
        return None
    if account["Type"] != "BANK" and not account.get("EnablePaymentsToAccount"):
        errors.append(messages.PAYMENT_ACCOUNT_TYPE)
    if account["Status"] != "ACTIVE":
        errors.append(messages.PAYMENT_ACCOUNT_STATUS)
    return account


def _payment(call: Call, given: Doc, *, day: date, value: Decimal, account: Doc, target: Doc) -> Doc:
    key = "InvoiceID" if "InvoiceID" in target else "CreditNoteID"
    return {
        "PaymentID": wire.new_id(),
        "Date": dates.wire_day(day),
        "BankAmount": value,
        "Amount": value,
        "Reference": str(given.get("Reference") or ""),
        "CurrencyRate": Decimal("1.0"),
        "PaymentType": _TYPES[target["Type"]],
        "Status": "AUTHORISED",
        "HasAccount": True,
        "IsReconciled": bool(given.get("IsReconciled")),
        "Account": {name: account[name] for name in ("AccountID", "Code", "Name") if name in account},
        "Invoice" if key == "InvoiceID" else "CreditNote": {key: target[key]},
    }


def line_of(payment: Doc) -> Doc:
    """Return the entry that the paid document carries."""
    entry = {key: payment[key] for key in ("PaymentID", "Date", "Amount", "Reference", "CurrencyRate")}
    return entry | {"HasAccount": False, "HasValidationErrors": False}


def _show(call: Call, payment: Doc) -> Doc:
    return _shown(payment, target_of(call, payment)[1])


def _shown(payment: Doc, doc: Doc) -> Doc:
    short = papers.summary(doc)
    contact = {key: doc["Contact"][key] for key in ("ContactID", "Name")}
    short |= {"Payments": [], "LineItems": [], "HasErrors": False, "Contact": contact}
    return payment | {FLAG: False, _target_key(payment): short}


def target_of(call: Call, payment: Doc) -> tuple[Paper, Doc]:
    """Return the document that a payment belongs to."""
    paper = INVOICES if _target_key(payment) == "Invoice" else CREDIT_NOTES
    doc = call.books.documents.get(paper.kind, payment[_target_key(payment)][paper.kind.id_key])
    assert doc is not None
    return paper, doc


def _remove(call: Call, payment: Doc, given: Doc) -> Doc:
    echo = _show(call, payment)
    if set(given) - {"Status", "PaymentID"} or given.get("Status") != "DELETED":
        raise Invalid([messages.PAYMENT_ONLY_STATUS], echo)
    if payment["Status"] == "DELETED":
        raise Invalid([messages.PAYMENT_NOT_EDITABLE], echo)
    if payment.get("BatchPayment"):
        raise Invalid([messages.PAYMENT_IN_BATCH], echo)
    if payment["IsReconciled"]:
        raise Invalid([messages.PAYMENT_RECONCILED], echo)
    errors = locked(call, dates.read_day(payment["Date"]))
    if errors:
        raise Invalid(errors, echo)
    return _show(call, delete(call, payment))


def delete(call: Call, payment: Doc) -> Doc:
    """Remove a payment; its document is open again."""
    payment["Status"] = "DELETED"
    call.books.documents.put(PAYMENT, call.stamp(payment), call.now)
    paper, doc = target_of(call, payment)
    amend.apply_payment(call, paper, doc, line=line_of(payment), sign=-1)
    return payment
