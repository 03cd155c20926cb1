"""Calls of Xero's accounting API: addresses, headers, typed reading, paging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec

from takings.plugin import Context, Reply, Retry
from takings_xero.errors import reading_failed
from takings_xero.kinds import KINDS
from takings_xero.shapes import (
    CreditNotes,
    CreditNoteShape,
    Invoices,
    InvoiceShape,
    Journals,
    JournalShape,
    Payments,
    PaymentShape,
)

#: The largest page that Xero gives.
PAGE = 1000

#: The list that a reply of each resource holds.
KINDS_BY_RESOURCE = {kind.resource: kind.elements for kind in KINDS.values() if not kind.path}

T = TypeVar("T")
Listed = TypeVar("Listed", Invoices, CreditNotes, Journals, Payments)


class Api:
    """The accounting API of one organisation."""

    def __init__(self, context: Context, api_url: str, organisation: str) -> None:
        self._http = context.http
        self._base = api_url.rstrip("/")
        self._headers = {"xero-tenant-id": organisation, "Accept": "application/json"}

    def get(self, path: str, into: type[T], params: Mapping[str, str] | None = None) -> T:
        """Read a resource into its shape; raises the instruction that an error means."""
        reply = self._http.request("GET", f"{self._base}/{path}", params=params, headers=self._headers)
        if reply.status_code != 200:
            raise reading_failed(reply, path)
        try:
            return _decode(reply.content, into)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Retry(f"Xero's answer to {path} could not be read: {error}") from None

    def write(self, method: str, path: str, body: bytes, *, key: str) -> Reply:
        """Create with PUT, which never updates, where POST with a number in use would overwrite that invoice.

        POST is for what names a standing document by its id, and changes nothing but its status.
        """
        return self._http.request(
            method,
            f"{self._base}/{path}",
            params={"summarizeErrors": "false"},
            headers={**self._headers, "Content-Type": "application/json", "Idempotency-Key": key},
            content=body,
        )

    def invoices(self, params: Mapping[str, str]) -> Iterator[list[InvoiceShape]]:
        """Yield the pages of a list of invoices."""
        for page in self._paged("Invoices", Invoices, params):
            yield page.invoices

    def credit_notes(self, params: Mapping[str, str]) -> Iterator[list[CreditNoteShape]]:
        """Yield the pages of a list of credit notes."""
        for page in self._paged("CreditNotes", CreditNotes, params):
            yield page.credit_notes

    def journals(self, params: Mapping[str, str]) -> Iterator[list[JournalShape]]:
        """Yield the pages of a list of manual journals."""
        for page in self._paged("ManualJournals", Journals, params):
            yield page.manual_journals

    def payments(self, params: Mapping[str, str]) -> Iterator[list[PaymentShape]]:
        """Yield the pages of a list of payments."""
        for page in self._paged("Payments", Payments, params):
            yield page.payments

    def _paged(self, path: str, into: type[Listed], params: Mapping[str, str]) -> Iterator[Listed]:
        number = pages = 1
        while number <= pages:
            page = self.get(path, into, {**params, "page": str(number), "pageSize": str(PAGE)})
            yield page
            found = len(getattr(page, KINDS_BY_RESOURCE[path]))
            pages = _pages(number, found, page.pagination.page_count if page.pagination else None)
            number += 1


def _pages(number: int, found: int, told: int | None) -> int:
    """Return how many pages there are; without Xero telling, a full page means that there is another."""
    if told is not None:
        return told
    return number + 1 if found >= PAGE else number


def _decode(body: bytes, shape: type[T]) -> T:
    return msgspec.json.decode(body, type=shape)
