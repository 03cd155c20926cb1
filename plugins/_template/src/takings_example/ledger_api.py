"""Paper Ledger's replies, turned into what the core understands: data, or an instruction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from takings.plugin import AuthorisationExpired, Context, RateLimited, Reply, ReplyLost, Retry, Unavailable

SYSTEM = "Paper Ledger"

#: How many keys Paper Ledger looks up in one call.
KEYS_IN_A_CALL = 40


class PaperApi:
    """The calls that Paper Ledger knows; authorised by the core."""

    def __init__(self, url: str, context: Context) -> None:
        self._url, self._context = url.rstrip("/"), context

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Read something; any fault may be tried again, because reading changes nothing."""
        reply = self._context.http.request("GET", self._url + path, params=params or {})
        _raise_for_caller(reply)
        if reply.status_code >= 500:
            raise Retry(f"{SYSTEM} answered {reply.status_code}")
        data = read_json(reply)
        if reply.status_code != 200 or data is None:
            raise Unavailable(SYSTEM, f"it answered {reply.status_code} for {path}: {reply.text[:200]}")
        return data

    def pages(self, path: str, params: Mapping[str, str], name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of all pages."""
        page: int | None = 1
        while page:
            data = self.get(path, {**params, "page": str(page)})
            yield from data[name]
            page = data["next"]

    def by_keys(self, path: str, keys: list[str], name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows that have one of these keys."""
        for start in range(0, len(keys), KEYS_IN_A_CALL):
            yield from self.get(path, {"keys": ",".join(keys[start : start + KEYS_IN_A_CALL])})[name]

    def post(self, path: str, body: bytes, key: str) -> Reply:
        """Send a write under its idempotency key and return a reply that settles it, good or bad.

        An instruction may be raised only where nothing was accepted. Paper Ledger says so with 429 and 503; after
        any other fault of its own nobody knows, and that is a lost reply.
        """
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        reply = self._context.http.request("POST", self._url + path, headers=headers, content=body)
        _raise_for_caller(reply)
        if reply.status_code == 503:
            raise Unavailable(SYSTEM, "it is closed for maintenance")
        if reply.status_code >= 500:
            raise ReplyLost(SYSTEM, f"it answered {reply.status_code}")
        return reply


def read_json(reply: Reply) -> dict[str, Any] | None:
    """Return the object that a reply holds, or None; numbers with a point stay exact."""
    try:
        data = json.loads(reply.content, parse_float=Decimal)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _raise_for_caller(reply: Reply) -> None:
    if reply.status_code == 401:
        raise AuthorisationExpired(SYSTEM, reply.text[:200])
    if reply.status_code == 429:
        seconds = reply.headers.get("retry-after", "60")
        raise RateLimited(timedelta(seconds=int(seconds) if seconds.isdecimal() else 60))
