"""Units that are not posted whole: how far they are, planning the rest anew, holding and releasing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import String, cast, or_
from sqlmodel import Session, col, select

from takings.domain.findings import Finding
from takings.store.journal import NumberRow, OperationRow, UnitRow
from takings.store.query import chunks, columns
from takings.store.states import DayState, OperationState, Purpose, UnitState
from takings.store.tables import Day
from takings.sync.changes import withdraw
from takings.sync.encoding import decode_document, encode_document, encode_findings
from takings.sync.intents import planned_values, write_shared
from takings.sync.joint import Joint
from takings.sync.mapped import days_of, merge_mapped
from takings.sync.operations import KEPT_BACK
from takings.sync.planning import Planned


@dataclass(slots=True, kw_only=True)
class Progressed:
    """How far the operations of one unit are."""

    done: list[str]
    refused: list[dict[str, str]]
    unsettled: int


def refused_shared(session: Session, joint: Joint) -> dict[str, list[dict[str, str]]]:
    """Return the findings of operations that units share and the ledger refused, by their keys."""
    rows = session.execute(
        columns(OperationRow.key, OperationRow.findings).where(
            OperationRow.organisation == joint.organisation,
            OperationRow.state == OperationState.REFUSED.value,
            col(OperationRow.unit_id).is_(None),
        )
    )
    return dict(rows.all())


def unit_progress(
    session: Session,
    unit_ids: Sequence[int],
    refused: Mapping[str, list[dict[str, str]]] = MappingProxyType({}),
    *,
    purpose: Purpose = Purpose.POST,
) -> dict[int, Progressed]:
    """Say how far units are with posting or undoing; what depends on a `refused` operation is refused with it."""
    found: dict[int, Progressed] = {}
    for some in chunks(unit_ids):
        rows = session.execute(
            columns(
                OperationRow.unit_id,
                OperationRow.key,
                OperationRow.state,
                OperationRow.findings,
                OperationRow.depends_on,
            ).where(col(OperationRow.unit_id).in_(some), OperationRow.purpose == purpose.value)
        )
        for unit_id, key, state, findings, depends_on in rows:
            far = found.setdefault(unit_id, Progressed(done=[], refused=[], unsettled=0))
            if state == OperationState.DONE.value:
                far.done.append(key)
            elif state == OperationState.REFUSED.value:
                far.refused += findings
            elif refused and state == OperationState.PLANNED.value and not refused.keys().isdisjoint(depends_on):
                far.refused += [one for other in depends_on for one in refused.get(other, ())]
            elif state in (OperationState.CALLING.value, OperationState.UNKNOWN.value):
                far.unsettled += 1
    return found


def set_days(
    session: Session,
    unit_ids: Sequence[int],
    state: DayState,
    *,
    findings: list[dict[str, str]] | None,
    now: datetime,
) -> None:
    """Give the days of these units a state, and findings where they are not None."""
    values: dict[str, Any] = {"state": state.value, "updated_at": now}
    if findings is not None:
        values["findings"] = findings
    table = Day.__table__  # type: ignore[attr-defined]
    for some in chunks(unit_ids):
        session.connection().execute(table.update().where(table.c.unit_id.in_(some)).values(**values))


def set_partly(
    session: Session,
    unit: UnitRow,
    findings: list[dict[str, str]],
    *,
    now: datetime,
    state: DayState = DayState.PARTLY,
) -> None:
    """Mark the days of a unit of which only a part stands; of one that adjusts, the day that it adjusts."""
    assert unit.id is not None
    if unit.adjusts is None:
        set_days(session, [unit.id], state, findings=findings, now=now)
        return
    for day in days_of(session, unit):
        day.state, day.findings, day.updated_at = state.value, findings, now
        session.add(day)


def release(session: Session, unit: UnitRow, findings: list[dict[str, str]], *, now: datetime) -> None:
    """Take a unit of which nothing stands out of the journal again; its days are held, its number stays reserved.

    The day of one that adjusts waits for a decision again. The number's row keeps the reason, so that a gap among the
    numbers can be explained.
    """
    assert unit.id is not None
    if unit.adjusts is not None:
        for day in days_of(session, unit):
            withdraw(session, day, findings, now=now)
    else:
        table = Day.__table__  # type: ignore[attr-defined]
        state = DayState.HELD if findings else DayState.PENDING
        session.connection().execute(
            table.update()
            .where(table.c.unit_id == unit.id)
            .values(state=state.value, findings=findings, unit_id=None, posted_record_id=None, updated_at=now)
        )
    operations = OperationRow.__table__  # type: ignore[attr-defined]
    session.connection().execute(operations.delete().where(operations.c.unit_id == unit.id))
    numbers = NumberRow.__table__  # type: ignore[attr-defined]
    reason = findings[0]["what"] if findings else "What it was to be given to was planned anew"
    session.connection().execute(
        numbers.update()
        .where(numbers.c.organisation == unit.organisation, numbers.c.unit_key == unit.key)
        .values(reason=reason)
    )
    session.delete(unit)
    session.flush()


def replan_unit(session: Session, joint: Joint, unit: UnitRow, *, planned: Planned, now: datetime) -> None:
    """Plan what is left of a unit anew: what stands keeps its operation and its part of the document."""
    assert unit.id is not None
    rows = session.exec(
        select(OperationRow).where(OperationRow.unit_id == unit.id, OperationRow.purpose != Purpose.UNDO.value)
    ).all()
    done = {row.key for row in rows if row.state == OperationState.DONE.value}
    for row in rows:
        if row.key not in done:
            session.delete(row)
    session.flush()
    for operation in planned.plan.operations:
        if operation.key.startswith(unit.key + "/") and operation.key not in done:
            # Looked up before it is sent: a database put back from a copy does not know what was sent since.
            values = planned_values(joint, operation, unit_id=unit.id, state=OperationState.UNKNOWN)
            session.add(OperationRow(**values))
    write_shared(session, joint, [one for one in planned.plan.operations if not one.key.startswith(unit.key + "/")])
    unit.documents = _merge_documents(unit, planned, done)
    unit.unapproved = any(document.get("draft") for document in unit.documents)
    unit.mapped = merge_mapped(unit, planned, done)
    # What kept the rest back is mended; what is good to know of the new plan stays.
    state = DayState.PARTLY if done else DayState.POSTING
    set_partly(session, unit, encode_findings(planned.findings), now=now, state=state)
    unit.state = UnitState.POSTING.value
    unit.updated_at = now
    session.add(unit)


def _merge_documents(unit: UnitRow, planned: Planned, done: set[str]) -> list[dict[str, Any]]:
    """Keep what stands of the documents as it was posted, and take the rest from the new plan."""
    stored = {document.key: document for document in map(decode_document, unit.documents)}
    merged = []
    for document in planned.plan.documents:
        old = stored.get(document.key)
        if old is None or document.key not in done:
            merged.append(encode_document(document))
            continue
        encoded, new = encode_document(old), encode_document(document)
        kept = [one for one in encoded["payments"] if one["key"] in done]
        rest = [one for one in new["payments"] if one["key"] not in done]
        encoded["payments"] = sorted(kept + rest, key=lambda one: str(one["key"]))
        merged.append(encoded)
    return merged


def hold_unit(session: Session, unit: UnitRow, findings: Sequence[Finding], *, now: datetime) -> None:
    """Leave a half-posted unit as it stands, with what keeps the rest back; release one of which nothing stands."""
    assert unit.id is not None
    far = unit_progress(session, [unit.id]).get(unit.id)
    if far is None or not far.done:
        release(session, unit, encode_findings(tuple(findings)), now=now)
        return
    set_partly(session, unit, encode_findings(tuple(findings)), now=now)
    unit.state = UnitState.PARTLY.value
    unit.updated_at = now
    session.add(unit)


def plannable(session: Session, units: Sequence[UnitRow]) -> list[UnitRow]:
    """Return those units of which the rest can be planned anew.

    Left alone are those with an operation whose outcome is not known yet, or that was removed or doubled in the
    ledger by somebody: such a one is never sent again unasked.
    """
    if not units:
        return []
    table = OperationRow.__table__  # type: ignore[attr-defined]
    kept = or_(*(cast(table.c.findings, String).like(f'%"{code}"%') for code in KEPT_BACK))
    left_alone = set(
        session.execute(
            columns(table.c.unit_id).where(
                table.c.organisation.in_({unit.organisation for unit in units}),
                or_(table.c.state.in_((OperationState.CALLING.value, OperationState.UNKNOWN.value)), kept),
            )
        ).scalars()
    )
    return [unit for unit in units if unit.id not in left_alone]
