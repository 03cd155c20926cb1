"""What an undo would do, said before anything is done: documents, payments, calls, time, what can't be removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from takings.domain.findings import errors
from takings.domain.money import ZERO
from takings.plugin.documents import Standing
from takings.plugin.kinds import Budget, OperationKind
from takings.sync.joint import Joint, Services, open_target
from takings.sync.mapped import taken_of
from takings.sync.phases import Tally
from takings.sync.showing import sequence_of, show_document
from takings.sync.undoing import UndoPlanned, UndoScope, reaching_further, undo_period
from takings.views import Confirmation, DocumentView, UndoPreview

#: What a call takes, on its way there and back.
_CALL = timedelta(seconds=0.4)

_DAY = timedelta(days=1)


def preview_undo(services: Services, joint: Joint, scope: UndoScope) -> UndoPreview:
    """Plan an undo without writing anything."""
    from takings.sync.taking_back import TakingBack  # noqa: PLC0415 - it asks this module for its question

    planned = TakingBack(services, joint, open_target(services, joint), tally=Tally()).plan(scope)
    with services.database.read() as session:
        further = reaching_further(session, joint, scope)
    doing = [one for one in planned if not one.held]
    calls = count_calls(doing, joint.target_type.kinds)
    documents = tuple(view for one in doing for view in _documents(one))
    return UndoPreview(
        integration=joint.integration.name,
        organisation=joint.connected_target.name,
        period=str(undo_period([one.unit for one in planned])) if planned else "",
        currency=documents[0].currency if documents else "",
        count=len(documents),
        question=str(ask_undo(joint, planned)) if documents else "",
        documents=documents,
        payments=sum(len(one.payments) for view in doing for one in view.inspections.values()),
        calls=calls,
        seconds=int(estimate(calls, joint.target_type.budget).total_seconds()),
        left=tuple(view for one in planned if one.held for view in _documents(one)),
        findings=tuple(dict.fromkeys((*further, *(found for one in planned for found in one.findings)))),
    )


def _documents(one: UndoPlanned) -> list[DocumentView]:
    return [
        show_document(
            document,
            sequence=sequence_of(one.unit.key),
            number=one.unit.number,
            state=_standing(one, document.key),
            link=one.inspections[document.key].link if document.key in one.inspections else "",
            findings=one.findings,
        )
        for document in one.posted.documents
    ]


def _standing(one: UndoPlanned, key: str) -> str:
    found = one.inspections.get(key)
    return (found.standing if found else Standing.ABSENT).value


def ask_undo(joint: Joint, planned: Sequence[UndoPlanned]) -> Confirmation:
    """Return the question: what would be taken back, and from whom."""
    doing = [one for one in planned if not one.held]
    documents = [document for one in doing for document in one.posted.documents]
    calls = count_calls(doing, joint.target_type.kinds)
    return Confirmation(
        integration=joint.integration.name,
        organisation=joint.connected_target.name,
        period=str(undo_period([one.unit for one in doing])) if doing else "",
        currency=documents[0].currency if documents else "",
        count=len(documents),
        total=sum((taken_of(one.unit) for one in doing), ZERO),
        held=len({one.unit.key for one in planned if errors(one.findings)}),
        verb="taken back from",
        calls=calls,
        seconds=int(estimate(calls, joint.target_type.budget).total_seconds()),
    )


def count_calls(planned: Sequence[UndoPlanned], kinds: Sequence[OperationKind]) -> int:
    """Count the writing calls of these plans, where the calls of one kind are as full as they may be."""
    largest = {kind.key: kind.max_count for kind in kinds}
    counted = Counter(operation.kind for one in planned for operation in one.plan.operations)
    return sum(-(-count // largest.get(kind, 1)) for kind, count in counted.items())


def estimate(calls: int, budget: Budget) -> timedelta:
    """Estimate how long so many calls take within a ledger's limits: some at once, so many a minute and a day."""
    if not calls:
        return timedelta(0)
    days = (calls - 1) // budget.day if budget.day else 0
    rest = calls - days * budget.day
    minutes = (rest - 1) // budget.minute if budget.minute else 0
    last = rest - minutes * budget.minute
    return days * _DAY + minutes * timedelta(minutes=1) + last * _CALL / max(budget.concurrent, 1)
