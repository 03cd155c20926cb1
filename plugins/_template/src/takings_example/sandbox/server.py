"""The stand-in's HTTP server: Paper Ledger's API, Corner Till's days, a page, and faults on request."""

from __future__ import annotations

import json
import threading
from collections import deque
from datetime import date
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from takings_example.sandbox import days
from takings_example.sandbox.books import Books

#: What the owner types in as the key; a stand-in's secret is none.
KEY = "paper-ledger-sandbox-key"

PAGE_SIZE = 50


class Sandbox:
    """The server on 127.0.0.1, from its construction until it is closed; a context manager.

    `fault` decides about one following write: `lose_reply` carries it out and hangs up, `busy` answers 429, `closed`
    503, `broken` 500 after carrying it out.
    """

    def __init__(self, books: Books, *, port: int = 0) -> None:
        self.books = books
        self.faults: deque[str] = deque()
        self._server = _Server(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def ready(self, role: str) -> dict[str, Any]:
        """Return what whoever started the stand-in has to know, for the role it plays."""
        installation = {"till_url": self.url} if role == "till" else {"ledger_url": self.url}
        ready = {
            "ready": True,
            "url": self.url,
            "page": f"{self.url}/",
            "installation": installation,
            "connection": {},
        }
        return ready if role == "till" else {**ready, "token": KEY}

    def fault(self, kind: str) -> None:
        """Let a following write go wrong."""
        self.faults.append(kind)

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

    def __init__(self, address: tuple[str, int], sandbox: Sandbox) -> None:
        super().__init__(address, _Handler)
        self.sandbox = sandbox


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: standard output carries the ready line only."""

    def do_GET(self) -> None:
        """Answer a reading."""
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/":
            self._answer(200, _page(self.server.sandbox.books).encode(), {"Content-Type": "text/html; charset=utf-8"})
        elif address.path == "/codes":
            self._answer(200, days.codes().encode())
        elif address.path == "/days":
            lines, begin = days.page(date.fromisoformat(query["from"]), date.fromisoformat(query["to"]))
            self._answer(200, "\n".join(lines).encode(), {"Next-From": begin.isoformat() if begin else ""})
        elif self._authorised():
            self._answer_ledger(address.path.strip("/"), query)

    def do_POST(self) -> None:
        """Carry out a write, or let it go wrong as was asked for."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        place, sandbox = self.path.strip("/"), self.server.sandbox
        if not self._authorised():
            return
        if place not in ("sheets", "payments"):
            self._json(404, {"error": "not found"})
            return
        fault = sandbox.faults.popleft() if sandbox.faults else ""
        if fault in ("busy", "closed"):
            self._json(429 if fault == "busy" else 503, {"error": fault}, {"Retry-After": "7"})
            return
        status, reply = sandbox.books.post(place, body, self.headers.get("Idempotency-Key", ""))
        if fault == "lose_reply":
            self.close_connection = True
        elif fault == "broken":
            self._json(500, {"error": "it broke"})
        else:
            self._json(status, reply)

    def _answer_ledger(self, place: str, query: dict[str, str]) -> None:
        books = self.server.sandbox.books
        if place == "books":
            self._json(200, books.describe())
        elif place in ("sheets", "payments") and "keys" in query:
            self._json(200, {place: books.with_keys(place, query["keys"].split(",")), "next": None})
        elif place == "sheets":
            rows, page = books.sheets(query["from"], query["to"]), int(query.get("page", "1"))
            more = page + 1 if len(rows) > page * PAGE_SIZE else None
            self._json(200, {"sheets": rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], "next": more})
        else:
            self._json(404, {"error": "not found"})

    def _authorised(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {KEY}":
            return True
        self._json(401, {"error": "this key is not known"})
        return False

    def _json(self, status: int, data: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._answer(status, json.dumps(data).encode(), {"Content-Type": "application/json", **(headers or {})})

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _page(books: Books) -> str:
    rows = "".join(
        f"<tr><td>{escape(sheet['date'])}<td>{escape(sheet['number'])}<td>{escape(sheet['total'])}"
        f"<td>{len(sheet['payments'])}"
        for sheet in books.sheets()
    )
    head = "<tr><th>Date<th>Number<th>Total<th>Payments"
    return f"<!doctype html><title>Paper Ledger</title><h1>Paper Ledger</h1><table>{head}{rows}</table>"
