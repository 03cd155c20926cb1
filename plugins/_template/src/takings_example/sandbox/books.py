"""Paper Ledger's books: accounts, sheets, payments, and the replies it remembers by idempotency key."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

#: (code, name, kind, takes payments, takes lines)
ACCOUNTS = (
    ("1000", "Cash clearing", "asset", True, True),
    ("1010", "Card clearing", "asset", True, True),
    ("2000", "Gift vouchers liability", "liability", True, True),
    ("4000", "Coffee sales", "income", False, True),
    ("4010", "Food sales", "income", False, True),
    ("4900", "Rounding", "income", False, True),
)
TAXES = (("GST", "GST on income", "10"), ("FREE", "GST free income", "0"))

Row = dict[str, Any]


class Books:
    """One set of books; with a path it is kept there. Threads may share it."""

    def __init__(self, path: Path | None = None) -> None:
        self._path, self._lock = path, threading.RLock()
        self._state: dict[str, Any] = {"sheets": [], "payments": [], "voids": []}
        self._state |= {"replies": {}, "locked_through": None}
        if path and path.exists():
            self._state |= json.loads(path.read_text())

    def describe(self) -> Row:
        """Return what `GET /books` answers."""
        return {
            "id": "paper-1",
            "name": "Corner Shop's books",
            "currency": "AUD",
            "timezone": "Australia/Melbourne",
            "locked_through": self._state["locked_through"],
            "accounts": [
                {
                    "id": f"a{code}",
                    "code": code,
                    "name": name,
                    "kind": kind,
                    "takes_payments": pays,
                    "takes_lines": lines,
                }
                for code, name, kind, pays, lines in ACCOUNTS
            ],
            "taxes": [
                {"id": code, "name": name, "rate": rate, "active": True, "kinds": ["income"]}
                for code, name, rate in TAXES
            ],
        }

    def lock_through(self, day: str | None) -> None:
        """Close the books up to a date, or open them."""
        self._state["locked_through"] = day

    def sheets(self, first: str = "", last: str = "9999-12-31") -> list[Row]:
        """Return the sheets of these dates, each with its payments."""
        with self._lock:
            return [
                {**sheet, "payments": [one for one in self._state["payments"] if one["sheet"] == sheet["id"]]}
                for sheet in sorted(self._state["sheets"], key=lambda one: (one["date"], one["id"]))
                if first <= sheet["date"] <= last
            ]

    def with_keys(self, place: str, keys: list[str]) -> list[Row]:
        """Return the sheets or payments that have one of these keys."""
        with self._lock:
            return [row for row in self._state[place] if row["key"] in keys]

    def post(self, place: str, body: bytes, key: str) -> tuple[int, Row]:
        """Carry out a write once: the same key and body get the first reply again, another body is refused."""
        digest = hashlib.sha256(place.encode() + b"\n" + body).hexdigest()
        with self._lock:
            kept = self._state["replies"].get(key)
            if kept:
                return (
                    (200, kept["reply"])
                    if kept["digest"] == digest
                    else (409, {"error": "another body for this key"})
                )
            try:
                rows = json.loads(body)[place]
                add: Callable[[Row], Row] = {
                    "sheets": self._add_sheet,
                    "payments": self._add_payment,
                    "voids": self._add_void,
                }[place]
                reply = {"results": [add(row) for row in rows]}
            except (ValueError, KeyError, TypeError) as error:
                return 400, {"error": f"the body can't be read: {error!r}"}
            self._state["replies"][key] = {"digest": digest, "reply": reply}
            if self._path:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._path.write_text(json.dumps(self._state))
            return 200, reply

    def _add_sheet(self, row: Row) -> Row:
        number = row.get("number") or f"P-{1001 + len(self._state['sheets'])}"
        problems = [
            f"There is no account {line['account']}" for line in row["lines"] if not _account(line["account"])
        ]
        if any(sheet["number"] == number for sheet in self._state["sheets"]):
            problems.append(f"The number {number} is used already")
        if row["date"] <= (self._state["locked_through"] or ""):
            problems.append(f"The books are closed up to {self._state['locked_through']}")
        if problems:
            return {"problems": problems}
        sheet = {
            **row,
            "id": f"s{len(self._state['sheets']) + 1}",
            "number": number,
            "status": "standing",
            "total": str(sum((Decimal(line["amount"]) for line in row["lines"]), Decimal("0.00"))),
            "tax": str(sum((_tax(line) for line in row["lines"]), Decimal("0.00"))),
        }
        self._state["sheets"].append(sheet)
        return {"id": sheet["id"], "number": number}

    def _add_payment(self, row: Row) -> Row:
        problems = []
        if not any(sheet["id"] == row["sheet"] for sheet in self._state["sheets"]):
            problems.append(f"There is no sheet {row['sheet']}")
        if not (account := _account(row["account"])) or not account[3]:
            problems.append(f"The account {row['account']} takes no payments")
        if problems:
            return {"problems": problems}
        payment = {**row, "id": f"p{len(self._state['payments']) + 1}", "status": "standing"}
        self._state["payments"].append(payment)
        return {"id": payment["id"]}

    def _add_void(self, row: Row) -> Row:
        sheet = next((one for one in self._state["sheets"] if one["id"] == row["sheet"]), None)
        if sheet is None or sheet["status"] == "voided":
            return {"problems": [f"There is no standing sheet {row['sheet']}"]}
        if sheet["date"] <= (self._state["locked_through"] or ""):
            return {"problems": [f"The books are closed up to {self._state['locked_through']}"]}
        for one in (sheet, *(paid for paid in self._state["payments"] if paid["sheet"] == sheet["id"])):
            one["status"] = "voided"
        made = {**row, "id": f"v{len(self._state['voids']) + 1}", "status": "standing"}
        self._state["voids"].append(made)
        return {"id": made["id"]}


def _account(id_: str) -> tuple[str, str, str, bool, bool] | None:
    return next((account for account in ACCOUNTS if f"a{account[0]}" == id_), None)


def _tax(line: Row) -> Decimal:
    rate = next((Decimal(rate) for code, _, rate in TAXES if code == line["tax"]), Decimal(0))
    return (Decimal(line["amount"]) * rate / (100 + rate)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
