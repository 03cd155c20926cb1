"""An HTTP client that goes wrong as it is told: for testing what a plugin makes of faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from takings.errors import ReplyLost, Unavailable
from takings.plugin import Http, Reply
from takings.testing.replies import canned

#: Decides about one request: it is given what would forward it, and returns a reply or raises.
Fault = Callable[[Callable[[], Reply]], Reply]

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request that a plugin made, without its headers."""

    method: str
    url: str
    content: bytes = b""

    @property
    def writes(self) -> bool:
        """Whether it can change something."""
        return self.method.upper() not in _READS


class FaultyHttp:
    """Wraps the client that a plugin is given; `calls` has what it was asked."""

    def __init__(self, inner: Http) -> None:
        self._inner = inner
        self._fault: Fault | None = None
        self._left: int | None = None
        self._writes_only = False
        self.calls: list[Sent] = []

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        """Forward a request, or let it go wrong."""
        sent = Sent(method=method, url=url, content=content or b"")
        self.calls.append(sent)

        def forward() -> Reply:
            return self._inner.request(method, url, params=params, headers=headers, content=content)

        fault = self._fault
        if fault is None or self._left == 0 or (self._writes_only and not sent.writes):
            return forward()
        if self._left is not None:
            self._left -= 1
        return fault(forward)

    @contextmanager
    def fault(self, fault: Fault, *, times: int | None = None, writes_only: bool = False) -> Iterator[None]:
        """Let the next requests go wrong, all of them or so many, until the block ends."""
        self._fault, self._left, self._writes_only = fault, times, writes_only
        try:
            yield
        finally:
            self._fault, self._left, self._writes_only = None, None, False


def answers(
    status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None, *, carried_out: bool = False
) -> Fault:
    """Answer with a made-up reply; with `carried_out` the request reaches the system all the same."""

    def fault(forward: Callable[[], Reply]) -> Reply:
        if carried_out:
            forward()
        return canned(status, body, headers)

    return fault


def loses_reply(*, carried_out: bool = True) -> Fault:
    """Lose the reply of a request that was carried out, or was not."""

    def fault(forward: Callable[[], Reply]) -> Reply:
        if carried_out:
            forward()
        raise ReplyLost("The system", "the kit lost its reply")

    return fault


def is_unreachable() -> Fault:
    """Send nothing at all."""

    def fault(forward: Callable[[], Reply]) -> Reply:
        raise Unavailable("The system", "the kit let nothing through")

    return fault
