"""Calls of Xero's accounting API: addresses, headers, typed reading, paging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec

from takings.plugin import Context, Reply, Retry
from takings_xero.errors import reading_failed
from takings_xero.shapes import Invoices, InvoiceShape, Payments, PaymentShape

#: The largest page that Xero gives.
PAGE = 1000

T = TypeVar("T")


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

    def put(self, path: str, body: bytes, key: str) -> Reply:
        """Create; PUT never updates, where POST with a number in use would overwrite that invoice."""
        return self._http.request(
            "PUT",
            f"{self._base}/{path}",
            params={"summarizeErrors": "false"},
            headers={**self._headers, "Content-Type": "application/json", "Idempotency-Key": key},
            content=body,
        )

    def invoices(self, params: Mapping[str, str]) -> Iterator[list[InvoiceShape]]:
        """Yield the pages of a list of invoices."""
        number = pages = 1
        while number <= pages:
            page = self.get("Invoices", Invoices, {**params, "page": str(number), "pageSize": str(PAGE)})
            yield page.invoices
            pages = _pages(number, len(page.invoices), page.pagination.page_count if page.pagination else None)
            number += 1

    def payments(self, params: Mapping[str, str]) -> Iterator[list[PaymentShape]]:
        """Yield the pages of a list of payments."""
        number = pages = 1
        while number <= pages:
            page = self.get("Payments", Payments, {**params, "page": str(number), "pageSize": str(PAGE)})
            yield page.payments
            pages = _pages(number, len(page.payments), page.pagination.page_count if page.pagination else None)
            number += 1


def _pages(number: int, found: int, told: int | None) -> int:
    """Return how many pages there are; without Xero telling, a full page means that there is another."""
    if told is not None:
        return told
    return number + 1 if found >= PAGE else number


def _decode(body: bytes, shape: type[T]) -> T:
    return msgspec.json.decode(body, type=shape)
