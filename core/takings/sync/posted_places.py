"""Reads where what was posted of days went, and which accounts payment methods were received in: for reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session, col

from takings.domain.adjusting import decode_content
from takings.domain.catalogue import DimensionKind
from takings.domain.mapping import LedgerRef, MappingTable
from takings.domain.period import Period
from takings.domain.places import Posted, decode_places, tender_places
from takings.store.journal import UnitRow
from takings.store.query import columns
from takings.sync.mapped import STANDING
from takings.sync.opposites import is_reversed


def load_posted_places(session: Session, integration_id: str, period: Period) -> dict[int, Posted]:
    """Read where the days of a period stand in the ledger, by their ids; nothing of days that stand nowhere."""
    query = columns(UnitRow.mapped).where(
        UnitRow.integration_id == integration_id,
        col(UnitRow.state).in_(STANDING),
        UnitRow.first <= period.last,
        UnitRow.last >= period.first,
    )
    return places_of(session.execute(query.order_by(col(UnitRow.generation))).scalars())


def places_of(kept: Iterable[list[dict[str, Any]]]) -> dict[int, Posted]:
    """Return where days stand by what their units kept, given in the order of generations, by the days' ids."""
    rows: dict[int, list[dict[str, Any]]] = {}
    for mapped in kept:
        for row in mapped:
            rows.setdefault(row["day"], []).append(row)
    return {day: _posted(some) for day, some in rows.items()}


def _posted(rows: list[dict[str, Any]]) -> Posted:
    """The last posting that says where each line goes says it of the whole day; payment methods add up."""
    said = [row["places"] for row in rows if "places" in row]
    return Posted(
        record=rows[-1]["record"],
        lines=decode_places(said[-1]) if said else None,
        tenders=tender_places(one for row in rows for one in decode_content(row).tenders),
    )


def load_received(
    session: Session, integration_id: str, table: MappingTable, *, period: Period | None = None
) -> dict[str, LedgerRef]:
    """Read the accounts that payment methods are received in, by their ids: those mapped now, and those posted to.

    Without a period that is every account that was ever posted to: it keeps its balance.
    """
    query = columns(UnitRow.mapped, UnitRow.documents).where(
        UnitRow.integration_id == integration_id, col(UnitRow.state).in_(STANDING) | is_reversed()
    )
    if period:
        query = query.where(UnitRow.first <= period.last, UnitRow.last >= period.first)
    found = {one.ref.id: one.ref for one in table.entries(DimensionKind.TENDER) if one.ref}
    for mapped, documents in session.execute(query):
        for ref in (*_of_tenders(mapped), *_of_payments(documents)):
            if ref["id"] not in found:
                found[ref["id"]] = LedgerRef(**ref)
    return found


def _of_tenders(mapped: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, str]]:
    return (one["account"] for row in mapped for one in row["tenders"] if one["account"])


def _of_payments(documents: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, str]]:
    return (one["account"] for document in documents for one in document["payments"])
