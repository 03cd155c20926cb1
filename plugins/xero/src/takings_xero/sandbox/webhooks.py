"""Webhooks as Xero sends them: signed events of documents that changed, and the check of an intent to receive."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from takings_xero.sandbox import dates
from takings_xero.sandbox.books import Books
from takings_xero.sandbox.documents import CREDIT_NOTE, INVOICE, Kind
from takings_xero.sandbox.wire import Doc

_TIMEOUT = 5.0
_CATEGORIES: tuple[tuple[Kind, str, str], ...] = (
    (INVOICE, "INVOICE", "Invoices"),
    (CREDIT_NOTE, "CREDITNOTE", "CreditNotes"),
)


def events(books: Books, ids: list[str], now: float) -> list[Doc]:
    """Return an event for each of these documents, or of all invoices and credit notes; payments have none."""
    found = []
    for kind, category, path in _CATEGORIES:
        for one in books.documents.where(kind):
            ident = one[kind.id_key]
            if ids and ident not in ids:
                continue
            found.append(
                {
                    "resourceUrl": f"https://api.xero.com/api.xro/2.0/{path}/{ident}",
                    "resourceId": ident,
                    "eventDateUtc": dates.utc_string(now).rstrip("Z"),
                    "eventType": "UPDATE",
                    "eventCategory": category,
                    "tenantId": books.tenant,
                    "tenantType": "ORGANISATION",
                }
            )
    return found


def send(url: str, key: str, told: list[Doc]) -> int:
    """Post events with their signature and return the status; raises ValueError for an address that is none."""
    body = _body(told)
    return _post(url, body, _signature(body, key))


def intent_to_receive(url: str, key: str) -> list[int]:
    """Post empty events, some with a right signature and some with a wrong one; returns the statuses.

    Xero switches a webhook on when these are 2xx and 401 in the right places.
    """
    found = []
    for signed_with in (key, secrets.token_hex(8), key, ""):
        body = _body([])
        found.append(_post(url, body, _signature(body, signed_with)))
    return found


def _body(told: list[Doc]) -> bytes:
    payload: dict[str, Any] = {
        "events": told,
        "firstEventSequence": 1 if told else 0,
        "lastEventSequence": len(told),
        "entropy": secrets.token_hex(10).upper(),
    }
    return json.dumps(payload).encode()


def _signature(body: bytes, key: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()


def _post(url: str, body: bytes, signature: str) -> int:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"{url!r} is no address to send to.")
    headers = {"Content-Type": "application/json", "x-xero-signature": signature}
    request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - the scheme is checked
    try:
        with urlopen(request, timeout=_TIMEOUT) as reply:  # noqa: S310 - as above
            return int(reply.status)
    except HTTPError as error:
        with error:
            return error.code
