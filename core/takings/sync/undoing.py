"""Plans how posted units are taken back: what stands of each, and what the ledger's plugin would do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Text, bindparam, type_coerce
from sqlmodel import Session, col, select

from takings.domain.findings import Finding, Severity, errors
from takings.domain.period import Period
from takings.plugin.documents import Inspection, Plan, Standing
from takings.plugin.targets import Survey, Target
from takings.plugin.undoing import PostedOperation, PostedUnit
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, Decision, OperationState, Purpose, UnitState
from takings.store.tables import Day
from takings.sync.changes import decided
from takings.sync.checking import check_undo
from takings.sync.encoding import decode_document, decode_findings
from takings.sync.joint import Joint, Services
from takings.sync.operations import load_receipts, resolve_payload

#: The code of the finding that a unit can't be taken back yet; it goes by itself.
NOT_SETTLED = "undo.not_settled"

#: The states of units that can be taken back.
_UNDOABLE = (UnitState.POSTED.value, UnitState.PARTLY.value, UnitState.UNDOING.value)

_DAY = fields(Day)
_REPOSTING = columns(_DAY.unit_id, _DAY.record_id, _DAY.decision, _DAY.state).where(
    _DAY.integration_id == bindparam("of"),
    _DAY.state.in_((DayState.CHANGED.value, DayState.POSTED.value, DayState.PARTLY.value, DayState.UNDOING.value)),
    # As text: a pattern compared with JSON would be written as JSON itself and match nothing.
    type_coerce(_DAY.decision, Text).like(f'%"{Decision.REPOST.value}"%'),
)

_OPEN = (OperationState.CALLING.value, OperationState.UNKNOWN.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoScope:
    """What is to be taken back: the days of a period, one run's documents, or named closes."""

    period: Period | None = None
    run_id: str = ""
    days: tuple[tuple[date, int], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as a queued run keeps it."""
        return {
            "period": [self.period.first.isoformat(), self.period.last.isoformat()] if self.period else None,
            "run": self.run_id,
            "days": [[day.isoformat(), sequence] for day, sequence in self.days],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> UndoScope:
        """Read what `as_dict` wrote."""
        period = data.get("period")
        return cls(
            period=Period(*map(date.fromisoformat, period)) if period else None,
            run_id=data.get("run", ""),
            days=tuple((date.fromisoformat(day), int(sequence)) for day, sequence in data.get("days", ())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPlanned:
    """A posted unit with the plan that takes it back; findings of severity error leave it as it is."""

    unit: UnitRow
    posted: PostedUnit
    inspections: Mapping[str, Inspection]
    plan: Plan
    findings: tuple[Finding, ...]

    @property
    def held(self) -> bool:
        """Whether nothing of it can be taken back now."""
        return bool(errors(self.findings))


def units_in(session: Session, joint: Joint, scope: UndoScope) -> list[UnitRow]:
    """Return the units that a scope names, with those that adjust them, in order."""
    query = select(UnitRow).where(
        UnitRow.integration_id == joint.integration.id,
        UnitRow.organisation == joint.organisation,
        col(UnitRow.state).in_(_UNDOABLE),
    )
    bases: list[int] = []
    if scope.run_id:
        query = query.where(UnitRow.run_id == scope.run_id)
    elif scope.days:
        bases = _units_of_days(session, joint, scope.days)
        query = query.where(col(UnitRow.id).in_(bases))
    elif scope.period:
        query = query.where(UnitRow.first >= scope.period.first, UnitRow.last <= scope.period.last)
    return _with_adjusting(session, list(session.exec(query)), bases)


def reaching_further(session: Session, joint: Joint, scope: UndoScope) -> tuple[Finding, ...]:
    """Say which documents hold days of a scope's period and others too: they are left as they are."""
    if scope.period is None:
        return ()
    units = session.exec(
        select(UnitRow)
        .where(
            UnitRow.integration_id == joint.integration.id,
            UnitRow.organisation == joint.organisation,
            col(UnitRow.state).in_(_UNDOABLE),
            UnitRow.first <= scope.period.last,
            UnitRow.last >= scope.period.first,
            (col(UnitRow.first) < scope.period.first) | (col(UnitRow.last) > scope.period.last),
        )
        .order_by(col(UnitRow.first))
    )
    return tuple(
        Finding(
            code="undo.reaches_further",
            what=f"The document {unit.number or unit.key} holds {Period(unit.first, unit.last)}, "
            f"more than {scope.period}",
            why="A document is taken back whole, and days that nobody named would be taken back with it",
            do="Name the whole period of the document, or one of its days",
            where="day",
            severity=Severity.WARNING,
            subject=unit.key,
        )
        for unit in units
    )


def _units_of_days(session: Session, joint: Joint, days: Sequence[tuple[date, int]]) -> list[int]:
    rows = session.exec(
        select(Day).where(
            Day.integration_id == joint.integration.id, col(Day.business_date).in_({day for day, _ in days})
        )
    )
    return [day.unit_id for day in rows if (day.business_date, day.sequence) in days and day.unit_id is not None]


def reposting(session: Session, joint: Joint) -> list[UnitRow]:
    """Return the units of days that were decided to be posted anew; of those begun, where a part was refused.

    What else was begun goes on as it was planned.
    """
    days = ask(session, _REPOSTING, of=joint.integration.id).all()
    ids = [day.unit_id for day in days if day.unit_id is not None and _is_reposted(day)]
    found: list[UnitRow] = []
    for some in chunks(ids):
        query = select(UnitRow).where(col(UnitRow.id).in_(some), col(UnitRow.state).in_(_UNDOABLE))
        found += session.exec(query)
    units = _with_adjusting(session, found, ids)
    begun = refused_in(session, [unit.id for unit in units if is_begun(unit) and unit.id is not None])
    return [unit for unit in units if not is_begun(unit) or unit.id in begun]


def is_begun(unit: UnitRow) -> bool:
    """Whether a part of a unit may be taken back already."""
    return unit.state == UnitState.UNDOING.value


def _is_reposted(day: Any) -> bool:
    # Once it is begun, it is to be posted anew whatever the source says meanwhile.
    if day.state == DayState.UNDOING.value:
        return bool(day.decision["decision"] == Decision.REPOST.value)
    return decided(day) == Decision.REPOST


def refused_in(session: Session, unit_ids: Iterable[int]) -> set[int]:
    """Return those of the units of which the ledger refused a part when they were taken back."""
    found: set[int] = set()
    for some in chunks(unit_ids):
        rows = session.execute(
            columns(OperationRow.unit_id).where(
                col(OperationRow.unit_id).in_(some),
                OperationRow.purpose == Purpose.UNDO.value,
                OperationRow.state == OperationState.REFUSED.value,
            )
        )
        found |= set(rows.scalars())
    return found


def _with_adjusting(session: Session, units: list[UnitRow], bases: Iterable[int] = ()) -> list[UnitRow]:
    """Add what adjusts these units, and `bases` that may be taken back already."""
    known = {unit.id for unit in units}
    more: list[UnitRow] = []
    for some in chunks(dict.fromkeys([*(unit.id for unit in units), *bases])):
        query = select(UnitRow).where(col(UnitRow.adjusts).in_(some), col(UnitRow.state).in_(_UNDOABLE))
        more += [unit for unit in session.exec(query) if unit.id not in known]
    return sorted([*units, *more], key=lambda unit: (unit.first, unit.key))


def unsettled(session: Session, units: Sequence[UnitRow]) -> set[int]:
    """Return those of the units of which an operation's outcome is not known yet."""
    found: set[int] = set()
    for some in chunks(unit.id for unit in units if unit.id is not None):
        found |= set(
            session.exec(
                select(OperationRow.unit_id).where(
                    col(OperationRow.unit_id).in_(some), col(OperationRow.state).in_(_OPEN)
                )
            )
        ) - {None}  # type: ignore[arg-type]
    return found


def load_posted(session: Session, units: Sequence[UnitRow], dated: date) -> list[PostedUnit]:
    """Read what was done for each of these units, references replaced by what the receipts say."""
    rows: dict[int, list[OperationRow]] = {}
    for some in chunks(unit.id for unit in units if unit.id is not None):
        query = select(OperationRow).where(col(OperationRow.unit_id).in_(some)).order_by(col(OperationRow.id))
        for row in session.exec(query):
            assert row.unit_id is not None
            rows.setdefault(row.unit_id, []).append(row)
    needed = {key for group in rows.values() for row in group for key in row.depends_on}
    receipts = load_receipts(session, units[0].organisation, needed) if units else {}
    return [_posted(unit, rows.get(unit.id or 0, []), receipts, dated=dated) for unit in units]


def _posted(
    unit: UnitRow, rows: Iterable[OperationRow], receipts: Mapping[str, Mapping[str, str]], *, dated: date
) -> PostedUnit:
    group = list(rows)
    done = {row.key for row in group if row.state == OperationState.DONE.value}
    return PostedUnit(
        key=unit.key,
        generation=unit.generation,
        operations=tuple(
            PostedOperation(
                key=row.key, kind=row.kind, payload=resolve_payload(row.payload, receipts), receipt=row.receipt
            )
            for row in group
            if row.purpose != Purpose.UNDO.value and row.key in done
        ),
        documents=tuple(
            document
            for document in map(decode_document, unit.documents)
            if document.key in done and not document.reverses
        ),
        dated=dated,
        refused={
            row.key: decode_findings(row.findings)
            for row in group
            if row.purpose == Purpose.UNDO.value and row.state == OperationState.REFUSED.value
        },
    )


def plan_undos(
    services: Services,
    joint: Joint,
    target: Target,
    *,
    units: Sequence[UnitRow],
    posted: Sequence[PostedUnit],
    survey: Survey,
    waiting: Iterable[int] = (),
) -> list[UndoPlanned]:
    """Plan how each unit is taken back, after reading back how the ledger holds it."""
    inspections = _inspect(services, joint, target, posted=posted)
    settings, waits = joint.target_settings, set(waiting)
    planned = []
    for unit, one in zip(units, posted, strict=True):
        mine = {document.key: inspections[document.key] for document in one.documents if document.key in inspections}
        if unit.id in waits:
            plan = Plan(findings=(_not_settled(unit),))
        else:
            with services.host.guard(joint.integration.target_component):
                plan = target.plan_undo(one, mine, survey, settings=settings)
        planned.append(
            UndoPlanned(unit=unit, posted=one, inspections=mine, plan=plan, findings=check_undo(unit.key, plan))
        )
    return planned


def _inspect(
    services: Services, joint: Joint, target: Target, *, posted: Sequence[PostedUnit]
) -> dict[str, Inspection]:
    receipts = {
        operation.key: operation.receipt
        for unit in posted
        for operation in unit.operations
        if any(operation.key == document.key for document in unit.documents)
    }
    days = [document.day for unit in posted for document in unit.documents]
    if not receipts:
        return {}
    guard = services.host.guard(joint.integration.target_component)
    found: dict[str, Inspection] = {}
    for one in guard.iterate(lambda: target.inspect(receipts, Period(min(days), max(days)))):
        if one.standing is not Standing.SEVERAL:
            found[one.key] = one
        else:  # a copy beside the one that was posted, which is the one to take back; or neither can be told
            found.setdefault(one.key, one)
    return found


def undo_period(units: Sequence[UnitRow]) -> Period:
    """Return the period that has to be surveyed for taking units back."""
    days = [day for unit in units for day in (unit.first, unit.last, unit.dated or unit.first)]
    return Period(min(days), max(days))


def locked_for_repost(planned: UndoPlanned, survey: Survey) -> tuple[Finding, ...]:
    """Say that a day of a closed period can't be posted anew: what is closed can be adjusted only."""
    locked = survey.locked_through
    days = [document.day for document in planned.posted.documents]
    if locked is None or not any(day <= locked for day in days):
        return ()
    begun = is_begun(planned.unit)
    return (
        Finding(
            code="day.locked_adjust_only",
            what=f"{planned.unit.first.isoformat()} can't be posted anew: the ledger is closed up to {locked}",
            why="It was closed while the day was taken back: a part of it stands"
            if begun
            else "What was posted in a closed period stays as it is",
            do="Have the lock date moved, then sync again; or undo the day: what stands is reversed on an open date"
            if begun
            else "Decide to adjust the day, which posts the difference on an open date, or to leave it; where "
            "nothing of it changed, have the lock date moved",
            where="day",
            subject=planned.unit.key,
        ),
    )


def whole_days(planned: Sequence[UndoPlanned]) -> list[UndoPlanned]:
    """Keep the units of one day together: where one of them can't be taken back, the others stay too."""
    held: dict[int | None, tuple[Finding, ...]] = {}
    for one in planned:
        if one.held:
            held[one.unit.adjusts or one.unit.id] = errors(one.findings)
    return [
        replace(one, findings=(*one.findings, *held[base]))
        if not one.held and (base := one.unit.adjusts or one.unit.id) in held
        else one
        for one in planned
    ]


def _not_settled(unit: UnitRow) -> Finding:
    return Finding(
        code="undo.not_settled",
        what=f"What became of a call for {unit.key} is not known yet",
        why="The ledger may still carry it out, and nothing is taken back before that is settled",
        do="Undo again in a few minutes",
        severity=Severity.ERROR,
        where="day",
        subject=unit.key,
    )
