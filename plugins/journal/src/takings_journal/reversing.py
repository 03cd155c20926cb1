"""The transaction that takes another one back: the same postings with the other sign. Pure.

A journal is added to and never cut: whoever keeps it in version control, or has read from it already, sees what was
posted and that it was taken back. The reversal is dated like the transaction, so that each day's balances are as
if nothing had been posted; where that date is closed, on the first open one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from takings.plugin import (
    Document,
    Inspection,
    Operation,
    Plan,
    PostedOperation,
    PostedUnit,
    Standing,
    Survey,
)
from takings_journal import findings
from takings_journal.entries import KIND


def plan_reversal(posted: PostedUnit, inspections: Mapping[str, Inspection], survey: Survey) -> Plan:
    """Decide how a unit's transaction is taken back; nothing where it stands no longer."""
    made = next((one for one in posted.operations if one.kind == KIND), None)
    found = inspections.get(made.key) if made else None
    if made is None or found is None or found.standing in (Standing.ABSENT, Standing.VOIDED):
        return Plan()
    if found.standing is Standing.SEVERAL:
        return Plan(findings=(findings.stands_twice(made.key),))
    if not _is_as_posted(made, found):
        return Plan(findings=(findings.edited(made.key),))
    day = date.fromisoformat(made.payload["date"])
    closed = survey.locked_through is not None and day <= survey.locked_through
    payload = _turned(made.payload, posted.dated if closed else day)
    operation = Operation(key=posted.operation_key(KIND), kind=KIND, payload=payload)
    documents = tuple(_mirrored(one, posted, operation) for one in posted.documents if one.key == made.key)
    return Plan(operations=(operation,), documents=documents)


def _mirrored(one: Document, posted: PostedUnit, operation: Operation) -> Document:
    """Return the reversal of a transaction as the journal is going to hold it."""
    return replace(
        one,
        key=operation.key,
        number=None,
        day=date.fromisoformat(operation.payload["date"]),
        total=-one.total,
        tax=-one.tax,
        lines=tuple(line.turned() for line in one.lines),
        payments=tuple(
            replace(payment, key=posted.operation_key(*_part(payment.key)), amount=-payment.amount)
            for payment in one.payments
        ),
        reverses=one.key,
    )


def _part(key: str) -> tuple[str, int]:
    """Return kind and number of what a key names."""
    kind, _, number = key.rpartition("/")[2].partition(".")
    return kind, int(number)


def _is_as_posted(made: PostedOperation, found: Inspection) -> bool:
    """Whether the transaction still moves what was posted: the reversal of anything else would leave a rest."""
    planned: dict[str, Decimal] = {}
    for one in made.payload["postings"]:
        part = one["part"].partition(".")[0]
        if part == "tender":
            planned[one["account"]] = planned.get(one["account"], Decimal(0)) + Decimal(one["amount"])
    held: dict[str, Decimal] = {}
    for payment in found.payments:
        held[payment.account] = held.get(payment.account, Decimal(0)) + payment.amount
    lines = -sum((Decimal(one["amount"]) for one in made.payload["postings"] if _is_line(one)), Decimal(0))
    return planned == held and lines == found.total


def _is_line(posting: Mapping[str, str]) -> bool:
    return posting["part"].partition(".")[0] in ("line", "tax")


def _turned(payload: Mapping[str, Any], day: date) -> dict[str, Any]:
    return {
        **payload,
        "date": day.isoformat(),
        "narration": f"Reverses: {payload['narration']}",
        "number": "",
        "postings": [_opposite(one) for one in payload["postings"]],
    }


def _opposite(posting: Mapping[str, str]) -> dict[str, str]:
    amounts = {name: f"{-Decimal(posting[name]):f}" for name in ("amount", "tax_amount") if name in posting}
    return {**posting, **amounts}
