"""Contacts: the resource, and finding or creating the contact that a document names."""

from __future__ import annotations

import re

from takings_xero.sandbox import batch, listing, messages, wire
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import CONTACT
from takings_xero.sandbox.problems import Invalid, NotAllowed, NotFound
from takings_xero.sandbox.wire import Doc, truth

_FIELDS = (
    "Name",
    "ContactNumber",
    "AccountNumber",
    "FirstName",
    "LastName",
    "EmailAddress",
    "TaxNumber",
    "Website",
    "DefaultCurrency",
    "IsSupplier",
    "IsCustomer",
)
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_WEBSITE = re.compile(r"^https?://\S+\.\S+$")


def handle(call: Call) -> Reply:
    """Answer /Contacts."""
    match call.method, call.segments:
        case "GET", []:
            return _list(call)
        case "GET", [key]:
            return call.envelope("Contacts", [show(_found(call, key))])
        case "PUT", []:
            return batch.run(call, CONTACT, lambda given: show(_create(call, given)), flag="HasValidationErrors")
        case "POST", []:
            return batch.run(call, CONTACT, lambda given: show(_upsert(call, given)), flag="HasValidationErrors")
        case "POST", [key]:
            standing = _found(call, key)
            return batch.run(
                call, CONTACT, lambda given: show(update(call, standing, given)), flag="HasValidationErrors"
            )
    raise NotAllowed


def _list(call: Call) -> Reply:
    reply = listing.answer(call, CONTACT, show)
    asked = call.args.get("searchterm", "").lower()
    archived = truth(call.args.get("includearchived", "")) or "where" in call.args or "ids" in call.args
    reply.body["Contacts"] = [
        one
        for one in reply.body["Contacts"]
        if (archived or one["ContactStatus"] == "ACTIVE") and asked in one["Name"].lower()
    ]
    return reply


def show(contact: Doc) -> Doc:
    """Return a contact as Xero shows it, in its own list and inside documents."""
    return {
        "ContactID": contact["ContactID"],
        "ContactStatus": contact["ContactStatus"],
        "Name": contact["Name"],
        "EmailAddress": "",
        "BankAccountDetails": "",
        "Addresses": [
            {"AddressType": kind, "City": "", "Region": "", "PostalCode": "", "Country": ""}
            for kind in ("STREET", "POBOX")
        ],
        "Phones": [
            {"PhoneType": kind, "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}
            for kind in ("DEFAULT", "DDI", "FAX", "MOBILE")
        ],
        "ContactGroups": [],
        "IsSupplier": False,
        "IsCustomer": False,
        "SalesTrackingCategories": [],
        "PurchasesTrackingCategories": [],
        "ContactPersons": [],
        **contact,
        "HasValidationErrors": False,
    }


def resolve(call: Call, given: object, errors: list[str]) -> Doc | None:
    """Return the contact that a document names, made but not yet stored when its name is new."""
    if not given or not isinstance(given, dict):
        errors.append(messages.CONTACT_NEEDED)
        return None
    ident, name, own = given.get("ContactID"), given.get("Name"), given.get("ContactNumber")
    if not (ident or name or own):
        errors.append(messages.CONTACT_UNIDENTIFIED)
        return None
    found: Doc | None = None
    if ident:
        found = call.books.contact(str(ident).lower())
        if found is None:
            errors.append(messages.CONTACT_UNKNOWN)
            return None
    else:
        found = _match(call, name, own)
    if found is None:
        return _new(call, given)
    if found["ContactStatus"] != "ACTIVE":
        errors.append(messages.CONTACT_ARCHIVED)
    return found


def keep(call: Call, contact: Doc) -> None:
    """Store a contact that `resolve` made."""
    if call.books.contact(contact["ContactID"]) is None:
        _store(call, contact)


def _match(call: Call, name: object, own: object) -> Doc | None:
    documents = call.books.documents
    if own:
        numbered = documents.numbered(CONTACT, str(own))
        if numbered:
            return numbered[0]
    named = documents.named(CONTACT, str(name)) if name else []
    active = [one for one in named if one["ContactStatus"] == "ACTIVE"]
    found = active or named
    return found[0] if found else None


def _new(call: Call, given: Doc) -> Doc:
    made: Doc = {"ContactID": wire.new_id(), "ContactStatus": "ACTIVE", "Name": str(given.get("Name") or "")}
    made |= {key: given[key] for key in _FIELDS if given.get(key) is not None}
    return call.stamp(made)


def _check(call: Call, given: Doc, standing: Doc | None) -> None:
    errors = []
    ident = standing["ContactID"] if standing else None
    name, own = given.get("Name"), given.get("ContactNumber")
    named = call.books.documents.named(CONTACT, str(name)) if name else []
    if any(one["ContactStatus"] == "ACTIVE" and one["ContactID"] != ident for one in named):
        errors.append(messages.contact_name_taken(str(name)))
    numbered = call.books.documents.numbered(CONTACT, str(own)) if own else []
    if any(one["ContactID"] != ident for one in numbered):
        errors.append(messages.CONTACT_NUMBER_TAKEN)
    if given.get("EmailAddress") and not _EMAIL.match(given["EmailAddress"]):
        errors.append(messages.EMAIL_INVALID)
    if given.get("Website") and not _WEBSITE.match(given["Website"]):
        errors.append(messages.WEBSITE_INVALID)
    if errors:
        raise Invalid(errors, standing)


def _create(call: Call, given: Doc) -> Doc:
    if not (given.get("Name") or given.get("ContactNumber")):
        raise Invalid([messages.CONTACT_UNIDENTIFIED])
    _check(call, given, None)
    return _store(call, _new(call, given))


def _upsert(call: Call, given: Doc) -> Doc:
    if given.get("ContactID"):
        return update(call, _found(call, str(given["ContactID"])), given)
    matched = _match(call, given.get("Name"), given.get("ContactNumber"))
    return update(call, matched, given) if matched else _create(call, given)


def update(call: Call, standing: Doc, given: Doc) -> Doc:
    """Change a contact; only ARCHIVED and ACTIVE are statuses, and an archived one only comes back."""
    status = given.get("ContactStatus")
    if status and status not in {"ACTIVE", "ARCHIVED"}:
        raise Invalid([messages.contact_status(str(status))], standing)
    if standing["ContactStatus"] == "ARCHIVED" and status != "ACTIVE":
        raise Invalid([messages.CONTACT_ARCHIVED_EDIT], standing)
    _check(call, given, standing)
    changes = {key: given[key] for key in _FIELDS if given.get(key) is not None}
    return _store(call, standing | changes | ({"ContactStatus": status} if status else {}))


def _store(call: Call, contact: Doc) -> Doc:
    call.books.documents.put(CONTACT, call.stamp(contact), call.now)
    call.books.forget_contact(contact["ContactID"])
    return contact


def _found(call: Call, key: str) -> Doc:
    found = call.books.contact(key.lower())
    if found is None:
        numbered = call.books.documents.numbered(CONTACT, key)
        found = numbered[0] if numbered else None
    if found is None:
        raise NotFound
    return found
