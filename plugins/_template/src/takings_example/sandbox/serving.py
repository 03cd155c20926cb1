"""What both stand-ins have in common: a server on 127.0.0.1 that answers in a thread."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

StandIn = TypeVar("StandIn", bound="Sandbox")


class Sandbox:
    """A server from its construction until it is closed; a context manager."""

    def __init__(self, handler: type[Handler[Any]], *, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), handler, self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def ready(self) -> dict[str, Any]:
        """Return what whoever started the stand-in has to know."""
        return {"ready": True, "url": self.url, "page": f"{self.url}/", "installation": {}, "connection": {}}

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[Handler[Any]], sandbox: Sandbox) -> None:
        super().__init__(address, handler)
        self.sandbox = sandbox


class Handler(BaseHTTPRequestHandler, Generic[StandIn]):
    """One request to a stand-in."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def sandbox(self) -> StandIn:
        """The stand-in that was called."""
        return self.server.sandbox  # type: ignore[attr-defined,no-any-return]

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: standard output carries the ready line only."""

    def place(self) -> tuple[str, dict[str, str]]:
        """Return the path and the query of the address."""
        address = urlsplit(self.path)
        return address.path, {name: values[0] for name, values in parse_qs(address.query).items()}

    def answer_json(self, status: int, data: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        """Answer with JSON."""
        self.answer(status, json.dumps(data).encode(), {"Content-Type": "application/json", **(headers or {})})

    def answer_page(self, page: str) -> None:
        """Answer with a page for people."""
        self.answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Answer with bytes."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
