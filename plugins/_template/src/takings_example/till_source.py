"""Calling Corner Till: its days in pages, as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from takings.plugin import (
    Batch,
    Catalogue,
    Context,
    Finding,
    Instruction,
    Misconfigured,
    Period,
    RateLimited,
    RawRecord,
    Reply,
    Retry,
    Source,
    Unavailable,
)

from takings_example.till_reader import Wrong, read_codes

SYSTEM = "Corner Till"


class TillSource(Source):
    """Corner Till's back office, opened for a few calls."""

    def __init__(self, url: str, context: Context) -> None:
        self._url, self._context = url.rstrip("/"), context

    def check(self) -> Sequence[Finding]:
        """Say what stands in the way of reading, by reading the codes."""
        try:
            self.catalogue()
        except Instruction as instruction:
            return (
                Finding(
                    code="example.till_unreadable",
                    what=f"{SYSTEM} can't be read",
                    why=str(instruction),
                    do="Check its address, and that it is switched on",
                ),
            )
        return ()

    def catalogue(self) -> Catalogue:
        """Read all codes."""
        reply = self._get("/codes", {})
        try:
            return read_codes(reply.content)
        except Wrong as wrong:
            raise Unavailable(SYSTEM, f"its codes can't be read at {wrong}") from wrong

    def read(self, period: Period, cursor: str | None) -> Iterator[Batch]:
        """Yield pages of days; the cursor is the date that Corner Till said it goes on from."""
        begin: str | None = cursor or period.first.isoformat()
        while begin:
            reply = self._get("/days", {"from": begin, "to": period.last.isoformat()})
            lines = [line for line in reply.content.splitlines() if line.strip()]
            begin = reply.headers.get("next-from") or None
            yield Batch(
                records=tuple(RawRecord(body=line, where=f"line {at}") for at, line in enumerate(lines, start=1)),
                cursor=begin,
            )

    def _get(self, path: str, params: dict[str, str]) -> Reply:
        if not self._url:
            raise Misconfigured("till_url", "pulling needs the address of Corner Till's back office")
        reply = self._context.http.request("GET", self._url + path, params=params)
        if reply.status_code == 429:
            seconds = reply.headers.get("retry-after", "60")
            raise RateLimited(timedelta(seconds=int(seconds) if seconds.isdecimal() else 60))
        if reply.status_code >= 500:
            raise Retry(f"{SYSTEM} answered {reply.status_code}")
        if reply.status_code != 200:
            raise Unavailable(SYSTEM, f"it answered {reply.status_code} for {path}")
        return reply
