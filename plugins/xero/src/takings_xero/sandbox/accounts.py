"""The chart of accounts as a resource: list, read, create one, change or archive one."""

from __future__ import annotations

from takings_xero.sandbox import batch, chart, listing, messages, wire
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import ACCOUNT
from takings_xero.sandbox.problems import Invalid, NotAllowed, NotFound
from takings_xero.sandbox.wire import Doc

_FIELDS = (
    "Code",
    "Name",
    "Type",
    "TaxType",
    "Description",
    "Status",
    "EnablePaymentsToAccount",
    "ShowInExpenseClaims",
    "BankAccountNumber",
    "BankAccountType",
    "CurrencyCode",
)


def handle(call: Call) -> Reply:
    """Answer /Accounts."""
    match call.method, call.segments:
        case "GET", []:
            reply = listing.answer(call, ACCOUNT, lambda doc: doc)
            if "order" not in call.args:
                reply.body["Accounts"].sort(key=lambda one: (one.get("Code") or "", one["Name"]))
            return reply
        case "GET", [key]:
            return call.envelope("Accounts", [_found(call, key)])
        case "PUT", []:
            return batch.run(call, ACCOUNT, lambda given: create(call, given), elements=call.elements("Accounts")[:1])
        case "POST", [key]:
            standing = _found(call, key)
            return batch.run(call, ACCOUNT, lambda given: update(call, standing, given))
        case "DELETE", [key]:
            gone = _found(call, key)
            call.books.documents.remove(ACCOUNT, gone["AccountID"])
            return call.envelope("Accounts", [gone | {"Status": "DELETED"}])
    raise NotAllowed


def _found(call: Call, key: str) -> Doc:
    found = call.books.account(ident=key)
    if found is None:
        raise NotFound
    return found


def _check(call: Call, given: Doc, standing: Doc | None) -> None:
    others = [one for one in call.books.accounts if one is not standing]
    errors = []
    code, name = given.get("Code"), given.get("Name")
    if code and any(str(one.get("Code", "")).lower() == str(code).lower() for one in others):
        errors.append(messages.ACCOUNT_CODE_TAKEN)
    if name and any(one["Name"].lower() == str(name).lower() for one in others):
        errors.append(messages.ACCOUNT_NAME_TAKEN)
    if given.get("Type") is not None and given["Type"] not in chart.CLASS_OF_TYPE:
        errors.append("The account type is invalid.")
    if errors:
        raise Invalid(errors, standing)


def create(call: Call, given: Doc) -> Doc:
    """Add an account."""
    if not given.get("Name") or not given.get("Type"):
        raise Invalid(["Name and Type must be specified."])
    _check(call, given, None)
    fields = {"TaxType": "BASEXCLUDED"} | {key: given[key] for key in _FIELDS if given.get(key) is not None}
    made = call.stamp(chart.account(call.books.tenant, **fields) | {"AccountID": wire.new_id()})
    call.books.documents.put(ACCOUNT, made, call.now)
    return made


def update(call: Call, standing: Doc, given: Doc) -> Doc:
    """Change an account; archiving sends Status alone."""
    _check(call, given, standing)
    standing |= {key: given[key] for key in _FIELDS if given.get(key) is not None}
    standing["Class"] = chart.CLASS_OF_TYPE[standing["Type"]]
    call.books.documents.put(ACCOUNT, call.stamp(standing), call.now)
    return standing
