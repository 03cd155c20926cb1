"""Finding contacts: the one that takings are made out to by its name, customers by their numbers first.

A contact that is made for a customer has a `ContactNumber`, which nobody sees or changes in Xero: it is found by it
also when it was renamed. A bookkeeper says by the `AccountNumber` which contact of another name a customer is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from takings_xero import filters
from takings_xero.api import Api
from takings_xero.shapes import Contacts, ContactShape

ACTIVE, ARCHIVED, ABSENT, SEVERAL = "active", "archived", "absent", "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A contact that is looked for: by its name, and by the number that it was given, where it is a customer's."""

    name: str
    number: str = ""


def contact_number(customer: str) -> str:
    """Return the number of the contact that is made for a customer, from the name that the point of sale has."""
    return "takings-" + hashlib.sha256(customer.encode()).hexdigest()[:32]


def read_contact(api: Api, name: str) -> dict[str, str]:
    """Return the contact of this name: `state` active (with its id), archived, or absent."""
    return read_contacts(api, [Wanted(name=name)])[0]


def read_contacts(api: Api, wanted: Sequence[Wanted]) -> list[dict[str, str]]:
    """Return these contacts, in order; as few reads as addresses can be long. Of a customer there may be several."""
    known: dict[str, ContactShape] = {}
    for where in filters.any_pair(dict.fromkeys(pair for one in wanted for pair in _conditions(one))):
        for one in api.get("Contacts", Contacts, {"where": where, "includeArchived": "true"}).contacts:
            known[one.contact_id] = one
    return [_chosen(one, list(known.values())) for one in wanted]


def _conditions(one: Wanted) -> Iterable[tuple[str, str]]:
    if one.number:
        yield "ContactNumber", one.number
        yield "AccountNumber", one.name
    yield "Name", one.name


def _chosen(wanted: Wanted, known: Sequence[ContactShape]) -> dict[str, str]:
    """Choose by numbers before names, and what is in use before what is archived."""
    name = _folded(wanted.name)
    named = [one for one in known if _folded(one.name) == name]
    numbered = [one for one in known if _is_numbered(one, wanted)] if wanted.number else []
    for some in (numbered, named):
        active = [one for one in some if (one.contact_status or "ACTIVE") == "ACTIVE"]
        if len(active) > 1 and wanted.number:
            return {"state": SEVERAL, "name": wanted.name, "id": ""}
        if active:
            return {"state": ACTIVE, "name": wanted.name, "id": active[0].contact_id}
    same = [*numbered, *named]
    return {
        "state": ARCHIVED if same else ABSENT,
        "name": wanted.name,
        "id": same[0].contact_id if same else "",
    }


def _is_numbered(one: ContactShape, wanted: Wanted) -> bool:
    # Xero's comparison may ignore letter case, and so does ours of what people typed.
    return one.contact_number == wanted.number or _folded(one.account_number or "") == _folded(wanted.name)


def _folded(text: str) -> str:
    return text.strip().casefold()
