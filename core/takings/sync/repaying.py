"""Plans payments that wait or were refused anew, where their payment methods are mapped otherwise by now.

What stands of a document stays as it is: only its open payments go where the mapping says today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from takings.domain.findings import Finding, Severity, errors
from takings.plugin.documents import Document, Unit, UnitRole
from takings.plugin.targets import Survey, Target
from takings.store.journal import OperationRow, UnitRow
from takings.store.states import OperationState, Purpose
from takings.sync.approving import Unpaid, tells_of_payments
from takings.sync.combining import surveyed
from takings.sync.encoding import decode_document, encode_document
from takings.sync.intents import operation_values
from takings.sync.joint import Joint, Services
from takings.sync.kept_tenders import standing_codes
from takings.sync.mapped import days_of, merge_mapped
from takings.sync.placing import placed
from takings.sync.planning import Group, Planned
from takings.sync.resuming import load_left
from takings.sync.surveying import read_survey

_OPEN = (OperationState.WAITING.value, OperationState.REFUSED.value)


def plan_payments_anew(
    services: Services, joint: Joint, target: Target, *, unpaid: Iterable[Unpaid]
) -> list[Finding] | None:
    """Plan open payments anew where they would go elsewhere now; returns what keeps any of them as they were.

    The ledger is asked only where a payment method was mapped otherwise; where none was, there is no answer.
    """
    with services.database.read() as session:
        moved = _moved(session, joint, {one.unit_id for one in unpaid if one.payments})
    if not moved:
        return None
    days = [one.key.business_date for _, group in moved for one in group.candidates]
    survey = read_survey(services, joint, target, period=surveyed(days))
    found: list[Finding] = []
    for unit, group in moved:
        planned = _plan(services, joint, target, unit=unit, group=group, survey=survey)
        found += errors(planned.findings)
        if not planned.held:
            with services.database.write() as session:
                _write(session, joint, unit.id or 0, planned=planned, now=services.clock.now())
    return [one for place, one in enumerate(found) if one not in found[:place]]


def _moved(session: Session, joint: Joint, ids: set[int]) -> list[tuple[UnitRow, Group]]:
    """Return the units whose open payments would go elsewhere now, with their days as they are mapped now."""
    if not ids:
        return []
    units = session.exec(select(UnitRow).where(col(UnitRow.id).in_(ids)).order_by(col(UnitRow.first))).all()
    by_adjusted: dict[tuple[int, int], UnitRow] = {
        (unit.adjusts, unit.generation): unit for unit in units if unit.adjusts is not None
    }
    own = {row["day"]: unit for unit in units if unit.adjusts is None for row in unit.mapped}
    found = []
    for group in load_left(session, joint, units):
        first = group.candidates[0]
        unit = own.get(first.day_id)
        if first.adjusts is not None:
            unit = by_adjusted.get((first.adjusts, first.generation))
        if unit is not None and _go_elsewhere(unit, group, _done(session, unit)):
            found.append((unit, group))
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
    others = replace(
        survey, documents=tuple(one for one in survey.documents if not one.key.startswith(f"{unit.key}/"))
    )
    with services.host.guard(joint.integration.target_component):
        plan = target.plan(made, others, joint.target_settings)
    findings = tuple(placed(one, joint, days) for one in plan.findings)
    return Planned(
        unit=made, plan=plan, candidates=group.candidates, findings=findings, reservation=None, stands=True
    )


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
    posted = [decode_document(one) for one in unit.documents]
    if any(one.key not in new or new[one.key].total != one.total for one in posted):
        return  # planned in another shape now, which does not fit what stands
    documents = [_with_payments(one, new[one.key], opened) for one in posted]
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
        kept = [one for one in day.findings if one.get("severity", "error") != Severity.ERROR.value]
        day.findings = [one for one in kept if any_left or not tells_of_payments(one)]
        day.updated_at = now
        session.add(day)
