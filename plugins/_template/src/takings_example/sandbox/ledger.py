"""The stand-in for Paper Ledger: its API, a page for people, and faults on request."""

from __future__ import annotations

from collections import deque
from html import escape
from typing import Any

from takings_example.sandbox.books import Books
from takings_example.sandbox.serving import Handler, Sandbox

#: What the owner types in as the key; a stand-in's secret is none.
KEY = "paper-ledger-sandbox-key"

PAGE_SIZE = 50


class LedgerSandbox(Sandbox):
    """Paper Ledger with one set of books.

    `fault` decides about one following write: `lose_reply` carries it out and hangs up, `busy` answers 429, `closed`
    503, `broken` 500 after carrying it out.
    """

    def __init__(self, books: Books, *, port: int = 0) -> None:
        self.books = books
        self.faults: deque[str] = deque()
        super().__init__(_Handler, port=port)

    def ready(self) -> dict[str, Any]:
        """Add the address as the operator's setting, and the key to type in."""
        return {**super().ready(), "installation": {"ledger_url": self.url}, "token": KEY}

    def fault(self, kind: str) -> None:
        """Let a following write go wrong."""
        self.faults.append(kind)


class _Handler(Handler[LedgerSandbox]):
    def do_GET(self) -> None:  # noqa: N802 - the standard library calls it so
        """Answer a reading."""
        path, query = self.place()
        if path == "/":
            self.answer_page(_page(self.sandbox.books))
        elif self._authorised():
            self._answer_reading(path.strip("/"), query)

    def do_POST(self) -> None:  # noqa: N802 - the standard library calls it so
        """Carry out a write, or let it go wrong as was asked for."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        place, sandbox = self.path.strip("/"), self.sandbox
        if not self._authorised():
            return
        if place not in ("sheets", "payments", "voids"):
            self.answer_json(404, {"error": "not found"})
            return
        fault = sandbox.faults.popleft() if sandbox.faults else ""
        if fault in ("busy", "closed"):
            self.answer_json(429 if fault == "busy" else 503, {"error": fault}, {"Retry-After": "7"})
            return
        status, reply = sandbox.books.post(place, body, self.headers.get("Idempotency-Key", ""))
        if fault == "lose_reply":
            self.close_connection = True
        elif fault == "broken":
            self.answer_json(500, {"error": "it broke"})
        else:
            self.answer_json(status, reply)

    def _answer_reading(self, place: str, query: dict[str, str]) -> None:
        books = self.sandbox.books
        if place == "books":
            self.answer_json(200, books.describe())
        elif place in ("sheets", "payments", "voids") and "keys" in query:
            self.answer_json(200, {place: books.with_keys(place, query["keys"].split(",")), "next": None})
        elif place == "sheets":
            rows, page = books.sheets(query["from"], query["to"]), int(query.get("page", "1"))
            more = page + 1 if len(rows) > page * PAGE_SIZE else None
            self.answer_json(200, {"sheets": rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], "next": more})
        else:
            self.answer_json(404, {"error": "not found"})

    def _authorised(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {KEY}":
            return True
        self.answer_json(401, {"error": "this key is not known"})
        return False


def _page(books: Books) -> str:
    rows = "".join(
        f"<tr><td>{escape(sheet['date'])}<td>{escape(sheet['number'])}<td>{escape(sheet['total'])}"
        f"<td>{len(sheet['payments'])}"
        for sheet in books.sheets()
    )
    head = "<tr><th>Date<th>Number<th>Total<th>Payments"
    return f"<!doctype html><title>Paper Ledger</title><h1>Paper Ledger</h1><table>{head}{rows}</table>"
