"""A small server on this machine that takes one answer of an authorisation."""

from __future__ import annotations

import errno
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from takings.errors import TakingsError, UsageError

PATH = "/oauth/callback"
_FIELDS = ("state", "code", "error", "error_description")
_PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>takings</title>
<h1>Thank you</h1><p>Go back to the terminal; this page can be closed.</p></html>
"""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class CallbackServer:
    """Listens on the loopback addresses until an answer with a `state` came. A context manager."""

    def __init__(self, port: int) -> None:
        self._answers: Queue[dict[str, str]] = Queue()
        self._servers = _listening(port, _handler(self._answers))
        self.port: int = self._servers[0].server_port
        self.address = f"http://localhost:{self.port}{PATH}"
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True) for server in self._servers
        ]

    def wait(self, seconds: float) -> dict[str, str] | None:
        """Return the answer's `state`, `code`, `error` and `error_description`, or None after `seconds`."""
        try:
            return self._answers.get(timeout=seconds)
        except Empty:
            return None

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


class _Server(HTTPServer):
    # Another program must not be able to take the same port beside this one.
    allow_reuse_port = False
    daemon_threads = True


class _Server6(_Server):
    address_family = socket.AF_INET6


def _listening(port: int, handler: type[BaseHTTPRequestHandler]) -> list[HTTPServer]:
    """Listen on 127.0.0.1, and on ::1 where there is one: `localhost` may be either."""
    try:
        first = _Server(("127.0.0.1", port), handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise TakingsError(f"Port {port} can't be used: {error.strerror}.") from error
        hint = "Stop what listens there (takings serve?), or name another with --port"
        raise UsageError(f"Port {port} is in use. {hint} that your app at the ledger knows too.") from error
    try:
        return [first, _Server6(("::1", first.server_port), handler)]
    except OSError:
        return [first]


def _handler(answers: Queue[dict[str, str]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10
        server_version, sys_version = "takings", ""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given = {name: values[0] for name, values in parse_qs(parts.query).items() if name in _FIELDS}
            if parts.path != PATH or "state" not in given:
                self.send_error(404)
                return
            self.send_response(200)
            for name, value in {**_HEADERS, "Content-Length": str(len(_PAGE))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(_PAGE)
            answers.put(given)

        def log_message(self, format: str, *args: Any) -> None:
            """Write nothing: the query holds the authorisation code."""

    return Handler
