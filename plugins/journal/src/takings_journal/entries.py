"""Finds and reads transactions in a journal that people edit too. Pure.

A transaction is ours by its metadata `takings: "…/transaction.N"`. Of others' it is read when they are and what they
bring in; what was changed by hand in ours is read as far as it can be.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from takings.plugin import ZERO
from takings_journal.syntax import ACCOUNT, CURRENCY, DATE, STRING, parse_date, unquote

#: The kind of operation that a transaction is, and the metadata that its key lives in.
KIND = "transaction"
KEY = "takings"

# A transaction ends where the indentation does. Its strings may run over several lines.
_ENTRY = re.compile(
    rf"^(?P<date>{DATE})[ \t]+(?:txn|[*!&#?%PSTCURM])(?:[ \t]+{STRING})*[^\n\"]*\n"
    r"(?P<body>(?:[ \t]+[^\n]*(?:\n|\Z))+)",
    re.MULTILINE | re.DOTALL,
)
_KEY = re.compile(rf'^[ \t]+{KEY}:[ \t]*"([^"\\\n]+/(?:undo_)?{KIND}\.\d+)"', re.MULTILINE)
_NUMBER = re.compile(rf"^[ \t]+number:[ \t]*({STRING})", re.MULTILINE)
_META = re.compile(rf"[ \t]+(?P<key>[a-z][A-Za-z0-9_-]*):[ \t]*(?P<value>{STRING}|[^;\n]*)")
_POSTING = re.compile(rf"[ \t]+(?:[*!&#?%PSTCURM][ \t]+)?(?P<account>{ACCOUNT})(?:[ \t]+(?P<amount>[^;\n]*\S))?")
_AMOUNT = re.compile(rf"(?P<number>[-+]?(?:\d[\d,]*\.?\d*|\.\d+))[ \t]*(?P<currency>{CURRENCY})(?![A-Za-z0-9])")


@dataclass(slots=True, kw_only=True)
class Posting:
    """A posting with its metadata; `amount` is None where none stands or it is not one plain number."""

    account: str
    amount: Decimal | None
    currency: str
    left_out: bool
    meta: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A transaction: `text` is all of it, up to the end of its last line. Others' have no `key`."""

    key: str
    day: date
    number: str
    text: str
    body: str

    def postings(self, currency: str) -> list[Posting]:
        """Read its postings; the one amount that may be left out is what the others leave."""
        postings: list[Posting] = []
        for line in self.body.split("\n"):
            if meta := _META.match(line):
                if postings:
                    postings[-1].meta.setdefault(meta["key"], _value(meta["value"]))
            elif found := _POSTING.match(line):
                postings.append(_posting(found["account"], found["amount"] or ""))
        open_ones = [one for one in postings if one.left_out]
        if len(open_ones) == 1 and all(one.currency == currency for one in postings if not one.left_out):
            rest = sum((one.amount or ZERO for one in postings), ZERO)
            open_ones[0].amount, open_ones[0].currency = -rest, currency
        return postings


def read_entries(text: str) -> Iterator[Entry]:
    """Yield our transactions in the order in which they stand."""
    return (one for one in read_all(text) if one.key)


def read_all(text: str) -> Iterator[Entry]:
    """Yield all transactions in the order in which they stand."""
    for found in _ENTRY.finditer(text):
        key, day = _KEY.search(found["body"]), parse_date(found["date"])
        if day:
            number = _NUMBER.search(found["body"])
            yield Entry(
                key=key[1] if key else "",
                day=day,
                number=unquote(number[1]) if number else "",
                text=found[0].rstrip("\n"),
                body=found["body"],
            )


def count_keys(text: str) -> Counter[str]:
    """Count our keys, also where the transaction around one can't be read any more: nothing is posted twice."""
    return Counter(_KEY.findall(text))


def read_amount(text: str) -> tuple[Decimal | None, str]:
    """Read a number with its currency from the beginning of a text; None where it is more than a number."""
    found = _AMOUNT.match(text)
    if found is None:
        return None, ""
    return Decimal(found["number"].replace(",", "")), found["currency"]


def _posting(account: str, text: str) -> Posting:
    amount, currency = read_amount(text)
    return Posting(account=account, amount=amount, currency=currency, left_out=not text)


def _value(text: str) -> str:
    return unquote(text) if text.startswith('"') else text.strip()


def brought_in(entry: Entry, currency: str) -> Decimal:
    """Return what a transaction of others brings into accounts below `Assets`, where takings come in.

    What only moves between these, like a deposit at the bank, comes to nothing.
    """
    mine = (one for one in entry.postings(currency) if one.currency == currency)
    return sum((one.amount or ZERO for one in mine if one.account.startswith("Assets:")), ZERO)


def name_of(entry: Entry) -> str:
    """Return what tells a transaction of others from all that say something else."""
    return f"by-hand/{hashlib.sha256(entry.text.encode()).hexdigest()[:16]}"
