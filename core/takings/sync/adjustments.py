"""Days that were decided to be adjusted: what has to be added to what stands, as candidates for planning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from takings.domain.adjusting import (
    adjustment,
    decode_content,
    is_nothing,
    left_of,
    named_customers,
)
from takings.domain.findings import Finding
from takings.domain.mapping import MappedDay, MappingTable
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import ask, columns, fields
from takings.store.states import DayState, Decision, OperationState
from takings.store.tables import Day
from takings.sync.approving import tells_of_payments
from takings.sync.assessing import assess
from takings.sync.changes import decided, lock_days
from takings.sync.encoding import encode_findings
from takings.sync.joint import Joint
from takings.sync.kept_tenders import standing_codes
from takings.sync.mapped import posted_content, units_of
from takings.sync.planning import Candidate
from takings.sync.records import load_day

_DAY, _OPERATION = fields(Day), fields(OperationRow)
_ANY_CHANGED = (
    columns(_DAY.id).where(_DAY.integration_id == bindparam("of"), _DAY.state == DayState.CHANGED.value).limit(1)
)


@dataclass(slots=True, kw_only=True)
class Adjusting:
    """What became of the days that wait to be adjusted: planned, held back with findings, or nothing to add.

    `read` has the record and the decision that each of them was read with.
    """

    candidates: list[Candidate] = field(default_factory=list)
    held: dict[int, tuple[Finding, ...]] = field(default_factory=dict)
    nothing: list[int] = field(default_factory=list)
    read: dict[int, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)


def load_adjustments(session: Session, joint: Joint, table: MappingTable) -> Adjusting:
    """Read the changed days that were decided to be adjusted."""
    found = Adjusting()
    if ask(session, _ANY_CHANGED, of=joint.integration.id).first() is None:
        return found
    query = select(Day).where(Day.integration_id == joint.integration.id, Day.state == DayState.CHANGED.value)
    for day in session.exec(query.order_by(col(Day.business_date), col(Day.sequence))):
        if decided(day) == Decision.ADJUST:
            _take(session, day, table, found=found)
    return found


def _take(session: Session, day: Day, table: MappingTable, *, found: Adjusting) -> None:
    assert day.id is not None
    found.read[day.id] = (day.record_id, day.decision)
    assessed = assess(load_day(session, day.record_id), table)
    if assessed.state is DayState.HELD:
        found.held[day.id] = assessed.findings
        return
    standing = posted_content(session, day, units_of(session, day), table=table)
    if standing is None:
        found.held[day.id] = (_unknown_posting(day),)
        return
    if standing.prices is not load_day(session, day.record_id).prices:
        found.held[day.id] = (_other_prices(day),)
        return
    if _other_customers(session, day):
        found.held[day.id] = (_customers_changed(day),)
        return
    whole = _whole(session, day.record_id, table)
    mapped = adjustment(standing, whole) if whole else None
    if mapped is None or is_nothing(mapped):
        found.nothing.append(day.id)
        return
    assert day.unit_id is not None
    found.candidates.append(
        Candidate(
            day_id=day.id,
            record_id=day.record_id,
            mapped=mapped,
            generation=day.generation + 1,
            adjusts=day.unit_id,
            whole=whole,
            decision=day.decision,
        )
    )


def _whole(session: Session, record_id: int, table: MappingTable) -> MappedDay | None:
    summary = load_day(session, record_id)
    mapped = assess(summary, table).mapped
    if mapped is None and summary.is_empty:
        return MappedDay(day=summary, lines=(), tenders=())
    return mapped


def load_left_adjustments(session: Session, units: Sequence[UnitRow], table: MappingTable) -> list[Candidate]:
    """Read what is left of units that adjust and are not posted whole, from the mapping as it is now."""
    found = []
    for unit in units:
        if unit.adjusts is None:
            continue
        row = unit.mapped[0]
        mapped, whole = _left(session, unit, row, table=table)
        if mapped is not None:
            found.append(
                Candidate(
                    day_id=row["day"],
                    record_id=row["record"],
                    mapped=mapped,
                    generation=unit.generation,
                    adjusts=unit.adjusts,
                    dated=unit.dated,
                    whole=whole,
                )
            )
    return found


def _left(
    session: Session, unit: UnitRow, row: dict[str, Any], *, table: MappingTable
) -> tuple[MappedDay | None, MappedDay | None]:
    """Return what is left of an adjustment, and the whole day that it leaves where nothing of it stands."""
    done = _done(session, unit)
    if done.isdisjoint(document["key"] for document in unit.documents):
        day = session.get_one(Day, row["day"])
        standing = posted_content(session, day, units_of(session, day), table=table, before=unit.generation)
        whole = _whole(session, row["record"], table)
        return (adjustment(standing, whole), whole) if standing and whole else (None, None)
    # What its document lacks is settled by it: a difference to what is mapped now might not fit it.
    summary = load_day(session, row["record"])
    if assess(summary, table).state is DayState.HELD:
        return None, None
    stands = standing_codes(row, unit.documents, done)
    return left_of(decode_content(row), summary, standing=stands, table=table), None


def _done(session: Session, unit: UnitRow) -> set[str]:
    rows = columns(_OPERATION.key).where(
        _OPERATION.unit_id == bindparam("unit"), _OPERATION.state == OperationState.DONE.value
    )
    return set(ask(session, rows, unit=unit.id).scalars())


def why_not_adjusted(session: Session, unit: UnitRow, day: Day, *, table: MappingTable) -> tuple[Finding, ...]:
    """Say why what is left of a unit that adjusts a day can't be read from the mapping as it is now."""
    record_id = next(row["record"] for row in unit.mapped if row["day"] == day.id)
    assessed = assess(load_day(session, record_id), table)
    if assessed.state is DayState.HELD:
        return assessed.findings
    standing = posted_content(session, day, units_of(session, day), table=table, before=unit.generation)
    return () if standing else (_unknown_posting(day),)


def settle_adjusting(session: Session, found: Adjusting, now: datetime) -> None:
    """Write what needs no posting: days that are held back say why, days with nothing to add are as posted.

    One that came again or was decided otherwise since it was read stays as it is.
    """
    days = [session.get_one(Day, id_) for id_ in (*found.held, *found.nothing)]
    lock_days(session, days)
    for day in days:
        assert day.id is not None
        # A record that came since says something else, whatever was decided of it: nobody has looked at it yet.
        if day.state != DayState.CHANGED or (day.record_id, day.decision) != found.read[day.id]:
            continue
        day.updated_at = now
        if day.id in found.held:
            day.findings = encode_findings(found.held[day.id])
        else:
            day.findings = [one for one in day.findings if tells_of_payments(one)]
            day.state, day.decision, day.posted_record_id = DayState.POSTED.value, {}, day.record_id
        session.add(day)


def _other_customers(session: Session, day: Day) -> bool:
    """Whether customers have documents for the day, and it says otherwise now what each of them took or paid."""
    has_documents = any(one.get("customer") for unit in units_of(session, day) for one in unit.documents)
    if not has_documents or day.posted_record_id is None:
        return False
    return named_customers(load_day(session, day.posted_record_id)) != named_customers(
        load_day(session, day.record_id)
    )


def _customers_changed(day: Day) -> Finding:
    name = f"{day.business_date.isoformat()}/{day.sequence}"
    return Finding(
        code="day.customers_changed",
        what=f"{name} says otherwise now what customers took on their house accounts, or paid on them",
        why="Each customer has a document of its own for the day, and a difference of several can't be one document",
        do="Decide to post the day anew, or to leave it",
        where="day",
        subject=name,
    )


def _other_prices(day: Day) -> Finding:
    name = f"{day.business_date.isoformat()}/{day.sequence}"
    return Finding(
        code="day.prices_changed",
        what=f"{name} was posted with tax in its amounts and now comes without, or the other way round",
        why="What differs between the two can't be written on one document, whose lines are all of one sort",
        do="Decide to post the day anew, or to leave it",
        where="day",
        subject=name,
    )


def _unknown_posting(day: Day) -> Finding:
    return Finding(
        code="day.posting_unknown",
        what=f"What was posted for {day.business_date.isoformat()}/{day.sequence} can't be told any more",
        why="An older version posted it and kept no mapping, and one of its codes has none now",
        do="Map its codes again, or post the day anew",
        where="map",
        subject=f"{day.business_date.isoformat()}/{day.sequence}",
    )
