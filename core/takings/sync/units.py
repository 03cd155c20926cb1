"""Brings units and their days up to date with what became of their operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlmodel import Session, col, select

from takings.store.journal import NumberRow, OperationRow, UnitRow
from takings.store.query import columns
from takings.store.states import DayState, OperationState, UnitState
from takings.store.tables import Day
from takings.sync.changes import mark_changed
from takings.sync.encoding import decode_document, encode_document, encode_findings
from takings.sync.intents import open_units, operation_values
from takings.sync.joint import Joint
from takings.sync.operations import load_receipts
from takings.sync.planning import Planned


@dataclass(slots=True, kw_only=True)
class Progressed:
    """How far the operations of one unit are."""

    done: list[str]
    refused: list[dict[str, str]]
    others: int


def finish_units(session: Session, joint: Joint, now: datetime) -> list[int]:
    """Mark units whose operations are all done as posted, the others by how far they are; returns the posted ids."""
    units = open_units(session, joint)
    progress = _progress(session, [unit.id for unit in units if unit.id is not None], _refused_shared(session, joint))
    posted: list[int] = []
    for unit in units:
        assert unit.id is not None
        far = progress.get(unit.id, Progressed(done=[], refused=[], others=0))
        if not far.refused and not far.others:
            posted.append(unit.id)
            unit.state = UnitState.POSTED.value
        elif far.done:
            unit.state = UnitState.PARTLY.value
            _set_days(session, [unit.id], DayState.PARTLY, far.refused, now)
        elif far.refused:
            release(session, unit, far.refused, now)
            continue
        unit.updated_at = now
        session.add(unit)
    done = [unit for unit in units if unit.state == UnitState.POSTED.value]
    _set_days(session, posted, DayState.POSTED, None, now)
    _take_numbers(session, joint, done)
    _note_numbers(session, joint, done)
    session.flush()
    mark_changed(session, joint.integration.id, now)
    return posted


def _refused_shared(session: Session, joint: Joint) -> dict[str, list[dict[str, str]]]:
    """Return the findings of operations that units share and the ledger refused, by their keys."""
    rows = session.execute(
        columns(OperationRow.key, OperationRow.findings).where(
            OperationRow.organisation == joint.organisation,
            OperationRow.state == OperationState.REFUSED.value,
            col(OperationRow.unit_id).is_(None),
        )
    )
    return dict(rows.all())


def _progress(
    session: Session, unit_ids: Sequence[int], refused: Mapping[str, list[dict[str, str]]] = MappingProxyType({})
) -> dict[int, Progressed]:
    """Say how far units are; what depends on one of the `refused` operations is refused with it."""
    found: dict[int, Progressed] = {}
    for start in range(0, len(unit_ids), 500):
        rows = session.execute(
            columns(
                OperationRow.unit_id,
                OperationRow.key,
                OperationRow.state,
                OperationRow.findings,
                OperationRow.depends_on,
            ).where(col(OperationRow.unit_id).in_(unit_ids[start : start + 500]))
        )
        for unit_id, key, state, findings, depends_on in rows:
            far = found.setdefault(unit_id, Progressed(done=[], refused=[], others=0))
            if state == OperationState.DONE.value:
                far.done.append(key)
            elif state == OperationState.REFUSED.value:
                far.refused += findings
            elif refused and state == OperationState.PLANNED.value and not refused.keys().isdisjoint(depends_on):
                far.refused += [one for other in depends_on for one in refused.get(other, ())]
            else:
                far.others += 1
    return found


def _set_days(
    session: Session, unit_ids: Sequence[int], state: DayState, findings: list[dict[str, str]] | None, now: datetime
) -> None:
    values: dict[str, Any] = {"state": state.value, "updated_at": now}
    if findings is not None:
        values["findings"] = findings
    table = Day.__table__  # type: ignore[attr-defined]
    for start in range(0, len(unit_ids), 500):
        some = list(unit_ids[start : start + 500])
        session.connection().execute(table.update().where(table.c.unit_id.in_(some)).values(**values))


def release(session: Session, unit: UnitRow, findings: list[dict[str, str]], now: datetime) -> None:
    """Take a unit of which nothing stands out of the journal again; its days are held, its number stays reserved."""
    assert unit.id is not None
    table = Day.__table__  # type: ignore[attr-defined]
    state = DayState.HELD if findings else DayState.PENDING
    session.connection().execute(
        table.update()
        .where(table.c.unit_id == unit.id)
        .values(state=state.value, findings=findings, unit_id=None, posted_record_id=None, updated_at=now)
    )
    operations = OperationRow.__table__  # type: ignore[attr-defined]
    session.connection().execute(operations.delete().where(operations.c.unit_id == unit.id))
    session.delete(unit)
    session.flush()


def _take_numbers(session: Session, joint: Joint, units: Sequence[UnitRow]) -> None:
    """Keep the numbers that the ledger gave."""
    keys = {unit.documents[0]["key"]: unit for unit in units if unit.documents}
    for key, receipt in load_receipts(session, joint.organisation, keys).items():
        keys[key].number = receipt.get("number") or keys[key].number
        session.add(keys[key])


def _note_numbers(session: Session, joint: Joint, units: Sequence[UnitRow]) -> None:
    keys = [unit.key for unit in units]
    for start in range(0, len(keys), 500):
        table = NumberRow.__table__  # type: ignore[attr-defined]
        session.connection().execute(
            table.update()
            .where(table.c.organisation == joint.organisation, table.c.unit_key.in_(keys[start : start + 500]))
            .values(state="used")
        )


def replan_unit(session: Session, joint: Joint, unit: UnitRow, planned: Planned, now: datetime) -> None:
    """Plan what is left of a unit anew: what stands keeps its operation and its part of the document."""
    assert unit.id is not None
    rows = session.exec(select(OperationRow).where(OperationRow.unit_id == unit.id)).all()
    done = {row.key for row in rows if row.state == OperationState.DONE.value}
    for row in rows:
        if row.key not in done:
            session.delete(row)
    session.flush()
    for operation in planned.plan.operations:
        if operation.key.startswith(unit.key + "/") and operation.key not in done:
            values = operation_values(joint, operation, unit_id=unit.id, state=OperationState.PLANNED)
            session.add(OperationRow(**values))
    unit.documents = _merge_documents(unit, planned, done)
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


def hold_unit(session: Session, unit: UnitRow, planned: Planned, now: datetime) -> None:
    """Leave a half-posted unit as it stands, with what keeps the rest back; release one of which nothing stands."""
    assert unit.id is not None
    far = _progress(session, [unit.id]).get(unit.id)
    if far is None or not far.done:
        release(session, unit, encode_findings(planned.findings), now)
        return
    _set_days(session, [unit.id], DayState.PARTLY, encode_findings(planned.findings), now)
    unit.state = UnitState.PARTLY.value
    unit.updated_at = now
    session.add(unit)


def is_settled(session: Session, unit: UnitRow) -> bool:
    """Whether the outcome of each of the unit's operations is known, so that the rest can be planned anew."""
    open_states = (OperationState.CALLING.value, OperationState.UNKNOWN.value)
    return (
        session.exec(
            select(OperationRow.id).where(OperationRow.unit_id == unit.id, col(OperationRow.state).in_(open_states))
        ).first()
        is None
    )


def count_payments(session: Session, unit_ids: Sequence[int]) -> int:
    """Count the payments on the documents of these units."""
    count = 0
    for start in range(0, len(unit_ids), 500):
        rows = session.exec(select(UnitRow.documents).where(col(UnitRow.id).in_(unit_ids[start : start + 500])))
        count += sum(len(document["payments"]) for documents in rows for document in documents)
    return count
