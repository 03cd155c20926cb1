"""The journal's operations in memory: loading them, filling in references, and writing down what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_
from sqlmodel import Session

from takings.domain.findings import Finding
from takings.plugin.documents import Done, Found, Operation, Outcome, Refused, Standing
from takings.store.bulk import update_many
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import OperationState, Purpose, UnitState
from takings.sync.encoding import encode_findings

_ROW, _UNIT = fields(OperationRow), fields(UnitRow)
_OF_ORGANISATION = (
    columns(_ROW.id, _ROW.key, _ROW.kind, _ROW.payload, _ROW.depends_on)
    .where(_ROW.organisation == bindparam("organisation"))
    .order_by(_ROW.id)
)
_IN_STATE = _OF_ORGANISATION.where(_ROW.state == bindparam("state"))
_RECEIPTS = columns(_ROW.key, _ROW.receipt).where(
    _ROW.organisation == bindparam("organisation"),
    _ROW.state == OperationState.DONE.value,
    _ROW.key.in_(bindparam("keys", expanding=True)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An operation of the journal that is not done yet."""

    id: int
    operation: Operation

    @property
    def key(self) -> str:
        """The operation's key."""
        return self.operation.key


def load_operations(
    session: Session,
    organisation: str,
    *,
    state: OperationState | None = None,
    ids: Sequence[int] | None = None,
    integration_id: str = "",
    purposes: Collection[Purpose] = tuple(Purpose),
) -> list[Pending]:
    """Read operations of an organisation by state or ids (then in their order), and by what they are for.

    With `integration_id` only those of its units that are being posted or taken back, and those that units share:
    what was planned for a unit that stands in part waits until it is planned anew.
    """
    values, query = {"organisation": organisation}, _OF_ORGANISATION
    if state is not None:
        query, values["state"] = _IN_STATE, state.value
    if ids is not None:
        query = query.where(_ROW.id.in_(ids))
    if integration_id:
        query = query.where(_of_integration(integration_id, purposes))
    found = [
        Pending(id=id_, operation=Operation(key=key, kind=kind, payload=payload, depends_on=tuple(depends_on)))
        for id_, key, kind, payload, depends_on in ask(session, query, **values)
    ]
    if ids is not None:
        place = {id_: n for n, id_ in enumerate(ids)}
        found.sort(key=lambda one: place[one.id])
    return found


_OF_UNITS = ((Purpose.POST, UnitState.POSTING), (Purpose.UNDO, UnitState.UNDOING), (Purpose.PAY, UnitState.POSTED))


def _of_integration(integration_id: str, purposes: Collection[Purpose]) -> ColumnElement[bool]:
    """Return the condition that an operation is of a unit that is being posted or taken back, or shared by units."""
    own = [
        and_(
            _ROW.purpose == purpose.value,
            _ROW.unit_id.in_(
                columns(_UNIT.id).where(_UNIT.integration_id == integration_id, _UNIT.state == state_of_unit.value)
            ),
        )
        for purpose, state_of_unit in _OF_UNITS
        if purpose in purposes
    ]
    shared = [_ROW.unit_id.is_(None)] if Purpose.POST in purposes else []
    return or_(*own, *shared)


def load_receipts(session: Session, organisation: str, keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """Read the receipts of those of these operations that are done."""
    receipts: dict[str, dict[str, str]] = {}
    for some in chunks(sorted(set(keys))):
        rows = ask(session, _RECEIPTS, organisation=organisation, keys=some)
        receipts |= dict(rows.all())
    return receipts


def resolve(operation: Operation, receipts: Mapping[str, Mapping[str, str]]) -> Operation:
    """Return the operation with each reference replaced by the value of the receipt it points at."""
    if not operation.depends_on:
        return operation
    return Operation(
        key=operation.key,
        kind=operation.kind,
        payload=_fill(operation.payload, receipts),
        depends_on=operation.depends_on,
    )


def resolve_payload(payload: Mapping[str, Any], receipts: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return a payload with its references replaced by the values of the receipts that they point at."""
    filled: dict[str, Any] = _fill(payload, receipts)
    return filled


def _fill(value: Any, receipts: Mapping[str, Mapping[str, str]]) -> Any:
    # Payloads come from JSON, so their types are exactly these; nearly all values are plain.
    if type(value) is dict:
        if "$ref" in value:
            return receipts[value["$ref"]][value["field"]]
        return {name: one if type(one) is str else _fill(one, receipts) for name, one in value.items()}
    if type(value) is list:
        return [_fill(one, receipts) for one in value]
    return value


#: The finding of what somebody removed in the ledger.
VOIDED = "ledger.voided"

#: Findings of operations that are never sent again unasked.
KEPT_BACK = (VOIDED, "ledger.several")

_COLUMNS = ("state", "call_id", "receipt", "findings")


def write_outcomes(
    session: Session, pending: Sequence[Pending], outcomes: Sequence[Outcome], *, call_id: int
) -> None:
    """Write what a call's reply says of each of its operations; an unknown outcome is to be looked up."""
    update_many(
        session,
        OperationRow,
        [_row(one, outcome, call_id) for one, outcome in zip(pending, outcomes, strict=True)],
        columns=_COLUMNS,
    )


def _row(pending: Pending, outcome: Outcome, call_id: int | None) -> dict[str, Any]:
    values: dict[str, Any] = {"id": pending.id, "call_id": call_id, "receipt": {}, "findings": []}
    if isinstance(outcome, Done):
        return values | {"state": OperationState.DONE.value, "receipt": dict(outcome.receipt)}
    if isinstance(outcome, Refused):
        return values | {"state": OperationState.REFUSED.value, "findings": encode_findings(outcome.findings)}
    return values | {"state": OperationState.UNKNOWN.value}


def write_found(session: Session, pending: Sequence[Pending], found: Sequence[Found]) -> None:
    """Write what looking operations up in the ledger came to: done, still to do, or not to be decided here."""
    rows = []
    for one, answer in zip(pending, found, strict=True):
        values: dict[str, Any] = {"id": one.id, "call_id": None, "receipt": {}, "findings": []}
        if answer.standing is Standing.STANDS:
            values |= {"state": OperationState.DONE.value, "receipt": dict(answer.receipt)}
        elif answer.standing is Standing.ABSENT:
            values |= {"state": OperationState.PLANNED.value}
        else:
            core = _voided(one) if answer.standing is Standing.VOIDED else _several(one)
            told = encode_findings(answer.findings or (core,))
            values |= {"state": OperationState.REFUSED.value, "findings": told}
        rows.append(values)
    update_many(session, OperationRow, rows, columns=_COLUMNS)


def _voided(one: Pending) -> Finding:
    return Finding(
        code="ledger.voided",
        what=f"The {one.operation.kind} {one.key} stands in the ledger as voided or deleted",
        why="Somebody removed it there, so it is not posted again without being asked",
        do="Decide whether the day is to be posted again",
        where="day",
        subject=one.key,
    )


def _several(one: Pending) -> Finding:
    return Finding(
        code="ledger.several",
        what=f"The ledger holds more than one {one.operation.kind} with the key {one.key}",
        why="It was made or copied there by hand, and which one is right can't be told from here",
        do="Void or delete the surplus ones in the ledger, then sync again",
        where="day",
        subject=one.key,
    )


def reset(session: Session, pending: Sequence[Pending], state: OperationState = OperationState.PLANNED) -> None:
    """Give operations back from a call that was not accepted (or, by `state`, whose outcome must be looked up)."""
    update_many(
        session,
        OperationRow,
        [{"id": one.id, "state": state.value, "call_id": None} for one in pending],
        columns=("state", "call_id"),
    )
