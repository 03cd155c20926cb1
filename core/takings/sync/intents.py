"""Writes down what will be posted before anything is sent: numbers, units, operations, and the days they are for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert
from sqlmodel import Session, col, select

from takings.domain.day import DayKey
from takings.domain.findings import Finding, Severity, errors
from takings.plugin.documents import Operation
from takings.store.bulk import update_many, upsert
from takings.store.journal import NumberRow, OperationRow, UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, OperationState, Purpose, UnitState
from takings.store.tables import Day, Integration
from takings.sync.encoding import encode_document, encode_findings
from takings.sync.joint import Joint
from takings.sync.mapped import encode_mapped
from takings.sync.meanwhile import leave_out_others, same_as_read
from takings.sync.planning import Planned
from takings.sync.rechecking import release_held

#: How many units become rows at once: those of a year would be more than all else that a run holds.
_AT_ONCE = 50

#: In these states a day can be held by what was found when it was planned.
_HOLDABLE = (DayState.PENDING, DayState.HELD)

_UNIT, _DAY, _INTEGRATION = fields(UnitRow), fields(Day), fields(Integration)
_TAKEN = columns(_UNIT.key).where(
    _UNIT.organisation == bindparam("organisation"),
    _UNIT.integration_id != bindparam("of"),
    _UNIT.state != UnitState.UNDONE.value,
    _UNIT.key.in_(bindparam("keys", expanding=True)),
)
_DAYS_ELSEWHERE = (
    columns(_DAY.site, _DAY.business_date, _DAY.sequence)
    .join(_UNIT.id.table, _UNIT.id == _DAY.unit_id)
    .join(_INTEGRATION.id.table, _INTEGRATION.id == _DAY.integration_id)
    .where(
        _UNIT.organisation == bindparam("organisation"),
        _UNIT.state != UnitState.UNDONE.value,
        _INTEGRATION.id != bindparam("of"),
        _INTEGRATION.source_component == bindparam("source"),
        _DAY.business_date.between(bindparam("first"), bindparam("last")),
    )
)
_OPEN_UNITS = (
    select(UnitRow)
    .where(
        UnitRow.integration_id == bindparam("of"),
        col(UnitRow.state).in_((UnitState.POSTING.value, UnitState.PARTLY.value)),
    )
    .order_by(col(UnitRow.first))
)


def hold(session: Session, planned: Sequence[Planned], now: datetime, *, mended: Collection[int] = ()) -> None:
    """Hold the days of units that must not be posted, with what says why; a day to be adjusted stays changed.

    Of the days that were held before (`mended`, by their ids) those wait again that nothing holds any more. One that
    a lost database took back is undone: what it is posted anew as comes after what stands. Days that came otherwise
    since they were read, or were decided about, stay as they are.
    """
    held = [one for one in planned if one.held]
    read = (candidate for one in planned if one.held or mended for candidate in one.candidates)
    same = same_as_read(session, read, waiting=_HOLDABLE)
    _mark_undone(session, [one for one in held if one.is_taken_back], same, now=now)
    rows = [
        {
            "id": candidate.day_id,
            "state": (DayState.HELD if candidate.adjusts is None else DayState.CHANGED).value,
            "findings": encode_findings(one.findings),
            "updated_at": now,
        }
        for one in held
        if not one.is_taken_back
        for candidate in one.candidates
        if candidate.day_id in same
    ]
    update_many(session, Day, rows, columns=("state", "findings", "updated_at"))
    # The number stays with its unit, and an unused one says why.
    numbers = [{**one.reservation, "reason": str(errors(one.findings)[0])} for one in held if one.reservation]
    upsert(session, NumberRow, numbers, key=("organisation", "unit_key"), update=())
    free = [candidate.day_id for one in planned if not one.held for candidate in one.candidates]
    release_held(session, [id_ for id_ in free if id_ in mended and id_ in same], now)


def _mark_undone(session: Session, planned: Sequence[Planned], same: Collection[int], *, now: datetime) -> None:
    rows = [
        {
            "id": candidate.day_id,
            "state": DayState.UNDONE.value,
            "findings": encode_findings(tuple(replace(found, severity=Severity.INFO) for found in one.findings)),
            "generation": one.unit.generation,
            "updated_at": now,
        }
        for one in planned
        for candidate in one.candidates
        if candidate.day_id in same
    ]
    update_many(session, Day, rows, columns=("state", "findings", "generation", "updated_at"))


def posted_elsewhere(session: Session, joint: Joint, planned: Sequence[Planned]) -> list[Planned]:
    """Hold units that another integration posts to the same organisation: one venue's day stands there once."""
    keys = [one.unit.key for one in planned]
    mine = {"organisation": joint.organisation, "of": joint.integration.id}
    taken: set[str] = set()
    for some in chunks(keys):
        taken |= set(ask(session, _TAKEN, **mine, keys=some).scalars())
    days = _days_elsewhere(session, joint, planned)
    return [
        replace(one, findings=(*one.findings, _elsewhere(one)))
        if one.unit.key in taken or any(candidate.key in days for candidate in one.candidates)
        else one
        for one in planned
    ]


def _days_elsewhere(session: Session, joint: Joint, planned: Sequence[Planned]) -> set[DayKey]:
    """Return the closes of this source that another integration has in a document of the same organisation.

    It may combine them otherwise, and then the keys of its units are others.
    """
    if not planned:
        return set()
    rows = ask(
        session,
        _DAYS_ELSEWHERE,
        organisation=joint.organisation,
        of=joint.integration.id,
        source=joint.integration.source_component,
        first=min(one.first for one in planned),
        last=max(one.last for one in planned),
    )
    return {
        DayKey(site=site, business_date=business_date, sequence=sequence) for site, business_date, sequence in rows
    }


def _elsewhere(planned: Planned) -> Finding:
    return Finding(
        code="unit.posted_elsewhere",
        what=f"{planned.candidates[0].key} is posted to this organisation by another integration",
        why="Two integrations of one venue would post its takings twice",
        do="Use one of the two. To post the day here, undo it there first; else decide here that it is never posted",
        where="review",
        subject=planned.unit.key,
    )


def write_intents(
    session: Session, joint: Joint, planned: Sequence[Planned], *, run_id: str, now: datetime
) -> tuple[Finding, ...]:
    """Write numbers, units and operations of these plans in the session's transaction.

    Operations of a unit that stands in the ledger already are looked up there before anything is sent. Of a unit with
    a day that came otherwise since it was read, or was decided about, nothing is written; returns what says so.
    """
    planned, told = leave_out_others(session, planned)
    shared: dict[str, dict[str, Any]] = {}
    for some in chunks(planned, _AT_ONCE):
        ids = _insert_units(session, joint, some, run_id=run_id, now=now)
        rows = _operations(joint, some, ids)
        upsert(session, OperationRow, list(rows.values()), key=("organisation", "key"), update=())
        _mark_days(session, some, ids, now=now)
        for key, row in rows.items():
            if row["unit_id"] is None:
                shared.setdefault(key, row)
    _plan_shared_anew(session, joint, list(shared.values()))
    return told


def write_shared(session: Session, joint: Joint, operations: Sequence[Operation]) -> None:
    """Write operations that a half-done unit shares with others, and let those the ledger refused be tried again.

    Like the rest of the unit they are looked up before they are sent.
    """
    rows = [planned_values(joint, one, unit_id=None, state=OperationState.UNKNOWN) for one in operations]
    upsert(session, OperationRow, rows, key=("organisation", "key"), update=())
    _plan_shared_anew(session, joint, rows)


def _operations(joint: Joint, planned: Sequence[Planned], ids: Sequence[int]) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for one, unit_id in zip(planned, ids, strict=True):
        state = OperationState.UNKNOWN if one.stands else OperationState.PLANNED
        for operation in one.plan.operations:
            own = operation.key.startswith(one.unit.key + "/")
            rows.setdefault(
                operation.key, planned_values(joint, operation, unit_id=unit_id if own else None, state=state)
            )
    return rows


def _mark_days(session: Session, planned: Sequence[Planned], ids: Sequence[int], *, now: datetime) -> None:
    days = [
        {
            "id": candidate.day_id,
            "state": DayState.POSTING.value,
            "unit_id": unit_id,
            "posted_record_id": candidate.record_id,
            "generation": one.unit.generation,
            "findings": encode_findings(one.findings),
            "updated_at": now,
        }
        for one, unit_id in zip(planned, ids, strict=True)
        for candidate in one.candidates
    ]
    adjusted = {candidate.day_id for one in planned for candidate in one.candidates if candidate.adjusts is not None}
    columns_ = ("state", "generation", "findings", "updated_at")
    # What was posted stays what it was until the adjustment stands.
    update_many(
        session,
        Day,
        [{name: row[name] for name in ("id", *columns_)} for row in days if row["id"] in adjusted],
        columns=columns_,
    )
    update_many(
        session,
        Day,
        [row for row in days if row["id"] not in adjusted],
        columns=(*columns_, "unit_id", "posted_record_id"),
    )


def _plan_shared_anew(session: Session, joint: Joint, shared: Sequence[dict[str, Any]]) -> None:
    """Let what units share and the ledger refused before be tried again, looked up first where it may stand."""
    if not shared:
        return
    refused = session.exec(
        select(OperationRow).where(
            OperationRow.organisation == joint.organisation,
            OperationRow.state == OperationState.REFUSED.value,
            col(OperationRow.unit_id).is_(None),
            col(OperationRow.key).in_([row["key"] for row in shared]),
        )
    ).all()
    planned = {row["key"]: row for row in shared}
    for row in refused:
        row.state, row.call_id, row.findings = planned[row.key]["state"], None, []
        row.payload = planned[row.key]["payload"]
        session.add(row)
    session.flush()


def _insert_units(
    session: Session, joint: Joint, planned: Sequence[Planned], *, run_id: str, now: datetime
) -> list[int]:
    numbers = [one.reservation for one in planned if one.reservation]
    upsert(session, NumberRow, numbers, key=("organisation", "unit_key"), update=())
    rows = [
        {
            "integration_id": joint.integration.id,
            "owner": joint.integration.owner,
            "organisation": joint.organisation,
            "key": one.unit.key,
            "generation": one.unit.generation,
            "first": one.unit.days[0].day.business_date,
            "last": one.unit.days[-1].day.business_date,
            "number": one.unit.number or "",
            "state": UnitState.POSTING.value,
            "documents": [encode_document(document) for document in one.plan.documents],
            "role": one.unit.role.value,
            "dated": one.unit.dated,
            "adjusts": one.candidates[0].adjusts,
            "mapped": encode_mapped(one),
            "unapproved": any(document.draft for document in one.plan.documents),
            "taken_over": one.stands,
            "run_id": run_id,
            "updated_at": now,
        }
        for one in planned
    ]
    ids = session.execute(insert(UnitRow).returning(col(UnitRow.id), sort_by_parameter_order=True), rows)
    return [id_ for id_ in ids.scalars() if id_ is not None]


def planned_values(
    joint: Joint, operation: Operation, *, unit_id: int | None, state: OperationState
) -> dict[str, Any]:
    """Return an operation of a plan as a row: one that waits for its document's approval is kept back."""
    if not operation.waits:
        looked_up = OperationState.UNKNOWN if operation.looks_first else state
        return operation_values(joint, operation, unit_id=unit_id, state=looked_up)
    return operation_values(joint, operation, unit_id=unit_id, state=OperationState.WAITING, purpose=Purpose.PAY)


def operation_values(
    joint: Joint,
    operation: Operation,
    *,
    unit_id: int | None,
    state: OperationState,
    purpose: Purpose = Purpose.POST,
) -> dict[str, Any]:
    """Return an operation as a row of the journal."""
    return {
        "owner": joint.integration.owner,
        "organisation": joint.organisation,
        "key": operation.key,
        "unit_id": unit_id,
        "purpose": purpose.value,
        "kind": operation.kind,
        "payload": dict(operation.payload),
        "depends_on": list(operation.depends_on),
        "state": state.value,
        "call_id": None,
        "receipt": {},
        "findings": [],
    }


def open_units(session: Session, joint: Joint) -> list[UnitRow]:
    """Return the integration's units that are not posted whole."""
    return list(session.exec(_OPEN_UNITS, params={"of": joint.integration.id}))
