"""Which days may be posted without asking, and what is asked before the others.

Days that come due after somebody made the integration active are posted by themselves, from its start date on where
that is later, and so are those of a period that somebody confirmed. All others are history: nothing of it is posted
before somebody has seen its counts and totals, wherever the start date is set to. Of a draft everything is history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from takings.domain.findings import Finding, Severity
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.plugin.targets import Survey
from takings.store import audit
from takings.store.states import IntegrationState
from takings.store.tables import Integration
from takings.sync.agreed import confirms
from takings.sync.joint import Joint, Services
from takings.sync.planning import Planned
from takings.views import Confirmation


def needs_asking(integration: Integration, planned: Sequence[Planned]) -> list[Planned]:
    """Return the units that nobody has confirmed; what stands in the ledger already was confirmed once.

    So was what is posted anew or adjusted: somebody decided about just that day, or a policy that somebody declared.
    """
    is_confirmed = confirms(integration)
    return [one for one in planned if not one.stands and not _was_posted(one) and not is_confirmed(one.first)]


def _was_posted(planned: Planned) -> bool:
    return any(one.generation > 1 or one.adjusts is not None for one in planned.candidates)


def ask(joint: Joint, survey: Survey, posting: Sequence[Planned], *, held: int, missing: int = 0) -> Confirmation:
    """Return the question: what would be made in the ledger, for which days; what stands there is named beside."""
    new = [one for one in posting if not one.stands]
    return Confirmation(
        integration=joint.integration.name,
        organisation=survey.chart.organisation_name,
        period=str(period_of(new)),
        currency=survey.chart.currency,
        count=documents_in(new),
        total=taken(joint, new),
        held=held,
        missing=missing,
        standing=documents_in([one for one in posting if one.stands]),
    )


def documents_in(planned: Sequence[Planned]) -> int:
    """Count the documents of units."""
    return sum(len(one.plan.documents) for one in planned)


def period_of(posting: Sequence[Planned]) -> Period:
    """Return the period that units are for."""
    return Period(min(one.first for one in posting), max(one.last for one in posting))


def taken(joint: Joint, planned: Sequence[Planned]) -> Decimal:
    """Return the takings in units: what their documents come to; where payment methods are lines, what the others do.

    Such a document comes to nothing, or to what is left open on it.
    """
    if joint.tenders_as_lines:
        return sum((day.mapped.total for one in planned for day in one.candidates), ZERO)
    own = (document for one in planned for document in one.plan.documents if not document.customer)
    return sum((document.sign * document.total for document in own), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What somebody confirmed, and in which run."""

    question: Confirmation
    principal: str
    run_id: str


def remember_confirmed(
    services: Services, joint: Joint, period: Period | None, *, by: Confirmed | None = None
) -> None:
    """Keep a confirmed period, and who confirmed what of it (`by`), in the audit trail.

    The first time, days from today on are posted by themselves from now on.
    """
    with services.database.write() as session:
        row = session.get_one(Integration, joint.integration.id)
        if period is not None:
            if by is not None:
                _keep_who(session, row, by, period=period, at=services.clock.now())
            row.confirmed = [*row.confirmed, [period.first.isoformat(), period.last.isoformat()]]
        today = joint.today(services.clock.now())
        row.start_date, row.active_from = row.start_date or today, row.active_from or today
        if row.state == IntegrationState.DRAFT.value:
            row.state, row.reason = IntegrationState.ACTIVE.value, ""
        session.add(row)


def _keep_who(session: Session, row: Integration, by: Confirmed, *, period: Period, at: datetime) -> None:
    question = by.question
    audit.record(
        session,
        at=at,
        owner=row.owner,
        principal=by.principal,
        action="history.confirmed",
        integration_id=row.id,
        request_id=by.run_id,
        details={
            "count": question.count,
            "total": str(question.total),
            "currency": question.currency,
            "organisation": question.organisation,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
        },
    )


_DONE = {"undo": "taken back", "payments": "paid"}


def unconfirmed(count: int, *, kind: str, queued: bool) -> Finding:
    """Return the finding of a run that nobody confirmed; of a queued or scheduled one nobody could."""
    if queued:
        return waits_for_confirmation(count, kind=kind)
    documents = f"{count} document{'s' if count != 1 else ''}"
    return Finding(
        code="run.not_confirmed",
        what=f"{documents} would be {_DONE.get(kind, 'posted')}, and nobody confirmed that number",
        why="Nothing is written to the ledger before somebody has seen how many documents that are",
        do=f"Begin it again, and confirm {count}",
        severity=Severity.WARNING,
    )


def waits_for_confirmation(count: int, *, kind: str = "sync", period: Period | None = None) -> Finding:
    """Return the finding of days that a scheduled run leaves waiting, or of another that would do something else.

    `period` has the days that wait, where the run knows them.
    """
    documents = f"{count} document{'s' if count != 1 else ''}"
    if kind == "payments":
        return Finding(
            code="payments.count_differs",
            what=f"The payments of {documents} would be posted, and another number was confirmed",
            why="Nothing is paid before somebody has seen how many documents that are",
            do="Look at the documents that were approved, and confirm their count",
        )
    if kind == "undo":
        return Finding(
            code="undo.count_differs",
            what=f"{documents} would be taken back, and another number was confirmed",
            why="Nothing is taken back before somebody has seen how many documents that are",
            do="Look at the preview of the undo, and confirm its count",
        )
    return Finding(
        code="run.waits_for_confirmation",
        what=f"{documents} of the past{f' ({period})' if period else ''} wait{'s' if count == 1 else ''} to be "
        "confirmed",
        why="Nothing of the past is posted before somebody has seen its counts and totals",
        do=f"Sync these days by hand, look at what would be posted, and confirm that it is {count}",
        severity=Severity.WARNING,
        subject=str(period or ""),
    )
