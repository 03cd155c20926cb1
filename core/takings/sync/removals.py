"""What undos have taken out of the ledger: kept with the documents of a unit, which may stand in part for a while."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from sqlmodel import Session, col

from takings.domain.period import Period
from takings.plugin.documents import Operation
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import chunks, columns
from takings.store.states import OperationState, Purpose, UnitState

#: Names the operation that takes a document or a payment out of the ledger, in its stored form.
_MARK = "removed_by"


def with_removals(stored: Iterable[Mapping[str, Any]], operations: Iterable[Operation]) -> list[dict[str, Any]]:
    """Return a unit's documents with what is planned to remove them and their payments."""
    by = {key: operation.key for operation in operations for key in operation.removes}

    def marked(one: Mapping[str, Any]) -> dict[str, Any]:
        return {**one, _MARK: by[one["key"]]} if one["key"] in by else dict(one)

    return [{**marked(one), "payments": [marked(payment) for payment in one["payments"]]} for one in stored]


def without_removed_payments(session: Session, unit: UnitRow) -> list[dict[str, Any]]:
    """Return a unit's documents, those that stand without the payments that were removed from them."""
    gone = set(_removed(unit.documents, _done(session, [unit.id])))
    return [
        dict(one)
        if one["key"] in gone
        else {**one, "payments": [payment for payment in one["payments"] if payment["key"] not in gone]}
        for one in unit.documents
    ]


def load_removed(session: Session, integration_id: str, period: Period | None = None) -> set[str]:
    """Return the keys of documents and payments that are gone already, of units that are still being taken back."""
    query = columns(UnitRow.id, UnitRow.documents).where(
        UnitRow.integration_id == integration_id, UnitRow.state == UnitState.UNDOING.value
    )
    if period:
        query = query.where(UnitRow.first <= period.last, UnitRow.last >= period.first)
    units = session.execute(query).all()
    done = _done(session, [id_ for id_, _ in units])
    return {key for _, documents in units for key in _removed(documents, done)}


def _done(session: Session, unit_ids: Iterable[int | None]) -> set[str]:
    """Return the keys of what undos of these units have carried out."""
    found: set[str] = set()
    for some in chunks(unit_ids):
        rows = session.execute(
            columns(OperationRow.key).where(
                col(OperationRow.unit_id).in_(some),
                OperationRow.purpose == Purpose.UNDO.value,
                OperationRow.state == OperationState.DONE.value,
            )
        )
        found |= set(rows.scalars())
    return found


def _removed(documents: Iterable[Mapping[str, Any]], done: Container[str]) -> Iterator[str]:
    for document in documents:
        for one in (document, *document["payments"]):
            if one.get(_MARK) in done:
                yield one["key"]
