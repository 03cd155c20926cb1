"""Shows what a sync would post, from what is stored and one survey; writes nothing and reserves no number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from takings.domain.findings import Finding, Severity
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.setup.mapping_notes import mapping_findings
from takings.store.states import DayState
from takings.sync.combining import group_days, surveyed
from takings.sync.confirming import documents_in, period_of, taken
from takings.sync.emptiness import gaps
from takings.sync.encoding import encode_findings
from takings.sync.joint import Joint, Services, open_target
from takings.sync.planning import Planned
from takings.sync.proposing import propose
from takings.sync.showing import show_days, show_held, show_planned
from takings.sync.surveying import read_survey
from takings.sync.tax_comparing import changed_finding, compare_taxes, stated_for
from takings.sync.waiting import foresee_waiting
from takings.views import PreviewView
from takings.views.taxes import TaxComparison


def preview(services: Services, joint: Joint, period: Period) -> PreviewView:
    """Plan the waiting days of a period without writing anything."""
    with services.database.read() as session:
        waiting = foresee_waiting(session, joint, period)
        known = show_days(session, joint.integration, period)
        held = show_days(session, joint.integration, period, states=(DayState.HELD.value,))
        nothing = show_days(session, joint.integration, period, states=(DayState.NOTHING.value,))
    target, today = open_target(services, joint), joint.today(services.clock.now())
    surveying = waiting.survey_period(today) if waiting.is_any else surveyed([*period])
    survey = read_survey(services, joint, target, period=surveying)
    with services.database.read() as session:
        combined = group_days(session, joint, survey, candidates=waiting.candidates, today=today)
        lacking = gaps(session, joint, period, today=today)
        doubtful = mapping_findings(session, joint, survey.chart)
    planned = propose(services, joint, target, survey=survey, combined=combined)
    posting = [one for one in planned if not one.held and not one.stands]
    again = {(one.key.business_date, one.key.sequence) for one in waiting.candidates}
    held = [one for one in held if (one.business_date, one.sequence) not in again]
    held += [view for one in planned if one.held for view in show_held(one)]
    kept = tuple(dict.fromkeys(found for one in combined.waiting for found in one.findings))
    documents = [view for one in posting for view in show_planned(one)]
    compared = _tax_compared(posting)
    told = (*waiting.beyond, *_standing([one for one in planned if not one.held and one.stands]))
    changed = changed_finding(compared, survey.chart.currency)
    unknown = _nothing_known(period, days=len(known))
    return PreviewView(
        integration=joint.integration.name,
        organisation=survey.chart.organisation_name,
        period=str(period),
        currency=survey.chart.currency,
        documents=tuple(documents),
        held=tuple(sorted(held, key=lambda one: (one.business_date, one.sequence))),
        nothing=tuple(nothing),
        total=taken(joint, posting),
        tax=sum((one.sign * one.tax for one in documents), ZERO),
        payments=sum(len(one.payments) for one in documents),
        tax_compared=compared,
        findings=(*survey.findings, *changed, *doubtful, *kept, *lacking, *unknown, *told),
    )


def _standing(planned: Sequence[Planned]) -> tuple[Finding, ...]:
    if not planned:
        return ()
    count, period = documents_in(planned), period_of(planned)
    return (
        Finding(
            code="preview.stands",
            what=f"{count} document{'s' if count != 1 else ''} of {period} stand{'s' if count == 1 else ''} in the "
            "ledger already",
            why="They were posted before this database knew of them, and a sync takes them over and makes none anew",
            severity=Severity.INFO,
            subject=str(period),
        ),
    )


def _tax_compared(planned: Sequence[Planned]) -> TaxComparison | None:
    documents = [(document, "") for one in planned for document in one.plan.documents]
    return compare_taxes(documents, stated_for(day.mapped for one in planned for day in one.candidates))


def summarise_preview(view: PreviewView) -> dict[str, Any]:
    """Write what a preview comes to, without its documents."""
    return {
        "organisation": view.organisation,
        "period": view.period,
        "currency": view.currency,
        "documents": len(view.documents),
        "payments": view.payments,
        "total": f"{view.total:f}",
        "tax": f"{view.tax:f}",
        "held": len(view.held),
        "nothing": len(view.nothing),
        "findings": encode_findings(view.findings),
    }


def _nothing_known(period: Period, *, days: int) -> tuple[Finding, ...]:
    if days:
        return ()
    return (
        Finding(
            code="preview.no_days",
            what=f"No day of {period} is known here yet",
            why="A preview shows what is stored, and asks the point of sale for nothing",
            do="Sync: it fetches the days, and asks before it posts; or import them from a file",
            severity=Severity.INFO,
        ),
    )
