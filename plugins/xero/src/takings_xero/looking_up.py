"""Looking up, by our keys, what stands in the ledger: the only proof after a reply was lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from takings.plugin import Found, Operation, Standing
from takings_xero import filters
from takings_xero.api import Api
from takings_xero.shapes import DEAD
from takings_xero.surveying import read_contact


def find(api: Api, kind: str, operations: Sequence[Operation]) -> tuple[Found, ...]:
    """Return how each operation stands, in order: by Reference, contacts by name."""
    if kind == "contact":
        return tuple(_contact(api, str(operation.payload["Name"])) for operation in operations)
    keys = list(dict.fromkeys(operation.key for operation in operations))
    rows = _invoices(api, keys) if kind == "invoice" else _payments(api, keys)
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


def _invoices(api: Api, keys: list[str]) -> Iterable[tuple[str, str, dict[str, str]]]:
    for where in filters.any_of("Reference", keys):
        # No summaryOnly here: an answer that left the Reference out would read as "absent" and be posted twice.
        for page in api.invoices({"where": where}):
            for one in page:
                receipt = {"id": one.invoice_id, "number": one.invoice_number or ""}
                yield one.reference or "", one.status or "", receipt


def _payments(api: Api, keys: list[str]) -> Iterable[tuple[str, str, dict[str, str]]]:
    # The payments' own list shows deleted ones too; an invoice's list of payments would not.
    for where in filters.any_of("Reference", keys):
        for page in api.payments({"where": where}):
            for one in page:
                yield one.reference or "", one.status or "", {"id": one.payment_id}


def _contact(api: Api, name: str) -> Found:
    contact = read_contact(api, name)
    if contact["state"] == "absent":
        return Found(standing=Standing.ABSENT)
    standing = Standing.STANDS if contact["state"] == "active" else Standing.VOIDED
    return Found(standing=standing, receipt={"id": contact["id"]})
