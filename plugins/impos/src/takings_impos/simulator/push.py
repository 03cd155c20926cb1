"""Is responsible for pushing records to an intake endpoint the way ImPOS would: arrays of up to a hundred."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from .venues import Record

MOST_AT_ONCE = 100
TIMEOUT_SECONDS = 60


class BadAddressError(ValueError):
    """The intake's address is not one that can be posted to."""

    def __init__(self, url: str) -> None:
        super().__init__(f"an intake's address begins with http:// or https://, not {url!r}")


def push(records: Iterable[Record], *, url: str, token: str, at_once: int = MOST_AT_ONCE) -> list[Record]:
    """Post records to an intake; gives for each array its size, the status and the answer.

    Status 0 means that no answer came; `answer` then says why. Raises BadAddressError.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise BadAddressError(url)
    return [_post(batch, url, token) for batch in _batches(records, at_once)]


def _batches(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    remaining = iter(records)
    while batch := list(islice(remaining, size)):
        yield batch


def _post(batch: list[Record], url: str, token: str) -> Record:
    # A single record goes without its array: an intake has to read both.
    body = json.dumps(batch[0] if len(batch) == 1 else batch, ensure_ascii=False).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as reply:  # noqa: S310
            status, text = reply.status, reply.read()
    except HTTPError as error:
        with error:
            status, text = error.code, error.read()
    except (URLError, OSError) as error:
        return {"records": len(batch), "status": 0, "answer": str(error)}
    return {"records": len(batch), "status": status, "answer": _read(text)}


def _read(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.decode(errors="replace")[:2000]
