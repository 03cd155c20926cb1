"""Documents that reverse others which could not be voided: kept with the unit taken back, since both stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Text, type_coerce
from sqlmodel import Session, col

from takings.plugin.documents import Document
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import columns
from takings.store.states import OperationState, UnitState
from takings.sync.encoding import decode_document, encode_document

#: What tells such a document in its stored form.
_MARK = "reverses"


def is_reversed() -> ColumnElement[bool]:
    """Return the condition that a unit was taken back by documents that reverse its own."""
    # As text: a pattern compared with JSON would be written as JSON itself and match nothing.
    stored = type_coerce(col(UnitRow.documents), Text)
    return (col(UnitRow.state) == UnitState.UNDONE.value) & stored.like(f'%"{_MARK}"%')


def with_opposites(
    stored: Iterable[Mapping[str, Any]], planned: Iterable[Document], known: Iterable[str]
) -> list[dict[str, Any]]:
    """Return a unit's documents with those that are planned to reverse them; what was sent before (`known`) stays."""
    sent = set(known)
    kept = [dict(one) for one in stored if not one.get(_MARK) or one["key"] in sent]
    there = {one["key"] for one in kept}
    return kept + [encode_document(one) for one in planned if one.reverses and one.key not in there]


def without_opposites(stored: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a unit's documents where nothing was made to reverse them."""
    return [dict(one) for one in stored if not one.get(_MARK)]


def keep_as_made(session: Session, unit: UnitRow) -> None:
    """Give the opposite documents of a unit that was taken back their numbers, and leave out payments never made."""
    if not any(one.get(_MARK) for one in unit.documents):
        return
    query = columns(OperationRow.key, OperationRow.receipt, OperationRow.state).where(
        col(OperationRow.unit_id) == unit.id
    )
    receipts: dict[str, Mapping[str, str]] = {}
    lacking: set[str] = set()
    for key, receipt, state in session.execute(query):
        if state == OperationState.DONE.value:
            receipts[key] = receipt
        else:
            lacking.add(key)
    made = []
    for one in unit.documents:
        if one.get(_MARK) and one["key"] not in receipts:
            continue
        # A ledger may hold payments in the document itself: then they are no operations.
        paid = [payment for payment in one["payments"] if payment["key"] not in lacking]
        number = named_by(receipts[one["key"]]) if one.get(_MARK) else one["number"]
        made.append({**one, "payments": paid, "number": number})
    unit.documents = made


def named_by(receipt: Mapping[str, str]) -> str:
    """Return what the ledger knows a document by: its number, or its id where documents have none."""
    return receipt.get("number") or receipt.get("id", "")


def standing_pairs(unit: UnitRow) -> tuple[Document, ...]:
    """Return what stands of a unit that was taken back: the documents that were reversed, and their opposites."""
    documents = [decode_document(one) for one in unit.documents]
    reversed_ = {one.reverses for one in documents if one.reverses}
    return tuple(
        # What was reversed is no draft: one is removed.
        one if one.reverses else replace(one, number=one.number or unit.number, draft=False)
        for one in documents
        if one.reverses or one.key in reversed_
    )
