"""Writes down what is to be taken back before anything is sent, and what became of it afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, delete, select, update

from takings.domain.findings import Finding, errors
from takings.domain.mapping import MappingTable
from takings.store import audit
from takings.store.bulk import upsert
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, Decision, OperationState, Purpose, UnitState
from takings.store.tables import Day, Integration
from takings.sync.changes import decided, mark_changed, withdraw
from takings.sync.deciding import begin_anew, content_decision
from takings.sync.drift import forget_documents
from takings.sync.encoding import decode_findings, encode_findings
from takings.sync.intents import operation_values
from takings.sync.joint import Joint, load_table
from takings.sync.mapped import days_of, units_of
from takings.sync.opposites import keep_as_made, with_opposites, without_opposites
from takings.sync.removals import with_removals, without_removed_payments
from takings.sync.undoing import NOT_SETTLED, UndoPlanned, is_begun
from takings.sync.units import Progressed, unit_progress

_NOT_SENT = (OperationState.PLANNED.value, OperationState.REFUSED.value)

_UNIT = fields(UnitRow)
_ANY_UNDOING = (
    columns(_UNIT.id).where(_UNIT.integration_id == bindparam("of"), _UNIT.state == UnitState.UNDOING.value).limit(1)
)


def write_undo_intents(
    session: Session, joint: Joint, planned: Sequence[UndoPlanned], *, now: datetime, reposting: bool
) -> None:
    """Write the operations that take units back, in the session's transaction; what is done already stays done.

    What was planned by an earlier undo and never carried out is planned anew: the ledger may stand otherwise now.
    A day that is taken back without being posted anew keeps what was decided of its content, and forgets the rest.
    """
    rows: list[dict[str, Any]] = []
    for one in planned:
        unit = session.get_one(UnitRow, one.unit.id)
        known = _forget_what_was_not_done(session, unit)
        unit.state, unit.updated_at = UnitState.UNDOING.value, now
        documents = with_opposites(unit.documents, one.plan.documents, known)
        unit.documents = with_removals(documents, one.plan.operations)
        session.add(unit)
        rows += [
            operation_values(joint, operation, unit_id=unit.id, state=OperationState.PLANNED, purpose=Purpose.UNDO)
            for operation in one.plan.operations
            if operation.key not in known
        ]
        mine = days_of(session, unit)
        # A document is posted anew whole: what was decided of one of its days goes for all of them.
        decisions = [day.decision for day in mine if decided(day) == Decision.REPOST]
        for day in mine:
            day.state, day.updated_at = DayState.UNDOING.value, now
            if not reposting:
                day.decision = content_decision(day)
            elif decisions and decided(day) != Decision.REPOST:
                day.decision = {**decisions[0], "record": day.record_id, "before": content_decision(day)}
            session.add(day)
    session.flush()
    upsert(session, OperationRow, rows, key=("organisation", "key"), update=())


def resume_undos(session: Session, joint: Joint, anew: Collection[int] = ()) -> list[int]:
    """Let what an earlier undo planned and did not send be looked up, then sent; returns the ids of its units.

    Looked up first: a database put back from a copy does not know what was sent since. What is planned `anew` is
    left out.
    """
    ids = [unit.id for unit in _undoing(session, joint) if unit.id is not None and unit.id not in anew]
    resumed: set[int] = set()
    for some in chunks(ids):
        waiting = (
            col(OperationRow.unit_id).in_(some),
            col(OperationRow.purpose) == Purpose.UNDO.value,
            col(OperationRow.state) == OperationState.PLANNED.value,
        )
        resumed |= set(session.execute(columns(OperationRow.unit_id).where(*waiting)).scalars())
        session.connection().execute(update(OperationRow).where(*waiting).values(state=OperationState.UNKNOWN.value))
    return sorted(resumed)


def _forget_what_was_not_done(session: Session, unit: UnitRow) -> set[str]:
    session.execute(
        delete(OperationRow).where(
            col(OperationRow.unit_id) == unit.id,
            col(OperationRow.purpose) == Purpose.UNDO.value,
            col(OperationRow.state).in_(_NOT_SENT),
        )
    )
    return set(session.exec(select(OperationRow.key).where(OperationRow.unit_id == unit.id)))


@dataclass(slots=True, kw_only=True)
class Finished:
    """The ids of units that were taken back, and why others, which were to be posted anew, are left as they were.

    `documents` counts those that were taken back.
    """

    undone: list[int] = field(default_factory=list)
    documents: int = 0
    refused: list[Finding] = field(default_factory=list)


def finish_undos(
    session: Session, joint: Joint, now: datetime, *, for_good: bool = True, by: tuple[str, str] = ("journal", "")
) -> Finished:
    """Mark units of which nothing is left to take back as undone, the others by how far they are; returns both.

    One of which the ledger refused everything is as it was posted before; not yet where another way is still to be
    tried, so that this is not `for_good`. `by` is who asked for it, and the id of the run.
    """
    units, finished = _undoing(session, joint), Finished()
    if not units:
        return finished
    ids = [unit.id for unit in units if unit.id is not None]
    progress, left = unit_progress(session, ids, purpose=Purpose.UNDO), _left(session, ids)
    days: list[Day] = []
    for unit in units:
        assert unit.id is not None
        far = progress.get(unit.id, Progressed(done=[], refused=[], unsettled=0))
        mine = days_of(session, unit)
        if not left.get(unit.id):
            _end(session, joint, unit, now=now, by=by)
            finished.undone.append(unit.id)
            days += mine
        elif far.refused and for_good:
            finished.refused += _place_refused(session, unit, mine, far=far, now=now)
    session.flush()
    stood = [document for unit in units if unit.id in finished.undone for document in unit.documents]
    finished.documents = sum(1 for document in stood if not document.get("reverses"))
    gone = [document["key"] for document in stood]
    if gone:
        forget_documents(session, session.get_one(Integration, joint.integration.id), gone)
    _finish_days(session, joint, days, table=load_table(session, joint), now=now)
    mark_changed(session, joint.integration.id, now)
    return finished


def _place_refused(
    session: Session, unit: UnitRow, days: Sequence[Day], *, far: Progressed, now: datetime
) -> tuple[Finding, ...]:
    """Leave a unit half taken back, or as it was; returns why, where that ends its being posted anew."""
    if far.unsettled or far.done or _is_base_going(session, unit):
        _tell_days(session, days, far.refused, now=now)
        return ()
    told = decode_findings(far.refused) if any(_is_reposted(day) for day in days) else ()
    _give_up(session, unit, days, refused=far.refused, now=now)
    return told


def _is_base_going(session: Session, unit: UnitRow) -> bool:
    """Whether what a unit adjusts is taken back, or may be: then the unit can't stand alone."""
    if unit.adjusts is None:
        return False
    return session.get_one(UnitRow, unit.adjusts).state in (UnitState.UNDOING.value, UnitState.UNDONE.value)


def _tell_days(session: Session, days: Iterable[Day], findings: list[dict[str, str]], *, now: datetime) -> None:
    for day in days:
        day.findings, day.updated_at = findings, now
        session.add(day)


def _is_any_undoing(session: Session, joint: Joint) -> bool:
    return ask(session, _ANY_UNDOING, of=joint.integration.id).first() is not None


def _undoing(session: Session, joint: Joint) -> list[UnitRow]:
    if not _is_any_undoing(session, joint):
        return []
    query = select(UnitRow).where(
        UnitRow.integration_id == joint.integration.id, UnitRow.state == UnitState.UNDOING.value
    )
    # What adjusts others comes after these: whether it can stay depends on them.
    return sorted(session.exec(query), key=lambda unit: unit.adjusts is not None)


def _left(session: Session, unit_ids: Sequence[int]) -> dict[int, int]:
    """Count the operations of undos that are not done, by their units."""
    found: dict[int, int] = {}
    for some in chunks(unit_ids):
        rows = session.exec(
            select(OperationRow.unit_id).where(
                col(OperationRow.unit_id).in_(some),
                OperationRow.purpose == Purpose.UNDO.value,
                OperationRow.state != OperationState.DONE.value,
            )
        )
        for unit_id in rows:
            if unit_id is not None:
                found[unit_id] = found.get(unit_id, 0) + 1
    return found


def _end(session: Session, joint: Joint, unit: UnitRow, *, now: datetime, by: tuple[str, str]) -> None:
    """Mark a unit as taken back; what of it was never posted is forgotten."""
    unit.state, unit.updated_at = UnitState.UNDONE.value, now
    unit.documents = without_removed_payments(session, unit)
    keep_as_made(session, unit)
    session.add(unit)
    session.execute(
        delete(OperationRow).where(
            col(OperationRow.unit_id) == unit.id, col(OperationRow.state) != OperationState.DONE.value
        )
    )
    audit.record(
        session,
        at=now,
        owner=unit.owner,
        principal=by[0],
        action="unit.undone",
        integration_id=joint.integration.id,
        request_id=by[1],
        details={"key": unit.key, "number": unit.number, "first": unit.first.isoformat()},
    )


def _give_up(
    session: Session, unit: UnitRow, days: Iterable[Day], *, refused: list[dict[str, str]], now: datetime
) -> None:
    """Leave a unit of which nothing could be taken back as it was; its refusals stay known to the next undo."""
    session.execute(
        delete(OperationRow).where(
            col(OperationRow.unit_id) == unit.id,
            col(OperationRow.purpose) == Purpose.UNDO.value,
            col(OperationRow.state) == OperationState.PLANNED.value,
        )
    )
    open_ = session.exec(
        select(OperationRow.id)
        .where(
            OperationRow.unit_id == unit.id,
            OperationRow.purpose == Purpose.POST.value,
            OperationRow.state != OperationState.DONE.value,
        )
        .limit(1)
    ).first()
    unit.state, unit.updated_at = (UnitState.POSTED if open_ is None else UnitState.PARTLY).value, now
    unit.documents = without_opposites(unit.documents)
    session.add(unit)
    for day in days:
        if _is_reposted(day):
            withdraw(session, day, refused, now=now)
        elif day.state == DayState.UNDOING.value:
            day.state = (DayState.POSTED if open_ is None else DayState.PARTLY).value
            day.findings, day.updated_at = refused, now
            session.add(day)


def _finish_days(session: Session, joint: Joint, days: Sequence[Day], *, table: MappingTable, now: datetime) -> None:
    """Bring days up to date of which a unit was taken back."""
    for day in {one.id: one for one in days}.values():
        standing = units_of(session, day)
        if any(unit.state == UnitState.UNDOING.value for unit in standing):
            continue
        if any(unit.id == day.unit_id for unit in standing):  # only what adjusted it was taken back
            kept = [row["record"] for unit in standing for row in unit.mapped if row["day"] == day.id]
            day.state, day.findings, day.updated_at = DayState.POSTED.value, [], now
            day.posted_record_id = kept[-1] if kept else day.posted_record_id
            day.decision = _taken_back(day, now)
        elif _is_reposted(day):
            begin_anew(session, joint, day, table=table, now=now)
        else:
            day.state, day.findings, day.updated_at = DayState.UNDONE.value, [], now
            day.decision = content_decision(day)
        session.add(day)
    session.flush()


def _taken_back(day: Day, now: datetime) -> dict[str, Any]:
    """Return the decision of a day whose adjustment was taken back: no policy adjusts it again unasked."""
    if day.record_id == day.posted_record_id:
        return {}
    return {
        "decision": Decision.RECONSIDER.value,
        "record": day.record_id,
        "by": "undo",
        "at": now.isoformat(),
        "reason": "What adjusted the day was taken back",
        "account": "",
    }


def _is_reposted(day: Day) -> bool:
    """Whether a day is taken back to be posted anew: as the source says it by then, whatever revision that is."""
    return day.decision.get("decision") == Decision.REPOST.value


def hold_reposts(session: Session, planned: Sequence[UndoPlanned], now: datetime) -> None:
    """Leave days that can't be posted anew as they are, with what says why; what only waits is tried again.

    One that is taken back in part already stays decided: each sync tries it again.
    """
    for one in planned:
        if all(found.code == NOT_SETTLED for found in errors(one.findings)):
            continue
        found = encode_findings(errors(one.findings))
        mine = days_of(session, session.get_one(UnitRow, one.unit.id))
        if is_begun(one.unit):
            _tell_days(session, mine, found, now=now)
            continue
        for day in mine:
            if decided(day) == Decision.REPOST:
                withdraw(session, day, found, now=now)
    session.flush()
