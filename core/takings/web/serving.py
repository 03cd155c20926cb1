"""Runs the ASGI application with uvicorn until it is told to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from takings.engine import Engine
from takings.errors import TakingsError
from takings.views import Principal
from takings.web.app import make_app

#: How long calls that were begun may take when the server stops, in seconds.
GRACE = 30


def serve(engine: Engine, principal: Principal, *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `announce` is told the address once it can be called.

    Raises `TakingsError` when the address can't be listened on.
    """
    listening = _listen(host, port)
    with listening:
        shown = f"[{host}]" if ":" in host else host
        config = uvicorn.Config(
            make_app(engine, principal),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE,
            limit_concurrency=64,
        )
        server = uvicorn.Server(config)
        with _ended_by_signals(server):
            announce(f"http://{shown}:{listening.getsockname()[1]}")
            server.run(sockets=[listening])


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
