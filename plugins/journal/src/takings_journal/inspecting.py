"""Transactions as they stand now, for planning beside them and for comparing ours with what was planned. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from takings.plugin import ZERO, InspectedPayment, Inspection, Standing, StandingDocument
from takings_journal.entries import KEY, Entry, Posting, brought_in, name_of, read_amount
from takings_journal.planning import LINE, OPEN, TAX, TENDER


def inspect_entries(key: str, entries: Sequence[Entry], times: int, *, currency: str) -> Inspection:
    """Say how a key stands: `entries` could be read, `times` says how often the key stands in the file at all."""
    if not times:
        return Inspection(key=key, standing=Standing.ABSENT)
    if times > 1:
        return Inspection(key=key, standing=Standing.SEVERAL)
    if not entries:
        return Inspection(key=key, standing=Standing.STANDS, status="can't be read")
    return _inspect(entries[0], currency)


def entry_total(entry: Entry, currency: str) -> Decimal:
    """Return what the transaction's lines come to, tax included."""
    return _inspect(entry, currency).total


def standing_document(entry: Entry, currency: str) -> StandingDocument:
    """Return a transaction as it is told to the core before a plan is made; others' by what they bring in."""
    if entry.key:
        total = entry_total(entry, currency)
        return StandingDocument(id=entry.key, number=entry.number, key=entry.key, day=entry.day, total=total)
    amount = brought_in(entry, currency)
    return StandingDocument(
        id=name_of(entry),
        number=entry.number,
        key="",
        day=entry.day,
        total=abs(amount),
        sign=-1 if amount < 0 else 1,
    )


def _inspect(entry: Entry, currency: str) -> Inspection:
    """Read the postings by what they say they are; one that says nothing was added by hand, and is a line."""
    unit, _, kind = entry.key.rpartition("/")
    undo = "undo_" if kind.startswith("undo_") else ""
    lines: dict[str, Decimal] = defaultdict(lambda: ZERO)
    payments: list[InspectedPayment] = []
    total = tax = ZERO
    for posting in entry.postings(currency):
        amount = posting.amount if posting.amount is not None and posting.currency == currency else ZERO
        part = posting.meta.get(KEY, "")
        kind = part.partition(".")[0]
        if kind == TENDER:
            key = f"{unit}/{undo}{part}"
            payments.append(InspectedPayment(id=key, key=key, account=posting.account, amount=amount))
            continue
        if kind == OPEN:
            continue
        total -= amount
        if kind == TAX:
            tax -= amount
        else:
            lines[posting.account] += (_tax_of(posting, currency) if kind == LINE else ZERO) - amount
    return Inspection(
        key=entry.key,
        standing=Standing.STANDS,
        number=entry.number,
        day=entry.day,
        total=total,
        tax=tax,
        lines=dict(lines),
        payments=tuple(payments),
    )


def _tax_of(posting: Posting, currency: str) -> Decimal:
    amount, stated = read_amount(posting.meta.get("tax-amount", ""))
    return amount if amount is not None and stated == currency else ZERO
