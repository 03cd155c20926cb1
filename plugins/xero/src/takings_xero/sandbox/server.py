"""The HTTP server: threaded, HTTP/1.1 keep-alive, loopback only; and `Sandbox`, the whole thing in one object."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from takings_xero.sandbox import clients, seeds
from takings_xero.sandbox.app import build
from takings_xero.sandbox.control import Control
from takings_xero.sandbox.gate import Gate, collect
from takings_xero.sandbox.starting import listening
from takings_xero.sandbox.world import Clock, World

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    """Answers many requests on one connection; werkzeug's own handler closes after each."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536
    server: _Server

    def setup(self) -> None:
        """Count the connection and remember its socket."""
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        """Forget the socket."""
        self.server.gone(self.connection)
        try:
            super().finish()
        except OSError:
            # The socket was cut on purpose with bytes still in the buffer.
            return

    def run_wsgi(self) -> None:
        """Work on one request and write its answer with a length."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        try:
            status, headers, body = collect(self.server.app, self.make_environ())
        except ConnectionError:
            self.close_connection = True
            return
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase or HTTPStatus(int(code)).phrase)
        for name, value in headers:
            if name.lower() not in {"content-length", "connection"}:
                self.send_header(name, value)
        if int(code) != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: stdout carries the ready line only."""


class _Server(ThreadedWSGIServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, app: Any, world: World) -> None:
        self._world = world
        self._sockets: set[socket.socket] = set()
        self._workers: set[threading.Thread] = set()
        self._guard = threading.Lock()
        super().__init__(HOST, port, app, handler=_Handler)

    def server_bind(self) -> None:
        """Take the port; raises CannotStart."""
        with listening(self.port):
            super().server_bind()

    def server_activate(self) -> None:
        """Listen; raises CannotStart."""
        with listening(self.port):
            super().server_activate()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection and its thread, for closing."""
        self._world.counters.connected()
        with self._guard:
            self._sockets.add(connection)
            self._workers.add(threading.current_thread())

    def gone(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._guard:
            self._sockets.discard(connection)
            self._workers.discard(threading.current_thread())

    def cut_all(self) -> None:
        """Cut every open connection and wait for its thread."""
        with self._guard:
            sockets, threads = list(self._sockets), list(self._workers)
        for connection in sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in threads:
            thread.join(2)


class Sandbox:
    """A running Xero sandbox: `with Sandbox(folder) as sandbox: sandbox.url`.

    `clock` returns seconds since 1970; `control` does in Python what /sandbox does over HTTP. Organisations named in
    `organisations` are created when they do not stand yet; without any, a new folder gets one. Raises CannotStart
    for a port that is taken, and for a folder that another sandbox uses.
    """

    def __init__(
        self,
        data: Path,
        port: int = 0,
        *,
        clock: Clock = time.time,
        organisations: Sequence[str] = (),
        client_id: str | None = None,
        client_secret: str | None = None,
        auto_consent: bool | None = None,
    ) -> None:
        self.world = World(Path(data), clock)
        try:
            clients.seed(self.world.store, web_id=client_id, web_secret=client_secret)
            self._seed(organisations)
            if auto_consent is not None:
                self.world.switch(auto_consent=auto_consent)
            self.control = Control(self.world)
            self.app = build(self.world, self.control)
            self._gate = Gate(self.world, self.app)
            self._server = _Server(port, self._gate, self.world)
        except BaseException:
            self.world.close()
            raise
        self.port = self._server.server_port
        self.world.url = self.url
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="xero-sandbox", daemon=True
        )
        self._thread.start()
        self._open = True

    def _seed(self, organisations: Sequence[str]) -> None:
        store = self.world.store
        names = list(organisations)
        if not names and not seeds.organisations(store):
            names = [seeds.DEFAULT_NAME]
        for name in names:
            seeds.add_organisation(store, name, self.world.now())

    @property
    def url(self) -> str:
        """The address without a trailing slash."""
        return f"http://{HOST}:{self.port}"

    def ready(self) -> dict[str, Any]:
        """Return what the start protocol prints: addresses, and the web app's id and secret."""
        client = clients.installation(self.world.store)
        return {
            "ready": True,
            "url": self.url,
            "page": f"{self.url}/sandbox/ui",
            "installation": {
                "client_id": client.client_id,
                "client_secret": client.secret,
                "authorise_url": f"{self.url}/identity/connect/authorize",
                "token_url": f"{self.url}/connect/token",
                "revocation_url": f"{self.url}/connect/revocation",
                "connections_url": f"{self.url}/connections",
                "api_url": f"{self.url}/api.xro/2.0",
            },
            "control": f"{self.url}/sandbox",
        }

    def close(self) -> None:
        """Stop serving, cut open connections, close the file; a second call does nothing."""
        if not self._open:
            return
        self._open = False
        self._server.shutdown()
        self._thread.join(5)
        self.world.faults.close()
        self._server.cut_all()
        self._gate.close()
        self._server.server_close()
        self.world.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
