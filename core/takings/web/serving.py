"""Runs the ASGI application with uvicorn until it is told to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import uvicorn

from takings.engine import Engine
from takings.errors import TakingsError, UsageError
from takings.views import Principal
from takings.web.app import make_app

#: How long calls that were begun may take when the server stops, in seconds.
GRACE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Where a server that was started can be called: `url` by programs, `pages` and once `sign_in` by people."""

    url: str
    pages: str
    sign_in: str


def serve(
    engine: Engine,
    principal: Principal,
    *,
    host: str,
    port: int,
    public_url: str,
    announce: Callable[[Ready], None],
) -> None:
    """Serve until SIGINT or SIGTERM; `announce` is told the addresses once they can be called.

    `public_url` is the origin that browsers see; empty for this machine. Raises `TakingsError` when the address can't
    be listened on, `UsageError` for an origin that is none.
    """
    listening = _listen(host, port)
    with listening:
        shown = f"[{host}]" if ":" in host else host
        url = f"http://{shown}:{listening.getsockname()[1]}"
        public = public_url.rstrip("/") or _for_browsers(url)
        try:
            app = make_app(engine, principal, public)
        except ValueError as error:
            raise UsageError(f"--url: {error}.") from error
        ready = Ready(url=url, pages=f"{public}/", sign_in=f"{public}/sign-in/{engine.create_sign_in(principal)}")
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE,
            limit_concurrency=64,
        )
        server = uvicorn.Server(config)
        with _ended_by_signals(server):
            announce(ready)
            server.run(sockets=[listening])


def _for_browsers(url: str) -> str:
    """Return the origin that people open on this machine: other systems send them back to localhost only."""
    parts = urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 - compared, not listened on
    return f"http://localhost:{parts.port}" if local else url


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Let SIGINT and SIGTERM end the server and not the process.

    uvicorn stops on them by itself while it runs, but sends them once more to whoever had them before.
    """

    def stop(*_: object) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(128)
        except OSError:
            listening.close()
            raise
    except OSError as error:
        raise TakingsError(f"Port {port} of {host} can't be listened on: {error.strerror}.") from error
    return listening
