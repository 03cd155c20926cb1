"""Marks units as posted when all their operations stand, and brings their days and numbers up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from sqlalchemy import Text, bindparam, type_coerce
from sqlmodel import Session, col, select

from takings.store.bulk import update_many
from takings.store.journal import NumberRow, OperationRow, UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, OperationState, Purpose, UnitState
from takings.store.tables import Day
from takings.sync.approving import finish_payments, tells_of_payments
from takings.sync.changes import mark_changed
from takings.sync.intents import open_units
from takings.sync.joint import Joint
from takings.sync.operations import load_receipts
from takings.sync.opposites import named_by
from takings.sync.units import Progressed, refused_shared, release, set_days, set_partly, unit_progress

_UNIT, _OPERATION = fields(UnitRow), fields(OperationRow)
_UNDONE = columns(_OPERATION.id).where(
    _OPERATION.unit_id == _UNIT.id,
    _OPERATION.state != OperationState.DONE.value,
    _OPERATION.purpose == Purpose.POST.value,
)
_OPENED = columns(_UNIT.id, _UNIT.key, _UNIT.number, ~_UNDONE.exists(), _UNIT.state).where(
    _UNIT.integration_id == bindparam("of"), _UNIT.state.in_((UnitState.POSTING.value, UnitState.PARTLY.value))
)


def finish_units(session: Session, joint: Joint, now: datetime) -> list[int]:
    """Mark units whose operations are all done as posted, the others by how far they are; returns the posted ids."""
    opened = _opened(session, joint)
    whole = {id_: (key, number) for id_, key, number, is_whole, _ in opened if is_whole}
    if whole:
        _finish(session, joint, whole, now=now)
        # What kept a part of them back does no longer.
        mended = [id_ for id_, *_, state in opened if id_ in whole and state == UnitState.PARTLY.value]
        set_days(session, mended, DayState.POSTED, findings=[], now=now)
    if len(whole) < len(opened):
        _place_others(session, joint, now)
    finish_payments(session, joint, now)
    session.flush()
    mark_changed(session, joint.integration.id, now)
    return list(whole)


def _opened(session: Session, joint: Joint) -> list[tuple[int, str, str, bool, str]]:
    """Return id, key and number of the units that are not posted whole, whether every operation stands, and state."""
    return [tuple(row) for row in ask(session, _OPENED, of=joint.integration.id)]


def _finish(session: Session, joint: Joint, whole: dict[int, tuple[str, str]], *, now: datetime) -> None:
    numbers = _numbers_given(session, list(whole))
    given = {id_: next(iter(found.values())) for id_, found in numbers.items()}
    given |= _name_each(session, {id_: found for id_, found in numbers.items() if len(found) > 1})
    given |= _ids_given(session, joint, [id_ for id_, (_, number) in whole.items() if not (number or given.get(id_))])
    update_many(
        session,
        UnitRow,
        [
            {"id": id_, "state": UnitState.POSTED.value, "number": given.get(id_) or number, "updated_at": now}
            for id_, (_, number) in whole.items()
        ],
        columns=("state", "number", "updated_at"),
    )
    set_days(session, list(whole), DayState.POSTED, findings=None, now=now)
    _finish_adjusted(session, list(whole), now)
    table = NumberRow.__table__  # type: ignore[attr-defined]
    for keys in chunks(key for key, _ in whole.values()):
        session.connection().execute(
            table.update()
            .where(table.c.organisation == joint.organisation, table.c.unit_key.in_(keys))
            .values(state="used")
        )


def _finish_adjusted(session: Session, unit_ids: Sequence[int], now: datetime) -> None:
    """Let the days of units that adjust be posted as the record says that was adjusted to."""
    for some in chunks(unit_ids):
        for unit in session.exec(select(UnitRow).where(col(UnitRow.id).in_(some), col(UnitRow.adjusts).is_not(None))):
            for row in unit.mapped:
                day = session.get_one(Day, row["day"])
                # What is left of it is told with the day: payments that wait for approval.
                day.findings = [one for one in day.findings if tells_of_payments(one)]
                day.state, day.updated_at = DayState.POSTED.value, now
                day.posted_record_id, day.decision = row["record"], {}
                session.add(day)
    session.flush()


def _numbers_given(session: Session, unit_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the numbers that the ledger gave by the keys of their operations, from the receipts that have one."""
    numbers: dict[int, dict[str, str]] = {}
    # As text: a pattern compared with JSON would be written as JSON itself and match nothing.
    receipt = type_coerce(OperationRow.__table__.c.receipt, Text)  # type: ignore[attr-defined]
    for some in chunks(unit_ids):
        rows = session.execute(
            columns(OperationRow.unit_id, OperationRow.key, OperationRow.receipt).where(
                col(OperationRow.unit_id).in_(some),
                receipt.like('%"number":%'),
                OperationRow.purpose == Purpose.POST.value,
            )
        )
        for unit_id, key, found in rows:
            if found.get("number"):
                numbers.setdefault(unit_id, {})[key] = found["number"]
    return numbers


def _ids_given(session: Session, joint: Joint, unit_ids: Sequence[int]) -> dict[int, str]:
    """Return the ledger's ids of the first documents of units that have no number at all."""
    first: dict[int, str] = {}
    for some in chunks(unit_ids):
        rows = session.execute(columns(UnitRow.id, UnitRow.documents).where(col(UnitRow.id).in_(some)))
        first |= {id_: documents[0]["key"] for id_, documents in rows if documents}
    receipts = load_receipts(session, joint.organisation, first.values())
    return {id_: named_by(receipts[key]) for id_, key in first.items() if key in receipts}


def _name_each(session: Session, numbers: Mapping[int, Mapping[str, str]]) -> dict[int, str]:
    """Keep with each document of units that have several the number that it got; returns that of their first one."""
    first: dict[int, str] = {}
    rows = []
    for some in chunks(numbers):
        for id_, documents in session.execute(
            columns(UnitRow.id, UnitRow.documents).where(col(UnitRow.id).in_(some))
        ):
            named = [{**one, "number": numbers[id_].get(one["key"]) or one["number"]} for one in documents]
            first |= {id_: named[0]["number"]} if named and named[0]["number"] else {}
            rows.append({"id": id_, "documents": named})
    update_many(session, UnitRow, rows, columns=("documents",))
    return first


def _place_others(session: Session, joint: Joint, now: datetime) -> None:
    units = open_units(session, joint)
    if not units:
        return
    ids = [unit.id for unit in units if unit.id is not None]
    progress = unit_progress(session, ids, refused_shared(session, joint))
    standing = []
    for unit in units:
        assert unit.id is not None
        far = progress.get(unit.id, Progressed(done=[], refused=[], unsettled=0))
        if far.done:
            # Where nothing was refused, what held the rest back when it was planned anew goes on being told.
            if far.refused or unit.state != UnitState.PARTLY.value:
                set_partly(session, unit, far.refused, now=now)
            unit.state = UnitState.PARTLY.value
        elif far.refused and not far.unsettled:
            release(session, unit, far.refused, now=now)
            continue
        unit.updated_at = now
        session.add(unit)
        if far.done:
            standing.append(unit)
    done = {key for far in progress.values() for key in far.done}
    _name_standing(session, joint, standing, done=done)


def _name_standing(session: Session, joint: Joint, units: Sequence[UnitRow], *, done: Set[str]) -> None:
    """Give units of which a part stands, and those of their documents that stand, what the ledger calls them by."""
    keys = [
        one["key"]
        for unit in units
        for one in unit.documents
        if one["key"] in done and not one["number"] and (len(unit.documents) > 1 or not unit.number)
    ]
    if not keys:
        return
    names = {key: named_by(receipt) for key, receipt in load_receipts(session, joint.organisation, keys).items()}
    for unit in units:
        named = [{**one, "number": names.get(one["key"], one["number"])} for one in unit.documents]
        unit.number = unit.number or named[0]["number"] or ""
        if len(named) > 1:  # one alone is called by its unit's number
            unit.documents = named
        session.add(unit)
