"""Plans payments that wait or were refused anew, where their payment methods are mapped otherwise by now.

What stands of a document stays as it is: only its open payments go where the mapping says today. Those that can't be
planned there are kept back: they go nowhere, and least of all to an account that their method has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from takings.domain.catalogue import DimensionKind
from takings.domain.findings import Finding, Severity, errors
from takings.domain.mapping import MappingTable
from takings.domain.period import Period
from takings.plugin.documents import Document, Unit, UnitRole
from takings.plugin.targets import Survey, Target
from takings.store.journal import OperationRow, UnitRow
from takings.store.states import OperationState, Purpose
from takings.sync.approving import Unpaid, tells_of_payments
from takings.sync.checking import check_plan
from takings.sync.combining import surveyed
from takings.sync.encoding import decode_document, encode_document
from takings.sync.intents import operation_values
from takings.sync.joint import Joint, Services, load_table
from takings.sync.kept_tenders import standing_codes
from takings.sync.mapped import days_of, merge_mapped
from takings.sync.placing import placed
from takings.sync.planning import Group, Planned, without_own
from takings.sync.resuming import load_left, why_not_planned
from takings.sync.surveying import read_survey

_OPEN = (OperationState.WAITING.value, OperationState.REFUSED.value)

_OTHER_SHAPE = (
    "By the settings and the mapping of now the day would be posted in another shape, or with another total, and its "
    "payments would not fit the document that stands"
)


@dataclass(slots=True, kw_only=True)
class Anew:
    """Units whose open payments would go elsewhere now, by their ids: as planned there, or why that can't be.

    What is told of the document is the last of its reasons.
    """

    planned: dict[int, Planned] = field(default_factory=dict)
    kept: dict[int, tuple[Finding, ...]] = field(default_factory=dict)


def plan_payments_anew(
    services: Services, joint: Joint, target: Target, *, unpaid: Iterable[Unpaid]
) -> dict[int, tuple[Finding, ...]] | None:
    """Plan open payments anew where they would go elsewhere now; returns the units that are kept back, and why.

    Where no payment method was mapped otherwise, there is no answer.
    """
    anew = look_anew(services, joint, target, unpaid=unpaid)
    if anew is None:
        return None
    for unit_id, planned in anew.planned.items():
        with services.database.write() as session:
            _write(session, joint, unit_id, planned=planned, now=services.clock.now())
    return anew.kept


def with_kept(unpaid: Iterable[Unpaid], kept: Mapping[int, tuple[Finding, ...]]) -> list[Unpaid]:
    """Put documents together with what keeps their payments back."""
    return [replace(one, kept=kept[one.unit_id][-1]) if one.unit_id in kept else one for one in unpaid]


def look_anew(services: Services, joint: Joint, target: Target, *, unpaid: Iterable[Unpaid]) -> Anew | None:
    """Plan open payments where they would go elsewhere now, and write nothing.

    The ledger is asked only where a payment method was mapped otherwise; where none was, there is no answer.
    """
    with services.database.read() as session:
        moved = _moved(session, joint, {one.unit_id for one in unpaid if one.payments})
        unmapped = {unit.id: why_not_planned(session, joint, unit) for unit, group in moved if group is None}
    if not moved:
        return None
    days = [one.key.business_date for _, group in moved if group for one in group.candidates]
    survey = read_survey(services, joint, target, period=surveyed(days)) if days else None
    anew = Anew()
    for unit, group in moved:
        assert unit.id is not None
        if group is None or survey is None:
            why = unmapped[unit.id]
            anew.kept[unit.id] = (*why, _kept(unit, f"Its day can't be mapped as it is now{_first(why)}"))
            continue
        planned = _plan(services, joint, target, unit=unit, group=group, survey=survey)
        if planned.held:
            why = errors(planned.findings)
            anew.kept[unit.id] = (*why, _kept(unit, f"They can't be posted where they would go now{_first(why)}"))
        elif not _fits(unit, planned):
            anew.kept[unit.id] = (_kept(unit, _OTHER_SHAPE),)
        else:
            anew.planned[unit.id] = planned
    return anew


def _first(findings: Sequence[Finding]) -> str:
    return f": {findings[0].what}" if findings else ""


def _kept(unit: UnitRow, why: str) -> Finding:
    name = unit.number or unit.key
    return Finding(
        code="payments.mapped_otherwise",
        what=f"The payments of {name} for {Period(unit.first, unit.last)} are not posted: a payment method of it is "
        "mapped otherwise by now",
        why=why,
        do="Map the payment method so that the day could be posted, or as it was; or undo the day and post it anew",
        where="map",
        subject=unit.key,
    )


def _moved(session: Session, joint: Joint, ids: set[int]) -> list[tuple[UnitRow, Group | None]]:
    """Return the units whose open payments would go elsewhere now, with their days as they are mapped now.

    Of one whose days can't be mapped any more there are none.
    """
    if not ids:
        return []
    units = session.exec(select(UnitRow).where(col(UnitRow.id).in_(ids)).order_by(col(UnitRow.first))).all()
    by_adjusted: dict[tuple[int, int], UnitRow] = {
        (unit.adjusts, unit.generation): unit for unit in units if unit.adjusts is not None
    }
    own = {row["day"]: unit for unit in units if unit.adjusts is None for row in unit.mapped}
    groups: dict[int | None, Group] = {}
    for group in load_left(session, joint, units):
        first = group.candidates[0]
        unit = own.get(first.day_id)
        if first.adjusts is not None:
            unit = by_adjusted.get((first.adjusts, first.generation))
        if unit is not None:
            groups[unit.id] = group
    table = load_table(session, joint)
    found: list[tuple[UnitRow, Group | None]] = []
    for unit in units:
        mine, done = groups.get(unit.id), _done(session, unit)
        if _go_elsewhere(unit, mine, done) if mine else _are_mapped_elsewhere(unit, table, done):
            found.append((unit, mine))
    return found


def _done(session: Session, unit: UnitRow) -> set[str]:
    rows = session.exec(select(OperationRow.key, OperationRow.state).where(OperationRow.unit_id == unit.id))
    return {key for key, state in rows if state not in _OPEN}


def _go_elsewhere(unit: UnitRow, group: Group, done: set[str]) -> bool:
    rows = {row["day"]: row for row in unit.mapped}
    for one in group.candidates:
        row = rows.get(one.day_id)
        if row is None:
            return False
        stands = standing_codes(row, unit.documents, done)
        was = {tender["code"]: _id(tender["account"]) for tender in row["tenders"]}
        now = {tender.tender.code: tender.account.id if tender.account else "" for tender in one.mapped.tenders}
        if any(now.get(code, "") != account for code, account in was.items() if code not in stands):
            return True
    return False


def _are_mapped_elsewhere(unit: UnitRow, table: MappingTable, done: set[str]) -> bool:
    """Whether a payment method of a unit is mapped otherwise, whatever else of its days is."""
    for row in unit.mapped:
        stands = standing_codes(row, unit.documents, done)
        was: dict[str, set[str]] = {}
        for tender in row["tenders"]:
            was.setdefault(tender["code"], set()).add(_id(tender["account"]))
        for code, accounts in was.items():
            entry = table.get(DimensionKind.TENDER, code)
            if code not in stands and (entry.ref.id if entry and entry.ref else "") not in accounts:
                return True
    return False


def _id(account: Mapping[str, Any] | None) -> str:
    return str(account["id"]) if account else ""


def _plan(
    services: Services, joint: Joint, target: Target, *, unit: UnitRow, group: Group, survey: Survey
) -> Planned:
    """Plan a posted unit from the mapping of now; its own documents are no strangers to it."""
    days = tuple(one.mapped for one in group.candidates)
    made = Unit(
        key=unit.key,
        generation=unit.generation,
        number=unit.number or None,
        days=days,
        role=UnitRole(unit.role),
        dated=unit.dated,
    )
    with services.host.guard(joint.integration.target_component):
        plan = target.plan(made, without_own(survey, unit.key), joint.target_settings)
    plan = replace(plan, findings=tuple(placed(one, joint, days) for one in plan.findings))
    return Planned(
        unit=made,
        plan=plan,
        candidates=group.candidates,
        findings=check_plan(made, plan),
        reservation=None,
        stands=True,
    )


def _fits(unit: UnitRow, planned: Planned) -> bool:
    """Whether what was planned now has the documents that stand: in another shape it has others, or other totals."""
    new = {document.key: document.total for document in planned.plan.documents}
    return all(new.get(one.key) == one.total for one in map(decode_document, unit.documents))


def _write(session: Session, joint: Joint, unit_id: int, *, planned: Planned, now: datetime) -> None:
    """Put the open payments of a unit where they were planned now; what the ledger refused of them is over."""
    unit = session.get_one(UnitRow, unit_id, with_for_update=True)
    rows = session.exec(
        select(OperationRow).where(
            OperationRow.unit_id == unit_id,
            OperationRow.purpose == Purpose.PAY.value,
            col(OperationRow.state).in_(_OPEN),
        )
    ).all()
    opened, done = {row.key for row in rows}, _done(session, unit)
    new = {document.key: document for document in planned.plan.documents}
    documents = [_with_payments(one, new[one.key], opened) for one in map(decode_document, unit.documents)]
    unit.mapped = merge_mapped(unit, planned, done)
    unit.documents, unit.updated_at = [encode_document(one) for one in documents], now
    session.add(unit)
    for row in rows:
        session.delete(row)
    session.flush()
    keys = {payment.key for document in documents for payment in document.payments} - done
    for operation in planned.plan.operations:
        if operation.key in keys:
            values = operation_values(
                joint, operation, unit_id=unit_id, state=OperationState.WAITING, purpose=Purpose.PAY
            )
            session.add(OperationRow(**values))
    _tell_days(session, unit, now, any_left=bool(keys))


def _with_payments(posted: Document, planned: Document, opened: set[str]) -> Document:
    """Return a document with its open payments as planned now, beside those that were made."""
    kept = [one for one in posted.payments if one.key not in opened]
    taken = {one.key for one in kept}
    payments = sorted((*kept, *(one for one in planned.payments if one.key not in taken)), key=lambda one: one.key)
    return replace(posted, payments=tuple(payments))


def _tell_days(session: Session, unit: UnitRow, now: datetime, *, any_left: bool) -> None:
    for day in days_of(session, unit):
        # How its payments stand goes on being told while some are open; what the ledger refused is over.
        day.findings = [
            one
            for one in day.findings
            if (any_left if tells_of_payments(one) else one.get("severity", "error") != Severity.ERROR.value)
        ]
        day.updated_at = now
        session.add(day)
