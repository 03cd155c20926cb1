"""The stand-in for Corner Till: its codes, its days in pages, and a page for people."""

from __future__ import annotations

from datetime import date
from typing import Any

from takings_example.sandbox import days
from takings_example.sandbox.serving import Handler, Sandbox

PAGE = "<!doctype html><title>Corner Till</title><h1>Corner Till</h1><p>It has takings for every day.</p>"


class TillSandbox(Sandbox):
    """Corner Till's back office; nothing is authorised."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(_Handler, port=port)

    def ready(self) -> dict[str, Any]:
        """Add the address as the operator's setting."""
        return {**super().ready(), "installation": {"till_url": self.url}}


class _Handler(Handler[TillSandbox]):
    def do_GET(self) -> None:  # noqa: N802 - the standard library calls it so
        """Answer a reading."""
        path, query = self.place()
        if path == "/":
            self.answer_page(PAGE)
        elif path == "/codes":
            self.answer(200, days.codes().encode())
        elif path == "/days":
            lines, begin = days.page(date.fromisoformat(query["from"]), date.fromisoformat(query["to"]))
            self.answer(200, "\n".join(lines).encode(), {"Next-From": begin.isoformat() if begin else ""})
        else:
            self.answer_json(404, {"error": "not found"})
