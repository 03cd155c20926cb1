"""The plan that takes a unit back: payments removed, then its document voided; or a document that reverses it. Pure.

Xero removes no payment that is reconciled or part of a batch, and changes nothing in a locked period. Payments that
look so go first, and everything else of the unit waits for them: when Xero refuses, the unit stands as it was. What
stands in a locked period, whose voiding was refused, or that came to 0.00 is reversed by the opposite document on an
open date: a document of 0.00 is paid as soon as it is approved, and Xero voids nothing that is paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from takings.plugin import (
    Finding,
    InspectedPayment,
    Inspection,
    Operation,
    Plan,
    PostedOperation,
    PostedUnit,
    Severity,
    Standing,
    Survey,
)
from takings_xero import undo_findings
from takings_xero.reversing import plan_reversal

#: The kinds of documents, and what voids each: its kind, and the name of its id.
VOIDING = {
    "invoice": ("void", "InvoiceID"),
    "creditnote": ("void_creditnote", "CreditNoteID"),
    "journal": ("void_journal", "ManualJournalID"),
}

#: How far the keys of a unit's documents are apart.
_APART = 1_000

#: States that are deleted rather than voided.
_UNAPPROVED = frozenset({"DRAFT", "SUBMITTED"})


def plan_undo(posted: PostedUnit, inspections: Mapping[str, Inspection], survey: Survey) -> Plan:
    """Decide what takes a unit back, with the documents of its customers; nothing where nothing of it stands."""
    plans = [_plan_part(one, inspections, survey) for one in _parts(posted)]
    found = tuple(dict.fromkeys(finding for plan in plans for finding in plan.findings))
    if any(one.severity is Severity.ERROR for one in found):
        return Plan(findings=found)
    return Plan(
        operations=tuple(one for plan in plans for one in plan.operations),
        documents=tuple(one for plan in plans for one in plan.documents),
        findings=found,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part(PostedUnit):
    """One document of a unit with its payments; the keys of the others are counted from further on."""

    place: int = 0

    def operation_key(self, kind: str, number: int = 1) -> str:
        """Return the key of the n-th operation of a kind for this document."""
        return PostedUnit.operation_key(self, kind, self.place * _APART + number)


def _parts(posted: PostedUnit) -> list[_Part]:
    """Return the documents of a unit, those of its customers first: a customer's payment stops all."""
    papers = [one for one in posted.operations if one.kind in VOIDING]
    rest = tuple(one for one in posted.operations if one.kind not in VOIDING)
    return [
        _Part(
            key=posted.key,
            generation=posted.generation,
            operations=(paper, *(rest if place == 0 else ())),
            documents=posted.documents,
            dated=posted.dated,
            refused=posted.refused,
            place=place,
        )
        for place, paper in reversed(list(enumerate(papers)))
    ]


def _plan_part(posted: PostedUnit, inspections: Mapping[str, Inspection], survey: Survey) -> Plan:
    document = next((one for one in posted.operations if one.kind in VOIDING), None)
    found = inspections.get(document.key) if document else None
    if document is None or found is None or found.standing is not Standing.STANDS:
        return Plan()
    own = {one.receipt.get("id", "") for one in posted.operations if one.kind == "payment"}
    ours = [one for one in found.payments if one.id in own]
    foreign = [one for one in found.payments if one.id not in own]
    if foreign:
        return Plan(findings=tuple(undo_findings.foreign_payment(found, one) for one in foreign))
    locked = survey.locked_through
    is_locked = locked is not None and found.day is not None and found.day <= locked
    refused = posted.operation_key("void") in posted.refused
    if found.status not in _UNAPPROVED and (is_locked or refused or _is_paid_by_nothing(found)):
        other = undo_findings.WAS_REFUSED if refused else undo_findings.IS_PAID_BY_NOTHING
        why = undo_findings.IS_LOCKED if is_locked else other
        return plan_reversal(posted, document, found, payments=ours, currency=survey.chart.currency, why=why)
    if found.credited:
        return Plan(findings=(undo_findings.credited(found, survey.chart.currency),))
    removals = _removals(posted, ours)
    kind, id_name = VOIDING[document.kind]
    status = "DELETED" if found.status in _UNAPPROVED else "VOIDED"
    void = Operation(
        key=posted.operation_key("void"),
        kind=kind,
        payload={id_name: document.receipt["id"], "Status": status},
        depends_on=tuple(one.key for one in removals),
        removes=(document.key,),
    )
    return Plan(operations=(*removals, void), findings=_warnings(found, ours))


def _is_paid_by_nothing(found: Inspection) -> bool:
    """Whether a document counts as paid without a payment or credit that could be removed: its total is 0.00."""
    return found.status == "PAID" and not found.total and not found.payments and not found.credited


def _removals(posted: PostedUnit, payments: Sequence[InspectedPayment]) -> list[Operation]:
    """Remove the doubtful payments first; the others wait for all of these."""
    made = {one.receipt.get("id", ""): (place, one) for place, one in enumerate(_payments_of(posted), start=1)}
    doubtful = [one for one in payments if one.fixed]
    first = [_removal(posted, *made[one.id]) for one in doubtful]
    waits = tuple(one.key for one in first)
    return [*first, *(_removal(posted, *made[one.id], waits=waits) for one in payments if not one.fixed)]


def _payments_of(posted: PostedUnit) -> list[PostedOperation]:
    return [one for one in posted.operations if one.kind == "payment"]


def _removal(posted: PostedUnit, place: int, made: PostedOperation, *, waits: tuple[str, ...] = ()) -> Operation:
    return Operation(
        key=posted.operation_key("payment", place),
        kind="payment_removal",
        payload={"PaymentID": made.receipt["id"]},
        depends_on=waits,
        removes=(made.key,),
    )


def _warnings(found: Inspection, payments: Sequence[InspectedPayment]) -> tuple[Finding, ...]:
    return tuple(undo_findings.fixed_payment(found, one) for one in payments if one.fixed)
