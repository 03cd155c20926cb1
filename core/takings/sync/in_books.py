"""Reads the documents that stand in the ledger, as far as they were made: for reports, which ask nobody.

What stands counts, whatever is being done about it: a document that is being posted or taken back is in the books
from its first operation to its last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select

from takings.domain.period import Period
from takings.plugin.documents import Document
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import columns
from takings.store.states import OperationState, UnitState
from takings.sync.encoding import decode_document
from takings.sync.mapped import STANDING
from takings.sync.opposites import is_reversed, standing_pairs
from takings.sync.removals import load_removed

#: States of units that nothing is being done about: what stands of them can be compared with the ledger.
AT_REST = (UnitState.POSTED.value, UnitState.PARTLY.value)

#: How long before the last day that it is for a document may be dated, and how long after it: one that is dated by
#: its close has the date of a close that came late.
_BEFORE, _AFTER = timedelta(days=3), timedelta(days=31)

#: How many units are read at once where all there ever were are.
_AT_ONCE = 200


def not_made(session: Session, integration_id: str, period: Period | None = None) -> set[str]:
    """Return the keys of what does not stand of these units: never made, refused, waiting, or removed since."""
    query = (
        columns(OperationRow.key)
        .join(UnitRow, col(UnitRow.id) == OperationRow.unit_id)
        .where(
            UnitRow.integration_id == integration_id,
            col(UnitRow.state).in_(STANDING),
            OperationRow.state != OperationState.DONE.value,
        )
    )
    if period:
        query = query.where(UnitRow.first <= period.last, UnitRow.last >= period.first)
    return set(session.execute(query).scalars()) | load_removed(session, integration_id, period)


def as_made(document: Document, lacking: Collection[str]) -> Document:
    """Return a document without the payments that were never made, or are gone."""
    made = tuple(one for one in document.payments if one.key not in lacking)
    return document if len(made) == len(document.payments) else replace(document, payments=made)


def made_of(documents: Collection[dict[str, Any]], number: str, lacking: Collection[str]) -> tuple[Document, ...]:
    """Return the documents of a unit that stand, as they were made, with the number that the ledger knows them by."""
    read = (as_made(decode_document(one), lacking) for one in documents if one["key"] not in lacking)
    return tuple(one if one.reverses else replace(one, number=one.number or number) for one in read)


def load_adjusting(session: Session, integration_id: str, period: Period) -> dict[int, tuple[Document, ...]]:
    """Read the documents that adjust the days of a period, by the days' ids: they are dated later than these.

    With them are those that were reversed when a day was taken back, each with its opposite.
    """
    units = session.exec(
        select(UnitRow)
        .where(
            UnitRow.integration_id == integration_id,
            col(UnitRow.adjusts).is_not(None),
            col(UnitRow.state).in_(STANDING),
            UnitRow.first >= period.first,
            UnitRow.last <= period.last,
        )
        .order_by(col(UnitRow.generation))
    ).all()
    found: dict[int, tuple[Document, ...]] = {}
    lacking = not_made(session, integration_id, period) if units else set()
    for unit in units:
        for row in unit.mapped:
            made = made_of(unit.documents, unit.number, lacking)
            found[row["day"]] = (*found.get(row["day"], ()), *made)
    for unit, pairs in _load_reversed(session, integration_id, period):
        for row in unit.mapped:
            found[row["day"]] = (*pairs, *found.get(row["day"], ()))
    return found


def _load_reversed(
    session: Session, integration_id: str, period: Period | None = None
) -> list[tuple[UnitRow, tuple[Document, ...]]]:
    """Read the units (for days of a period) that were taken back by opposite documents, with what stands of them."""
    query = select(UnitRow).where(UnitRow.integration_id == integration_id, is_reversed())
    if period:
        query = query.where(UnitRow.first <= period.last, UnitRow.last >= period.first)
    return [(unit, standing_pairs(unit)) for unit in session.exec(query.order_by(col(UnitRow.generation).desc()))]


def load_dated(session: Session, integration_id: str, period: Period) -> list[Document]:
    """Read the documents that are dated in a period, whichever days they are for: as the ledger lists them."""
    around = Period(_moved(period.first, -_AFTER), _moved(period.last, _BEFORE))
    by_days = col(UnitRow.dated).is_(None) & (UnitRow.first <= around.last) & (UnitRow.last >= around.first)
    by_date = (col(UnitRow.dated) >= period.first) & (col(UnitRow.dated) <= period.last)
    units = session.exec(
        select(UnitRow).where(
            UnitRow.integration_id == integration_id, col(UnitRow.state).in_(STANDING), by_days | by_date
        )
    ).all()
    lacking = not_made(session, integration_id) if units else set()
    made = [one for unit in units for one in made_of(unit.documents, unit.number, lacking)]
    made += [one for _, pairs in _load_reversed(session, integration_id) for one in pairs]
    return sorted((one for one in made if one.day in period), key=lambda one: (one.day, one.key))


def load_up_to(session: Session, integration_id: str, last: date) -> Iterator[Document]:
    """Yield the documents that are dated up to a day, since ever; a few are in memory at once."""
    by_days = col(UnitRow.dated).is_(None) & (UnitRow.first <= _moved(last, _BEFORE))
    query = columns(UnitRow.documents, UnitRow.number).where(
        UnitRow.integration_id == integration_id,
        col(UnitRow.state).in_(STANDING),
        by_days | (col(UnitRow.dated) <= last),
    )
    lacking = not_made(session, integration_id)
    for documents, number in session.execute(query.execution_options(yield_per=_AT_ONCE)):
        yield from (one for one in made_of(documents, number, lacking) if one.day <= last)
    for _, pairs in _load_reversed(session, integration_id):
        yield from (one for one in pairs if one.day <= last)


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day
