"""Shows what a sync would post, from what is stored and one survey; writes nothing and reserves no number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from takings.domain.findings import Finding, Severity
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.setup.mapping_notes import mapping_findings
from takings.store.states import DayState
from takings.sync.combining import group_days, not_clear, surveyed, widened_for
from takings.sync.confirming import taken
from takings.sync.emptiness import gaps
from takings.sync.encoding import encode_findings
from takings.sync.guarding import guard_units
from takings.sync.joint import Joint, Services, load_table, open_target
from takings.sync.numbers import NumberBook
from takings.sync.planning import Planned, load_candidates, plan_units
from takings.sync.showing import show_days, show_held, show_planned
from takings.sync.surveying import read_survey
from takings.sync.tax_comparing import changed_finding, compare_taxes, stated_for
from takings.views import PreviewView
from takings.views.taxes import TaxComparison


def preview(services: Services, joint: Joint, period: Period) -> PreviewView:
    """Plan the waiting days of a period without writing anything."""
    with services.database.read() as session:
        table = load_table(session, joint)
        candidates = load_candidates(session, joint, table, period=widened_for(joint.integration, period))
        known = show_days(session, joint.integration, period)
        held = show_days(session, joint.integration, period, states=(DayState.HELD.value,))
        nothing = show_days(session, joint.integration, period, states=(DayState.NOTHING.value,))
    target = open_target(services, joint)
    survey = read_survey(services, joint, target, period=surveyed([*period]))
    with services.database.read() as session:
        book = NumberBook(session, services.host, joint, dates=[one.key.business_date for one in candidates])
        combined = group_days(session, joint, survey, candidates=candidates, today=joint.today(services.clock.now()))
    planned = plan_units(services, joint, target, survey=survey, groups=combined.groups, book=book)
    planned += not_clear(combined, joint)
    with services.database.read() as session:
        planned = guard_units(session, joint, survey, planned=planned)
        lacking = gaps(session, joint, period, today=joint.today(services.clock.now()))
        doubtful = mapping_findings(session, joint, survey.chart)
    held += [view for one in planned if one.held for view in show_held(one)]
    waiting = tuple(dict.fromkeys(found for one in combined.waiting for found in one.findings))
    documents = [view for one in planned if not one.held for view in show_planned(one)]
    compared = _tax_compared([one for one in planned if not one.held])
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
        total=taken(joint, [one for one in planned if not one.held]),
        tax=sum((one.sign * one.tax for one in documents), ZERO),
        payments=sum(len(one.payments) for one in documents),
        tax_compared=compared,
        findings=(*survey.findings, *changed, *doubtful, *waiting, *lacking, *unknown),
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
