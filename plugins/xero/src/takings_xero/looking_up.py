"""Looking up, by our keys, what stands in the ledger: the only proof after a reply was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from takings.plugin import Found, Operation, Standing
from takings_xero import filters
from takings_xero.api import Api
from takings_xero.contacts import ABSENT, ACTIVE, ARCHIVED, SEVERAL, Wanted, read_contacts
from takings_xero.findings import customer_archived, customer_twice
from takings_xero.shapes import DEAD
from takings_xero.surveying import key_in
from takings_xero.taken_back import TAKING_BACK, find_taken_back

#: What stands: our key, its status, its receipt.
Row = tuple[str, str, dict[str, str]]


def find(api: Api, kind: str, operations: Sequence[Operation]) -> tuple[Found, ...]:
    """Return how each operation stands: by Reference, journals by narration, contacts by numbers and name."""
    if kind in TAKING_BACK:
        return find_taken_back(api, kind, operations)
    if kind == "contact":
        return _contacts(api, operations)
    keys = list(dict.fromkeys(operation.key for operation in operations))
    rows = _ROWS[kind](api, keys)
    by_key: dict[str, list[tuple[str, dict[str, str]]]] = {key: [] for key in keys}
    for reference, status, receipt in rows:
        # Xero's comparison may ignore letter case; ours does not.
        if reference in by_key:
            by_key[reference].append((status, receipt))
    return tuple(_found(by_key[operation.key]) for operation in operations)


def _found(rows: list[tuple[str, dict[str, str]]]) -> Found:
    live = [receipt for status, receipt in rows if status not in DEAD]
    if len(live) > 1:
        return Found(standing=Standing.SEVERAL, receipt={"ids": ",".join(receipt["id"] for receipt in live)})
    if live:
        return Found(standing=Standing.STANDS, receipt=live[0])
    if rows:
        return Found(standing=Standing.VOIDED, receipt=rows[-1][1])
    return Found(standing=Standing.ABSENT)


def _invoices(api: Api, keys: list[str]) -> Iterable[Row]:
    for where in filters.any_of("Reference", keys):
        # No summaryOnly here: an answer that left the Reference out would read as "absent" and be posted twice.
        for page in api.invoices({"where": where}):
            for one in page:
                receipt = {"id": one.invoice_id, "number": one.invoice_number or ""}
                yield one.reference or "", one.status or "", receipt


def _credit_notes(api: Api, keys: list[str]) -> Iterable[Row]:
    for where in filters.any_of("Reference", keys):
        for page in api.credit_notes({"where": where}):
            for one in page:
                receipt = {"id": one.credit_note_id, "number": one.credit_note_number or ""}
                yield one.reference or "", one.status or "", receipt


def _journals(api: Api, keys: list[str]) -> Iterable[Row]:
    for where in filters.any_ends("Narration", keys):
        for page in api.journals({"where": where}):
            for one in page:
                yield key_in(one.narration), one.status or "", {"id": one.manual_journal_id}


def _payments(api: Api, keys: list[str]) -> Iterable[Row]:
    # The payments' own list shows deleted ones too; an invoice's list of payments would not.
    for where in filters.any_of("Reference", keys):
        for page in api.payments({"where": where}):
            for one in page:
                yield one.reference or "", one.status or "", {"id": one.payment_id}


def _contacts(api: Api, operations: Sequence[Operation]) -> tuple[Found, ...]:
    wanted = [Wanted(name=one.payload["Name"], number=one.payload.get("ContactNumber", "")) for one in operations]
    return tuple(
        Found(
            standing=_CONTACTS[one["state"]],
            receipt={"id": one["id"]} if one["id"] else {},
            findings=(_TOLD[one["state"]](one["name"]),) if one["state"] in _TOLD else (),
        )
        for one in read_contacts(api, wanted)
    )


_CONTACTS = {
    ACTIVE: Standing.STANDS,
    ARCHIVED: Standing.VOIDED,
    ABSENT: Standing.ABSENT,
    SEVERAL: Standing.SEVERAL,
}
_TOLD = {ARCHIVED: customer_archived, SEVERAL: customer_twice}
_ROWS: dict[str, Callable[[Api, list[str]], Iterable[Row]]] = {
    "invoice": _invoices,
    "creditnote": _credit_notes,
    "journal": _journals,
    "payment": _payments,
}
