"""Tracking categories and their options: the resource, and what a document line makes of them."""

from __future__ import annotations

from takings_xero.sandbox import batch, messages, wire
from takings_xero.sandbox.books import Books
from takings_xero.sandbox.call import Call, Reply
from takings_xero.sandbox.documents import TRACKING
from takings_xero.sandbox.problems import Invalid, NotAllowed, NotFound, ServerError, ValidationFailed
from takings_xero.sandbox.wire import Doc, truth

_MOST_ACTIVE = 2
_MOST_ON_A_LINE = 2


def resolve(books: Books, raw: object) -> list[Doc]:
    """Return the tracking of a line; names that do not exist are dropped silently, as by real Xero."""
    if isinstance(raw, dict):
        raise ServerError
    found: list[Doc] = []
    for wanted in raw if isinstance(raw, list) else []:
        for category in books.tracking:
            option = _option(category, wanted) if category["Status"] == "ACTIVE" else None
            if option:
                found.append(
                    {
                        "Name": category["Name"],
                        "Option": option["Name"],
                        "TrackingCategoryID": category["TrackingCategoryID"],
                        "TrackingOptionID": option["TrackingOptionID"],
                    }
                )
    return found[:_MOST_ON_A_LINE]


def _option(category: Doc, wanted: Doc) -> Doc | None:
    by_id = wanted.get("TrackingCategoryID") == category["TrackingCategoryID"]
    if not by_id and str(wanted.get("Name", "")).lower() != category["Name"].lower():
        return None
    for option in category["Options"]:
        if option["Status"] == "ACTIVE" and (
            wanted.get("TrackingOptionID") == option["TrackingOptionID"]
            or str(wanted.get("Option", "")).lower() == option["Name"].lower()
        ):
            found: Doc = option
            return found
    return None


def handle(call: Call) -> Reply:
    """Answer /TrackingCategories and its options."""
    match call.method, [part if index else part.lower() for index, part in enumerate(call.segments)]:
        case "GET", []:
            archived = truth(call.args.get("includearchived", ""))
            shown = [one for one in call.books.tracking if archived or one["Status"] == "ACTIVE"]
            return call.envelope("TrackingCategories", shown)
        case "GET", [ident]:
            return call.envelope("TrackingCategories", [_found(call, ident)])
        case "PUT", []:
            return batch.run(call, TRACKING, lambda given: _create(call, given))
        case "POST", [ident]:
            return batch.run(call, TRACKING, lambda given: _rename(call, _found(call, ident), given))
        case "PUT", [ident, part] if part.lower() == "options":
            return _add_options(call, _found(call, ident))
        case "DELETE", [ident]:
            gone = _found(call, ident)
            call.books.documents.remove(TRACKING, ident)
            return call.envelope("TrackingCategories", [gone])
    raise NotAllowed


def _found(call: Call, ident: str) -> Doc:
    found = call.books.documents.get(TRACKING, ident.lower())
    if found is None:
        raise NotFound
    return found


def _create(call: Call, given: Doc) -> Doc:
    name = str(given.get("Name") or "")
    active = [one for one in call.books.tracking if one["Status"] == "ACTIVE"]
    if not name or any(one["Name"].lower() == name.lower() for one in active):
        raise Invalid(["A tracking category with this name already exists."])
    if len(active) >= _MOST_ACTIVE:
        raise Invalid(["The maximum number of active tracking categories has been reached."])
    made: Doc = {"Name": name, "Status": "ACTIVE", "TrackingCategoryID": wire.new_id(), "Options": []}
    made["Options"] = [_new_option(option) for option in given.get("Options") or []]
    call.books.documents.put(TRACKING, made, call.now)
    call.books.tracking.append(made)
    return made


def _new_option(given: Doc) -> Doc:
    return {
        "TrackingOptionID": wire.new_id(),
        "Name": str(given.get("Name", "")),
        "Status": "ACTIVE",
        "HasValidationErrors": False,
        "IsDeleted": False,
        "IsArchived": False,
        "IsActive": True,
    }


def _rename(call: Call, category: Doc, given: Doc) -> Doc:
    category |= {key: given[key] for key in ("Name", "Status") if given.get(key)}
    call.books.documents.put(TRACKING, category, call.now)
    return category


def _add_options(call: Call, category: Doc) -> Reply:
    added = [_new_option(given) for given in call.elements("Options")]
    names = [option["Name"].lower() for option in [*category["Options"], *added]]
    if len(set(names)) != len(names):
        raise ValidationFailed([batch.failed(TRACKING, category, Invalid([messages.TRACKING_DUPLICATE]))])
    category["Options"].extend(added)
    call.books.documents.put(TRACKING, category, call.now)
    return call.envelope("Options", added)
