"""The /ManualJournals resource."""

from __future__ import annotations

from decimal import Decimal

from takings_xero.sandbox import batch, dates, listing, messages, papers, tax, tracking, wire
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import JOURNAL
from takings_xero.sandbox.problems import Invalid, NotAllowed, NotFound, PostDataInvalid
from takings_xero.sandbox.wire import ZERO, Doc

_REFUSED_SYSTEM = frozenset({"DEBTORS", "CREDITORS", "RETAINEDEARNINGS"})
_NEXT = {
    "DRAFT": frozenset({"DRAFT", "POSTED", "DELETED"}),
    "POSTED": frozenset({"POSTED", "VOIDED"}),
    "VOIDED": frozenset(),
    "DELETED": frozenset(),
}
_COPIED = ("Narration", "Url", "ShowOnCashBasisReports")


def handle(call: Call) -> Reply:
    """Answer /ManualJournals: PUT creates, POST creates or updates."""
    match call.method, call.segments:
        case "GET", []:
            return listing.answer(call, JOURNAL, lambda doc: doc)
        case "GET", [key]:
            return call.envelope("ManualJournals", [found(call, key)])
        case "PUT", []:
            return batch.run(call, JOURNAL, lambda given: _create(call, given))
        case "POST", []:
            return batch.run(call, JOURNAL, lambda given: _upsert(call, given))
        case "POST", [key]:
            standing, only = found(call, key), call.elements("ManualJournals")[:1]
            return batch.run(call, JOURNAL, lambda given: update(call, standing, given), elements=only)
    raise NotAllowed


def found(call: Call, key: str) -> Doc:
    """Return a journal by its id; raises NotFound."""
    doc = call.books.documents.get(JOURNAL, key.lower())
    if doc is None:
        raise NotFound
    return doc


def _upsert(call: Call, given: Doc) -> Doc:
    if given.get("ManualJournalID"):
        return update(call, found(call, str(given["ManualJournalID"])), given)
    return _create(call, given)


def _create(call: Call, given: Doc) -> Doc:
    errors: list[str] = []
    status = str(given.get("Status") or "DRAFT")
    if status not in {"DRAFT", "POSTED"}:
        errors.append(messages.wrong_status("Document", "creation"))
    if not given.get("Narration"):
        errors.append(messages.JOURNAL_NARRATION)
    doc: Doc = {
        "ManualJournalID": wire.new_id(),
        "Status": status,
        "LineAmountTypes": _amount_types(given),
        "ShowOnCashBasisReports": True,
        "HasAttachments": False,
    }
    doc |= {key: given[key] for key in _COPIED if given.get(key) is not None}
    _set_day(call, doc, given, errors=errors)
    _put_lines(call, doc, given.get("JournalLines"), errors=errors)
    if errors:
        raise Invalid(errors, given | {"ManualJournalID": None})
    return _store(call, doc)


def _store(call: Call, doc: Doc) -> Doc:
    call.books.documents.put(JOURNAL, call.stamp(doc), call.now)
    return doc | {"HasErrors": False}


def _amount_types(given: Doc) -> str:
    value = given.get("LineAmountTypes")
    known = papers.AMOUNT_TYPES.get(str(value or "NoTax").lower())
    if known is None:
        raise PostDataInvalid(
            f"Error converting value \"{value}\" to type 'Xero.API.Library..LineAmountType'. "
            "Path 'ManualJournals[0].LineAmountTypes'."
        )
    return known


def _set_day(call: Call, doc: Doc, given: Doc, *, errors: list[str]) -> None:
    day = dates.read_day(given["Date"]) if given.get("Date") else call.day
    errors.extend(call.books.lock_messages(day))
    papers.set_day(doc, day)


def _put_lines(call: Call, doc: Doc, raw: object, *, errors: list[str]) -> None:
    if raw is not None and not isinstance(raw, list):
        raise PostDataInvalid("Cannot deserialize the current JSON. Path 'ManualJournals[0].JournalLines'.")
    given = raw or []
    if len(given) < 2:
        errors.append(messages.JOURNAL_LINES)
    doc["JournalLines"] = [_line(call, doc, one, errors=errors) for one in given]
    inclusive = doc["LineAmountTypes"] == "Inclusive"
    sums = [one["LineAmount"] + (ZERO if inclusive else one["TaxAmount"]) for one in doc["JournalLines"]]
    debits = sum((value for value in sums if value > 0), ZERO)
    credits_ = sum((value for value in sums if value < 0), ZERO)
    if debits + credits_ != 0:
        errors.append(messages.journal_unbalanced(debits, credits_))


def _line(call: Call, doc: Doc, given: Doc, *, errors: list[str]) -> Doc:
    value = wire.cents(wire.number(given.get("LineAmount"), "JournalLines.LineAmount") or Decimal(0))
    line: Doc = {"LineAmount": value, "Description": given.get("Description") or ""}
    code = given.get("AccountCode") or given.get("AccountID")
    account = call.books.account(ident=given.get("AccountID"), code=given.get("AccountCode"))
    if not code:
        errors.append(messages.ACCOUNT_NEEDED)
    elif account is None or account["Type"] in {"BANK", "INVENTORY"}:
        errors.append(messages.account_invalid(str(code)))
    elif account["Status"] != "ACTIVE":
        errors.append(messages.account_archived(str(code)))
    elif account.get("SystemAccount") in _REFUSED_SYSTEM:
        errors.append(messages.account_invalid(str(code)))
    else:
        line |= {"AccountCode": account.get("Code"), "AccountID": account["AccountID"]}
    tax_type = call.books.no_tax_type if doc["LineAmountTypes"] == "NoTax" else given.get("TaxType")
    tax_type = tax_type or (account or {}).get("TaxType")
    rate = call.books.tax_rates.get(str(tax_type))
    if rate is None:
        errors.append(messages.tax_unknown(str(tax_type)))
    percent = Decimal(rate["EffectiveRate"]) if rate else Decimal(0)
    override = wire.number(given.get("TaxAmount"), "JournalLines.TaxAmount")
    computed = tax.of_line(value, percent, doc["LineAmountTypes"])
    line |= {"TaxType": tax_type, "TaxAmount": computed if override is None else wire.cents(override)}
    return line | {"Tracking": tracking.resolve(call.books, given.get("Tracking")), "IsBlank": False}


def update(call: Call, standing: Doc, given: Doc) -> Doc:
    """Apply the fields that were sent; raises Invalid, echoing the standing journal with the wanted status."""
    wanted = str(given.get("Status") or standing["Status"])
    if wanted not in _NEXT[standing["Status"]]:
        raise Invalid([messages.wrong_status("Document")], standing | {"Status": wanted})
    errors = call.books.edit_lock_messages(dates.read_day(standing["Date"]))
    doc = dict(standing) | {"Status": wanted}
    if wanted not in {"VOIDED", "DELETED"}:
        doc |= {key: given[key] for key in _COPIED if given.get(key) is not None}
        if given.get("LineAmountTypes"):
            doc["LineAmountTypes"] = _amount_types(given)
        if given.get("Date"):
            _set_day(call, doc, given, errors=errors)
        if given.get("JournalLines") is not None:
            _put_lines(call, doc, given["JournalLines"], errors=errors)
    if errors:
        raise Invalid(errors, standing | {"Status": wanted})
    return _store(call, doc)
