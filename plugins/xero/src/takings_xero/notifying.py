"""How Xero's webhooks are read: signed with HMAC-SHA256 over the body as it came, several events in one. Pure."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from takings.plugin import Notice, Webhook

#: Of which documents Xero tells something that concerns what was posted.
CATEGORIES = frozenset({"INVOICE", "CREDITNOTE"})


class _Event(msgspec.Struct, rename="camel", gc=False):
    resource_id: str
    tenant_id: str
    event_category: str = ""
    event_type: str = ""
    event_date_utc: str = ""


class _Events(msgspec.Struct, gc=False):
    events: list[_Event]


_events = msgspec.json.Decoder(_Events)


def signature(body: bytes, key: str) -> str:
    """Return what Xero sends in `x-xero-signature` with a body."""
    return base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()


def check(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Tell whether Xero signed the body; an intent to receive has right and wrong signatures on purpose."""
    given = headers.get("x-xero-signature", "")
    return hmac.compare_digest(signature(body, secret).encode(), given.encode())


def read(body: bytes) -> tuple[Notice, ...]:
    """Return the invoices and credit notes that changed; an intent to receive has none. Raises ValueError."""
    found = _events.decode(body)  # its errors are ValueErrors
    return tuple(
        Notice(
            organisation=one.tenant_id,
            document=one.resource_id,
            kind=f"{one.event_category} {one.event_type}",
            at=_moment(one.event_date_utc),
        )
        for one in found.events
        if one.event_category in CATEGORIES
    )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:  # only tells two words about one document apart
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


WEBHOOK = Webhook(setting="webhook_key", check=check, read=read)
