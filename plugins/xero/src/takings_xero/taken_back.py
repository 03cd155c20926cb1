"""Looking up what was taken back: by the ids of what it concerned, since it leaves no document with a key of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from takings.plugin import Found, Operation, Standing
from takings_xero import filters
from takings_xero.api import Api
from takings_xero.kinds import KINDS
from takings_xero.shapes import DEAD, Journals

TAKING_BACK = frozenset({"payment_removal", "void", "void_creditnote", "void_journal", "allocation"})

#: How many ids go into the list of an address.
_IDS = 90


def find_taken_back(api: Api, kind: str, operations: Sequence[Operation]) -> tuple[Found, ...]:
    """Return whether each operation was carried out, in order: what is gone stands as taken back."""
    if kind == "allocation":
        return tuple(_allocation(api, operation) for operation in operations)
    wanted = [str(operation.payload[KINDS[kind].sent]).lower() for operation in operations]
    states = {ident.lower(): status for ident, status in _STATES[kind](api, list(dict.fromkeys(wanted)))}
    return tuple(_found(ident, states.get(ident, "")) for ident in wanted)


def _found(ident: str, status: str) -> Found:
    if status in DEAD:
        return Found(standing=Standing.STANDS, receipt={"id": ident})
    return Found(standing=Standing.ABSENT)


def _payments(api: Api, ids: list[str]) -> Iterator[tuple[str, str]]:
    for where in filters.any_id("PaymentID", ids):
        for page in api.payments({"where": where}):
            yield from ((one.payment_id, one.status or "") for one in page)


def _invoices(api: Api, ids: list[str]) -> Iterator[tuple[str, str]]:
    for some in filters.id_lists(ids, _IDS):
        for page in api.invoices({"IDs": some}):
            yield from ((one.invoice_id, one.status or "") for one in page)


def _credit_notes(api: Api, ids: list[str]) -> Iterator[tuple[str, str]]:
    for where in filters.any_id("CreditNoteID", ids):
        for page in api.credit_notes({"where": where}):
            yield from ((one.credit_note_id, one.status or "") for one in page)


def _journals(api: Api, ids: list[str]) -> Iterator[tuple[str, str]]:
    for ident in ids:
        for one in api.get(f"ManualJournals/{ident}", Journals).manual_journals:
            yield one.manual_journal_id, one.status or ""


_STATES: dict[str, Callable[[Api, list[str]], Iterable[tuple[str, str]]]] = {
    "payment_removal": _payments,
    "void": _invoices,
    "void_creditnote": _credit_notes,
    "void_journal": _journals,
}


def _allocation(api: Api, operation: Operation) -> Found:
    """Find an allocation by the two documents that it joins: it carries no text of ours."""
    note = str(operation.payload["CreditNoteID"])
    invoice = str(operation.payload["Invoice"]["InvoiceID"]).lower()
    for where in filters.any_id("CreditNoteID", [note]):
        for page in api.credit_notes({"where": where}):
            for one in (found for note_ in page for found in note_.allocations or ()):
                if one.invoice is not None and (one.invoice.invoice_id or "").lower() == invoice:
                    return Found(standing=Standing.STANDS, receipt={"id": one.allocation_id or ""})
    return Found(standing=Standing.ABSENT)
