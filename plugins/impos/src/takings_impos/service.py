"""Is responsible for talking to a venue's ImPOS service: its addresses, and what each of its answers means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urljoin, urlsplit

from takings.plugin import (
    AuthorisationExpired,
    Context,
    Instruction,
    Misconfigured,
    RateLimited,
    Reply,
    ReplyLost,
    Retry,
    retry_after,
)

SYSTEM = "ImPOS"
SETTING = "service_url"

_PASSING = frozenset({408, 425, 500, 502, 503, 504})
_PORTS = {"http": 80, "https": 443}
_LONGEST_VERBATIM = 300


class Service:
    """The service at one address; each call returns the body of a good answer or raises an instruction."""

    def __init__(self, address: str, context: Context) -> None:
        self._address, self._context = address, context

    def get(self, path: str, params: Mapping[str, str] | None = None) -> tuple[bytes, str]:
        """Read `path` below the service's address; return the body and the address that it came from."""
        url = _base(self._address) + path
        return self.get_url(url, params), url

    def get_url(self, url: str, params: Mapping[str, str] | None = None) -> bytes:
        """Read an absolute address of the service."""
        try:
            reply = self._context.http.request("GET", url, params=params, headers={"Accept": "application/json"})
        except ReplyLost as lost:
            # Reading changes nothing over there, so a lost answer is simply asked for again.
            raise Retry(str(lost)) from lost
        if reply.status_code != 200:
            raise instruction(reply, self._context.clock.now())
        return reply.content

    def follow(self, link: str, current: str) -> str | None:
        """Return the absolute address of a link on a page; None when it leads away from the service."""
        try:
            target = urljoin(current, link)
            same = _origin(urlsplit(target)) == _origin(urlsplit(_base(self._address)))
        except ValueError:
            return None
        return target if same else None


def _base(address: str) -> str:
    hint = "it is the address of the venue's ImPOS service, like https://pos.example.com"
    text = address.strip().rstrip("/")
    if not text:
        raise Misconfigured(SETTING, f"it is empty; {hint}")
    try:
        parts = urlsplit(text)
        _origin(parts)
    except ValueError as error:
        raise Misconfigured(SETTING, f"{error}; {hint}") from None
    if parts.query or parts.fragment:
        raise Misconfigured(SETTING, f"it has a query or a fragment; {hint}")
    return text


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("it is not an http or https address")
    if parts.username is not None or parts.password is not None:
        raise ValueError("it has a user name or password in it")
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def instruction(reply: Reply, now: datetime) -> Instruction:
    """Return what an answer other than 200 means for the core."""
    status = reply.status_code
    wait = retry_after(reply.headers.get("Retry-After", ""), now)
    if status in (401, 403):
        return AuthorisationExpired(SYSTEM, reply.text[:_LONGEST_VERBATIM])
    if status == 429:
        return RateLimited(wait or timedelta(minutes=1))
    if status in _PASSING:
        return Retry(f"{SYSTEM} answered {status}.", wait or timedelta(seconds=5))
    if status == 404:
        return Misconfigured(SETTING, f"there is no {SYSTEM} service at that address (it answered 404)")
    if 300 <= status < 400:
        to = reply.headers.get("Location", "another address")[:_LONGEST_VERBATIM]
        return Misconfigured(SETTING, f"the service has moved to {to}; enter its own address")
    return Misconfigured(SETTING, f"the service answered {status}: {reply.text[:_LONGEST_VERBATIM]}")
