"""Documents that wait for approval in the ledger, and their payments: what is ready, what changed, letting these go.

A ledger takes payments on approved documents only. Those of a draft stand in the journal from the beginning, under
their own keys; once the document is approved they are looked up first and then sent, like every operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Text, bindparam, type_coerce
from sqlmodel import Session, col, select, update

from takings.domain.findings import Finding, Severity
from takings.domain.money import ZERO, show_amount
from takings.domain.period import Period
from takings.plugin.documents import Document, DocumentPayment, Inspection, Plan, Standing
from takings.plugin.steps import Capability
from takings.plugin.targets import Target
from takings.store.journal import OperationRow, UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, OperationState, Purpose, UnitState
from takings.store.tables import Day
from takings.sync.drafts import keep_approvals, unapproved_units
from takings.sync.encoding import decode_document
from takings.sync.joint import Joint, Services
from takings.sync.operations import load_receipts

#: What a day says of its drafts, until their payments are made.
_HOW_IT_STANDS = {
    "payments.wait_for_approval",
    "payments.ready",
    "payments.document_changed",
    "payments.document_gone",
    "payments.mapped_otherwise",
}

_HELD_BACK = (OperationState.WAITING.value, OperationState.REFUSED.value)

_ROW, _UNIT = fields(OperationRow), fields(UnitRow)
_OF_POSTED = (
    _UNIT.id == _ROW.unit_id,
    _UNIT.integration_id == bindparam("of"),
    _UNIT.state == UnitState.POSTED.value,
    _ROW.organisation == bindparam("organisation"),
    _ROW.purpose == Purpose.PAY.value,
)
_UNPAID = columns(_ROW.unit_id, _ROW.key).where(*_OF_POSTED, _ROW.state.in_(_HELD_BACK))
_RELEASED = (
    columns(_ROW.id)
    .where(*_OF_POSTED, _ROW.state.in_((OperationState.PLANNED.value, OperationState.UNKNOWN.value)))
    .limit(1)
)
_DAY = fields(Day)
_TOLD = columns(_DAY.id, _DAY.unit_id).where(
    _DAY.integration_id == bindparam("of"),
    _DAY.state == DayState.POSTED.value,
    # As text: a pattern compared with JSON would be written as JSON itself and match nothing.
    type_coerce(_DAY.findings, Text).like('%"payments.%'),
)
_ADJUSTING = columns(_UNIT.id, _UNIT.mapped).where(
    _UNIT.adjusts.in_(bindparam("ids", expanding=True)), _UNIT.state == UnitState.POSTED.value
)
_PAYING = columns(_ROW.unit_id, _ROW.state, _ROW.findings).where(
    _ROW.unit_id.in_(bindparam("ids", expanding=True)), _ROW.purpose == Purpose.PAY.value
)


class Approval(StrEnum):
    """How a document whose payments wait stands: not approved yet, approved, edited before, or gone.

    One that was approved is kept back where its payments have no place by the mapping of now.
    """

    WAITING = "waiting"
    READY = "ready"
    CHANGED = "changed"
    GONE = "gone"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """A posted document that is a draft or whose payments were not made, and how the ledger holds it now.

    `kept` says why its payments go nowhere, though it was approved.
    """

    unit_id: int
    document: Document
    payments: tuple[DocumentPayment, ...]
    number: str
    receipt: Mapping[str, str]
    inspection: Inspection | None = None
    kept: Finding | None = None

    @property
    def approval(self) -> Approval:
        """How the document stands, as far as payments are concerned."""
        found = self.inspection
        if found is None or found.standing is not Standing.STANDS:
            return Approval.GONE
        # Without payments to be made, what somebody changes or pays there keeps nothing back.
        if self.payments and (found.total != self.document.total or self.settled_otherwise):
            return Approval.CHANGED
        if not found.payable:
            return Approval.WAITING
        return Approval.KEPT if self.payments and self.kept else Approval.READY

    @property
    def settled_otherwise(self) -> Decimal:
        """What settles the document there beside its own payments: entered by hand, doubled, or credited."""
        if self.inspection is None:
            return ZERO
        own = {one.key for one in self.document.payments}
        foreign = ZERO
        for one in self.inspection.payments:
            if one.key in own:
                own.remove(one.key)
            else:
                foreign += one.amount
        return max(foreign, self.inspection.credited)

    @property
    def total(self) -> Decimal:
        """What the payments come to."""
        return sum((one.amount for one in self.payments), ZERO)

    @property
    def finding(self) -> Finding | None:
        """What somebody should know or do; nothing while it waits to be approved, or has no payments to be made."""
        if not self.payments:
            return None
        if self.approval is Approval.KEPT:
            return self.kept
        make = {Approval.READY: _ready, Approval.CHANGED: _changed, Approval.GONE: _gone}.get(self.approval)
        return make(self) if make else None


def kept_back(plan: Plan) -> tuple[Finding, ...]:
    """Say that payments of a plan are not made before somebody approved their document."""
    count = sum(one.waits for one in plan.operations)
    return (_waits(count),) if count else ()


def _waits(count: int) -> Finding:
    return Finding(
        code="payments.wait_for_approval",
        what=f"{'Its payment waits' if count == 1 else f'Its {count} payments wait'} until it is approved",
        why="It is left as a draft or for approval, and the ledger takes payments on approved documents only",
        do="Approve it in the ledger; the payments are offered then",
        where="ledger",
        severity=Severity.INFO,
    )


def load_unpaid(session: Session, joint: Joint) -> list[Unpaid]:
    """Read the documents of an integration that are drafts or whose payments wait, in order of their dates."""
    rows = ask(session, _UNPAID, of=joint.integration.id, organisation=joint.organisation).all()
    waiting = {key for _, key in rows}
    ids = sorted(unapproved_units(session, joint) | {unit_id for unit_id, _ in rows})
    units: list[UnitRow] = []
    for some in chunks(ids):
        units += session.exec(select(UnitRow).where(col(UnitRow.id).in_(some)))
    documents = [(unit, decode_document(one)) for unit in units for one in unit.documents]
    receipts = load_receipts(session, joint.organisation, [document.key for _, document in documents])
    lacking = [tuple(one for one in document.payments if one.key in waiting) for _, document in documents]
    found = [
        Unpaid(
            unit_id=unit.id or 0,
            document=document,
            payments=payments,
            number=document.number or unit.number,
            receipt=receipts[document.key],
        )
        for (unit, document), payments in zip(documents, lacking, strict=True)
        if document.key in receipts and (payments or document.draft)
    ]
    return sorted(found, key=lambda one: (one.document.day, one.document.key))


def inspect_unpaid(services: Services, joint: Joint, target: Target, *, unpaid: Sequence[Unpaid]) -> list[Unpaid]:
    """Read how the ledger holds these documents now, and keep which of them were approved."""
    if not unpaid:
        return []
    days = [one.document.day for one in unpaid]
    receipts = {one.document.key: one.receipt for one in unpaid}
    guard = services.host.guard(joint.integration.target_component)
    found: dict[str, Inspection] = {}
    for one in guard.iterate(lambda: target.inspect(receipts, Period(min(days), max(days)))):
        if one.standing is not Standing.SEVERAL:
            found[one.key] = one
    read = with_inspections(unpaid, found)
    keep_approvals(services, joint, [(one.document, one.inspection) for one in read if one.inspection])
    tell_days(services, joint, read)
    return read


def tell_days(services: Services, joint: Joint, unpaid: Iterable[Unpaid]) -> None:
    """Let days say how their drafts stand by what was found: approved, changed, or gone, and not to be approved."""
    by_unit: dict[int, list[Unpaid]] = {}
    for one in unpaid:
        if one.payments:
            by_unit.setdefault(one.unit_id, []).append(one)
    if not by_unit:
        return
    with services.database.read() as session:
        units = _units_of(session, ask(session, _TOLD, of=joint.integration.id).all())
    found = {day: [one for id_ in ids for one in by_unit.get(id_, ())] for day, ids in units.items()}
    with services.database.write() as session:
        for day_id, mine in found.items():
            if mine:
                _keep_told(session, day_id, mine, now=services.clock.now())


def _keep_told(session: Session, day_id: int, unpaid: Sequence[Unpaid], *, now: datetime) -> None:
    day = session.get_one(Day, day_id, with_for_update=True)
    waiting = sum(len(one.payments) for one in unpaid if one.approval is Approval.WAITING)
    ready = [one for one in unpaid if one.approval is Approval.READY]
    broken = tell(unpaid, ready=False)
    # What is ready is told where nothing else is: it may be paid at once, and the rest is told on.
    found = [*((_waits(waiting),) if waiting else ()), *broken] or tell(ready, ready=True)
    new = [one.as_dict() for one in found]
    kept = [one for one in day.findings if one["code"] not in _HOW_IT_STANDS]
    if day.state == DayState.POSTED.value and day.findings != [*kept, *new]:
        day.findings, day.updated_at = [*kept, *new], now
        session.add(day)


def with_inspections(unpaid: Iterable[Unpaid], found: Mapping[str, Inspection]) -> list[Unpaid]:
    """Put documents together with how they were found."""
    return [replace(one, inspection=found.get(one.document.key)) for one in unpaid]


def release(session: Session, ready: Iterable[Unpaid]) -> int:
    """Let the payments of approved documents be looked up and then sent; returns how many."""
    # By what belongs to each document: another one of the same day may wait still.
    paying = [(one.unit_id, payment.key) for one in ready for payment in one.payments]
    count = 0
    for some in chunks(paying):
        done = session.connection().execute(
            update(OperationRow)
            .where(
                col(OperationRow.unit_id).in_({unit_id for unit_id, _ in some}),
                col(OperationRow.key).in_({key for _, key in some}),
                col(OperationRow.purpose) == Purpose.PAY.value,
                col(OperationRow.state).in_(_HELD_BACK),
            )
            # Looked up before they are sent: a lost database does not know what was paid.
            .values(state=OperationState.UNKNOWN.value, findings=[])
        )
        count += int(done.rowcount)
    return count


def any_released(session: Session, joint: Joint) -> bool:
    """Tell whether payments that were let go are still to be sent."""
    return ask(session, _RELEASED, of=joint.integration.id, organisation=joint.organisation).first() is not None


def finish_payments(session: Session, joint: Joint, now: datetime) -> None:
    """Bring the days of documents up to date whose payments were made, or refused."""
    if Capability.DRAFTS not in joint.target_type.capabilities:
        return
    units = _units_of(session, ask(session, _TOLD, of=joint.integration.id).all())
    paying: dict[int, list[tuple[str, list[dict[str, str]]]]] = {}
    for some in chunks(sorted({one for ids in units.values() for one in ids})):
        for unit_id, state, findings in ask(session, _PAYING, ids=some):
            paying.setdefault(unit_id, []).append((state, findings))
    for day_id, ids in units.items():
        found = [one for unit_id in ids for one in paying.get(unit_id, [])]
        refused = [one for state, findings in found if state == OperationState.REFUSED.value for one in findings]
        if refused or (found and all(state == OperationState.DONE.value for state, _ in found)):
            _tell_day(session.get_one(Day, day_id), refused, now)
    session.flush()


def _units_of(session: Session, days: Iterable[tuple[int, int | None]]) -> dict[int, list[int]]:
    """Return the units of these days (each with its own one) by the days' ids: also those that adjust them."""
    units = {day_id: [unit_id] for day_id, unit_id in days if unit_id is not None}
    for some in chunks(sorted({one for ids in units.values() for one in ids})):
        for unit_id, mapped in ask(session, _ADJUSTING, ids=some):
            for row in mapped:
                if row["day"] in units:
                    units[row["day"]].append(unit_id)
    return units


def tells_of_payments(finding: Mapping[str, str]) -> bool:
    """Tell whether a day's finding is about payments that wait for approval."""
    return finding["code"].startswith("payments.")


def _tell_day(day: Day, refused: Sequence[dict[str, str]], now: datetime) -> None:
    """Give a day what the ledger refused of its payments, and take away what is over."""
    kept = [
        one
        for one in day.findings
        if (bool(refused) if tells_of_payments(one) else one.get("severity", "error") != Severity.ERROR.value)
    ]
    findings = [*kept, *(one for place, one in enumerate(refused) if one not in refused[:place])]
    if findings != day.findings:
        day.findings, day.updated_at = findings, now


def tell(unpaid: Sequence[Unpaid], *, ready: bool) -> list[Finding]:
    """Return what somebody should know of these documents; of those that are ready only where it is asked."""
    found = [one.finding for one in unpaid if ready or one.approval is not Approval.READY]
    return [one for one in found if one is not None]


def _name(one: Unpaid) -> str:
    return f"{one.document.kind} {one.number or one.document.number or one.document.key} of {one.document.day}"


def _ready(one: Unpaid) -> Finding:
    currency = one.document.currency
    return Finding(
        code="payments.ready",
        what=f"The {_name(one)} was approved, and its payments of {show_amount(one.total, currency)} {currency} can "
        "be posted",
        why="They waited, since the ledger takes payments on approved documents only",
        do="Look at the payments that wait, and post them",
        where="day",
        severity=Severity.INFO,
        subject=one.document.key,
    )


def _changed(one: Unpaid) -> Finding:
    assert one.inspection is not None
    currency, found = one.document.currency, one.inspection
    what = (
        f"comes to {show_amount(found.total, currency)} {currency} now, and "
        f"{show_amount(one.document.total, currency)} was posted"
        if found.total != one.document.total
        else f"is paid or credited with {show_amount(one.settled_otherwise, currency)} {currency} that did not come "
        "from here"
    )
    return Finding(
        code="payments.document_changed",
        what=f"The {_name(one)} {what}: its payments are not posted",
        why="Somebody edited or paid it in the ledger, and the day's payments would leave it open or overpaid",
        do="Put the document right in the ledger, or undo the day and post it anew",
        where="ledger",
        severity=Severity.WARNING,
        subject=one.document.key,
    )


def _gone(one: Unpaid) -> Finding:
    status = one.inspection.status.lower() if one.inspection and one.inspection.status else "not there any more"
    return Finding(
        code="payments.document_gone",
        what=f"The {_name(one)} is {status} in the ledger: its payments are not posted",
        why="Somebody voided or deleted it before it was approved",
        do="Undo the day, then decide to post it anew or never",
        where="day",
        severity=Severity.WARNING,
        subject=one.document.key,
    )
