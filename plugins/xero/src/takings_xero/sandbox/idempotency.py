"""Idempotency-Key: for six minutes the first answer to a key, an error too, is given again."""

from __future__ import annotations

import hashlib

from takings_xero.sandbox import messages, wire
from takings_xero.sandbox.problems import BadIdempotencyKey
from takings_xero.sandbox.store import Store

LIFE_SECONDS = 6 * 60
LONGEST_KEY = 128
METHODS = frozenset({"POST", "PUT", "PATCH"})

Answer = tuple[int, dict[str, str], bytes]


def fingerprint(method: str, url: str, tenant: str, *, body: bytes) -> str:
    """Return what must be equal for two requests to be the same."""
    return hashlib.sha256(b"\n".join([method.encode(), url.encode(), tenant.encode(), body])).hexdigest()


def recall(store: Store, client_id: str, key: str, *, mark: str, now: float) -> Answer | None:
    """Return the remembered answer; raises BadIdempotencyKey for a long key or another request."""
    if len(key) > LONGEST_KEY:
        raise BadIdempotencyKey(messages.key_too_long(key))
    found = store.row(
        "select fingerprint, status, headers, body from idempotency where client_id = ? and key = ? and created > ?",
        client_id,
        key,
        now - LIFE_SECONDS,
    )
    if found is None:
        return None
    if found[0] != mark:
        raise BadIdempotencyKey(messages.key_reused(key))
    return found[1], wire.decode(found[2]), found[3]


def remember(store: Store, client_id: str, key: str, *, mark: str, now: float, answer: Answer) -> None:
    """Keep the answer of a key from now on, and forget what is too old."""
    status, headers, body = answer
    store.run("delete from idempotency where created <= ?", now - LIFE_SECONDS)
    store.run(
        "insert or replace into idempotency values (?, ?, ?, ?, ?, ?, ?)",
        client_id,
        key,
        mark,
        now,
        status,
        wire.encode(headers).decode(),
        body,
    )
