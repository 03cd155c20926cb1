"""Organisation, its actions, tax rates, and the small lists that clients ask for when they set up."""

from __future__ import annotations

from decimal import Decimal

from takings_xero.sandbox import batch, listing, rates
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import TAX_RATE
from takings_xero.sandbox.problems import Invalid, NotAllowed, NotFound
from takings_xero.sandbox.wire import Doc

_ALLOWED = (
    "UseMulticurrency",
    "CreateDraftInvoice",
    "CreateApprovedInvoice",
    "CreateManualJournal",
    "ApproveTransactionsBeforePeriodLockDate",
    "CreateBankTransaction",
    "CreateRepeatingInvoice",
)
_REFUSED = frozenset({"UseMulticurrency", "ApproveTransactionsBeforePeriodLockDate"})


def organisation(call: Call) -> Reply:
    """Answer /Organisation and /Organisation/Actions."""
    match call.method, [part.lower() for part in call.segments]:
        case "GET", []:
            return call.envelope("Organisations", [call.books.organisation])
        case "GET", ["actions"]:
            actions = [
                {"Name": name, "Status": "NOT-ALLOWED" if name in _REFUSED else "ALLOWED"} for name in _ALLOWED
            ]
            return call.envelope("Actions", actions)
        case "GET", _:
            raise NotFound
    raise NotAllowed


def tax_rates(call: Call) -> Reply:
    """Answer /TaxRates."""
    match call.method, call.segments:
        case "GET", []:
            reply = listing.answer(call, TAX_RATE, lambda doc: doc)
            wanted = call.args.get("taxtype")
            if wanted:
                reply.body["TaxRates"] = [one for one in reply.body["TaxRates"] if one["TaxType"] == wanted]
            return reply
        case "GET", [tax_type]:
            found = call.books.tax_rates.get(tax_type.upper())
            if found is None:
                raise NotFound
            return call.envelope("TaxRates", [found])
        case "PUT", []:
            return batch.run(call, TAX_RATE, lambda given: _create(call, given))
    raise NotAllowed


def _create(call: Call, given: Doc) -> Doc:
    parts = given.get("TaxComponents") or []
    if not given.get("Name") or not parts:
        raise Invalid(["Name and TaxComponents must be specified."])
    count = sum(1 for code in call.books.tax_rates if code.startswith("TAX")) + 1
    percent = sum((Decimal(part.get("Rate") or 0) for part in parts), Decimal(0))
    made = rates.tax_rate(
        tax_type=f"TAX{count:03d}",
        name=given["Name"],
        rate=percent,
        report=given.get("ReportTaxType") or "OUTPUT",
        where="AEXLR",
    )
    call.books.documents.put(TAX_RATE, made | {"TaxComponents": parts}, call.now)
    return made | {"TaxComponents": parts}


def currencies(call: Call) -> Reply:
    """Answer /Currencies: the base currency alone."""
    if call.method != "GET":
        raise NotAllowed
    code = call.books.organisation["BaseCurrency"]
    return call.envelope("Currencies", [{"Code": code, "Description": code}])
