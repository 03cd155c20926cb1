"""The one module that touches httpx: a shared client, bounded replies, and its faults told in our own terms."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from takings.errors import Misconfigured, ReplyLost, Unavailable

if TYPE_CHECKING:
    # At run time httpx is imported by the first call: the command line must start without it.
    import ssl

    import httpx

LARGEST_REPLY = 64 * 1024 * 1024
#: Seconds that a whole reply may take, however slowly it trickles in.
LONGEST_REPLY = 300.0
CONNECT, READ, WRITE, POOL = 10.0, 90.0, 60.0, 60.0
#: Seconds an idle connection is kept: shorter than the usual 60 s of servers, so that few are found closed.
KEEP_ALIVE = 20.0
#: Calls that may be sent twice without harm.
_REPEATABLE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class HttpReply:
    """A complete reply: what plugins know as `Reply`."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @cached_property
    def text(self) -> str:
        """The body as UTF-8 text; bytes that are none are replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body read as JSON; raises `ValueError` where it is none."""
        return json.loads(self.content)


class HttpPool:
    """The shared client: one TLS context, HTTP/1.1 kept alive, one connection for each thread at most.

    `transport` replaces the network. `plain_http_hosts` may be called without TLS, as this machine always may.
    Closed at the end, or used as a context manager.
    """

    def __init__(
        self,
        *,
        transport: httpx.BaseTransport | None = None,
        threads: int = 64,
        plain_http_hosts: Iterable[str] = (),
    ) -> None:
        self._transport, self._threads = transport, threads
        self._plain = frozenset(host.lower() for host in plain_http_hosts)
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> HttpPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        system: str,
        patience: float = READ,
    ) -> HttpReply:
        """Send one request and return the whole reply, whatever its status; redirects are not followed.

        Raises `Unavailable` when nothing was sent, `ReplyLost` when a reply did not come or not whole, and
        `Misconfigured` for an address that may not be called. A read that met a connection just closed by the
        server is sent once more. `patience` is how many seconds the server may stay silent.
        """
        check_address(url, system=system, plain_http_hosts=self._plain)
        client = self._client or self._open()
        timeout = (CONNECT, patience, WRITE, POOL)
        request = _Request(client, method.upper(), url, params, _checked(headers), content, timeout, system)
        reply = request.once(repeatable=request.method in _REPEATABLE)
        return reply if reply is not None else request.sent_again()

    def close(self) -> None:
        """Close all connections; the pool can't be used afterwards."""
        with self._lock:
            self._closed = True
            if self._client is not None:
                self._client.close()

    def _open(self) -> httpx.Client:
        with self._lock:
            if self._closed:
                raise RuntimeError("the HTTP pool is closed")
            if self._client is None:
                self._client = _client(self._transport, self._threads)
            return self._client


@dataclass(frozen=True, slots=True)
class _Request:
    client: httpx.Client
    method: str
    url: str
    params: Mapping[str, str] | None
    headers: Mapping[str, str]
    content: bytes | None
    timeout: tuple[float, float, float, float]
    system: str

    def once(self, *, repeatable: bool) -> HttpReply | None:
        """Send; None when the kept connection turned out to be closed and the request may be repeated."""
        import httpx  # noqa: PLC0415

        try:
            return self._sent()
        except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
            raise Unavailable(self.system, _reason(problem, "no connection")) from problem
        except httpx.PoolTimeout as problem:
            raise Unavailable(self.system, "all connections were in use for too long") from problem
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as problem:
            if repeatable:
                return None
            raise ReplyLost(self.system, _reason(problem, "the connection broke")) from problem
        except httpx.TimeoutException as problem:
            raise ReplyLost(self.system, _reason(problem, "it took too long")) from problem
        except (httpx.TransportError, httpx.DecodingError) as problem:
            raise ReplyLost(self.system, _reason(problem, "the reply can't be read")) from problem
        except httpx.InvalidURL as problem:
            raise Misconfigured(f"address of {self.system}", f"{problem}.") from None

    def sent_again(self) -> HttpReply:
        """Send the second and last time."""
        reply = self.once(repeatable=False)
        assert reply is not None
        return reply

    def _sent(self) -> HttpReply:
        begun = time.monotonic()
        with self.client.stream(
            self.method,
            self.url,
            params=self.params or None,
            headers=self.headers,
            content=self.content,
            timeout=self.timeout,
        ) as response:
            parts, size = [], 0
            for part in response.iter_bytes():
                size += len(part)
                if size > LARGEST_REPLY:
                    raise ReplyLost(self.system, f"its reply is larger than {LARGEST_REPLY:,} bytes")
                if time.monotonic() - begun > LONGEST_REPLY:
                    raise ReplyLost(self.system, f"its reply took longer than {LONGEST_REPLY:.0f} s")
                parts.append(part)
            return HttpReply(response.status_code, response.headers, b"".join(parts))


def check_address(url: str, *, system: str, plain_http_hosts: frozenset[str] = frozenset()) -> None:
    """Refuse an address that is neither https nor plain http to this machine or an allowed host."""
    problem = _address_problem(url.partition("?")[0].partition("#")[0], plain_http_hosts)
    if problem:
        raise Misconfigured(f"address of {system}", problem)


def is_loopback(host: str) -> bool:
    """Tell whether a host name means this machine, by its text alone."""
    return host in {"localhost", "::1"} or _is_127(host)


def _is_127(host: str) -> bool:
    parts = host.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(part.isdecimal() and int(part) < 256 for part in parts)


@lru_cache(maxsize=1024)
def _address_problem(url: str, plain_http_hosts: frozenset[str]) -> str:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        _ = parts.port
    except ValueError as problem:
        return f"it is no address: {problem}."
    if parts.scheme not in {"http", "https"} or not host:
        return "it must begin with https:// and a host."
    if parts.username or parts.password:
        return "it must not hold a user name or password."
    if parts.scheme == "http" and not (is_loopback(host) or host in plain_http_hosts):
        return f"{host} must be called over https; the operator can allow it in plain_http_hosts."
    return ""


def _checked(headers: Mapping[str, str] | None) -> Mapping[str, str]:
    # Found here, before anything is sent: afterwards a refusal by the protocol would look like a lost reply.
    for name, value in (headers or {}).items():
        if any(mark in value or mark in name for mark in "\r\n\0") or not name.isascii():
            raise ValueError(f"the header {name!r} holds a line break or is not plain text")
    return headers or {}


def _client(transport: httpx.BaseTransport | None, threads: int) -> httpx.Client:
    import httpx  # noqa: PLC0415

    # httpx writes each address with its query at INFO, codes and tokens included.
    for name in ("httpx", "httpcore"):
        if logging.getLogger(name).level == logging.NOTSET:
            logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.Client(
        transport=transport,
        verify=_trust(),
        http1=True,
        http2=False,
        trust_env=False,
        follow_redirects=False,
        limits=httpx.Limits(max_connections=threads, max_keepalive_connections=threads, keepalive_expiry=KEEP_ALIVE),
        timeout=httpx.Timeout(connect=CONNECT, read=READ, write=WRITE, pool=POOL),
        headers={"User-Agent": _user_agent(), "Accept-Encoding": "gzip"},
    )


@cache
def _trust() -> ssl.SSLContext:
    """Read the known certificates once in a process: a host may open many engines, and each would read them anew."""
    import httpx  # noqa: PLC0415

    return httpx.create_ssl_context(trust_env=False)


def _user_agent() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return f"takings/{version('takings')}"
    except PackageNotFoundError:
        return "takings"


def _reason(problem: Exception, otherwise: str) -> str:
    return re.sub(r"^\[Errno -?\d+\] ", "", str(problem)).rstrip(".") or otherwise
