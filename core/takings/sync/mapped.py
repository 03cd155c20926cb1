"""What was mapped when a unit was posted: kept with it, so that a later difference is one to the ledger itself."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from takings.domain.adjusting import PostedContent, content_of, decode_content, encode_content, together
from takings.domain.mapping import MappedDay, MappingTable, map_day
from takings.domain.money import ZERO
from takings.domain.places import encode_places
from takings.store.journal import UnitRow
from takings.store.states import UnitState
from takings.store.tables import Day
from takings.sync.encoding import decode_document, encode_document
from takings.sync.kept_tenders import kept_tenders
from takings.sync.planning import Candidate, Planned
from takings.sync.records import load_day

#: The states of units of which something stands, or may: what is not made or removed again is told apart.
STANDING = (UnitState.POSTING.value, UnitState.PARTLY.value, UnitState.POSTED.value, UnitState.UNDOING.value)


def encode_mapped(planned: Planned) -> list[dict[str, Any]]:
    """Write what a unit posts for each of its days, with the record that it was read from."""
    return [
        {
            "day": one.day_id,
            "record": one.record_id,
            **encode_content(content_of(one.mapped)),
            **_places(one),
        }
        for one in planned.candidates
    ]


def _places(one: Candidate) -> dict[str, Any]:
    """Return where each line goes, which is kept beside what they come to; an adjustment says it of the whole day."""
    whole = one.mapped if one.adjusts is None else one.whole
    return {"places": encode_places(whole)} if whole else {}


def taken_of(unit: UnitRow) -> Decimal:
    """Return the takings in a unit: what its documents come to, or its lines, where nothing is paid on the documents.

    Those come to nothing where payment methods are lines. A unit of an older version kept its documents only.
    """
    documents = [decode_document(one, lines=False) for one in unit.documents]
    own = [one for one in documents if not one.customer and not one.reverses]
    if not unit.mapped or any(one.payments for one in own):
        return sum((one.sign * one.total for one in own), ZERO)
    on_top = sum((Decimal(row.get("tax", ZERO)) for row in unit.mapped), ZERO)
    return sum((Decimal(line["amount"]) for row in unit.mapped for line in row["lines"]), on_top)


def merge_mapped(unit: UnitRow, planned: Planned, done: set[str]) -> list[dict[str, Any]]:
    """Keep of a unit that is planned anew what stands in the ledger as it was posted, and take the rest anew."""
    new = encode_mapped(planned)
    stored = {row["day"]: row for row in unit.mapped}
    document_stands = any(document["key"] in done for document in unit.documents)
    if not document_stands or stored.keys() != {row["day"] for row in new}:
        return new
    tenders = kept_tenders(
        unit.mapped,
        new,
        posted=unit.documents,
        planned=[encode_document(one) for one in planned.plan.documents],
        done=done,
    )
    rows = ({name: value for name, value in row.items() if name not in ("tracked", "places")} for row in new)
    return [{**row, **_kept(stored[row["day"]]), "tenders": tenders[row["day"]]} for row in rows]


def _kept(old: dict[str, Any]) -> dict[str, Any]:
    on_top: dict[str, Any] = {
        name: old[name] for name in ("prices", "tax", "tax_lines", "tracked", "places") if name in old
    }
    return {**on_top, "lines": old["lines"]}


def posted_content(
    session: Session, day: Day, units: Iterable[UnitRow], *, table: MappingTable, before: int | None = None
) -> PostedContent | None:
    """Return what the ledger holds for a day by these units (of generations below `before`).

    A unit of an older version kept nothing: its day is mapped as it would be today. None where that can't be.
    """
    contents = []
    for unit in units:
        if before is not None and unit.generation >= before:
            continue
        kept = [row for row in unit.mapped if row["day"] == day.id]
        if kept:
            contents += [decode_content(row) for row in kept]
            continue
        assert day.posted_record_id is not None
        mapped = map_day(load_day(session, day.posted_record_id), table)
        if not isinstance(mapped, MappedDay):
            return None
        contents.append(content_of(mapped))
    return together(contents)


def units_of(session: Session, day: Day) -> list[UnitRow]:
    """Return the units of which something stands for a day: its own, and those that adjust it, in their order."""
    if day.unit_id is None:
        return []
    mine = (col(UnitRow.id) == day.unit_id) | (col(UnitRow.adjusts) == day.unit_id)
    query = select(UnitRow).where(mine, col(UnitRow.state).in_(STANDING)).order_by(col(UnitRow.generation))
    # What adjusts another day of the same document is no matter of this one.
    return [
        unit
        for unit in session.exec(query)
        if unit.adjusts is None or any(row["day"] == day.id for row in unit.mapped)
    ]


def days_of(session: Session, unit: UnitRow) -> list[Day]:
    """Return the days that a unit is for; of one that adjusts, the day that it adjusts."""
    if unit.adjusts is None:
        return list(session.exec(select(Day).where(Day.unit_id == unit.id)))
    return list(session.exec(select(Day).where(col(Day.id).in_([row["day"] for row in unit.mapped]))))
