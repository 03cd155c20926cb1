"""What the core gives the plugin for its calls: a context whose calls are authorised with a key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import httpx
from takings.plugin import ReplyLost


class Caller:
    """What the core's authorised client does, as far as a plugin can tell."""

    def __init__(self, key: str) -> None:
        self.client = httpx.Client(headers={"Authorization": f"Bearer {key or 'none'}"}, trust_env=False)

    def request(self, method: str, url: str, **more: Any) -> httpx.Response:
        try:
            return self.client.request(method, url, **more)
        except httpx.TransportError as error:
            raise ReplyLost("The system", str(error)) from error


@contextmanager
def context(key: str) -> Iterator[Any]:
    """Give a context that calls with this key."""
    caller = Caller(key)
    log = SimpleNamespace(info=lambda *_, **__: None, warning=lambda *_, **__: None)
    with caller.client:
        yield SimpleNamespace(http=caller, clock=SimpleNamespace(now=lambda: datetime.now(UTC)), log=log)
