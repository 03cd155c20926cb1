"""Plans the days that wait for posting: a unit each, its number, the target's plan, and the core's checks of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import Session, col

from takings.domain.codec import read_canonical
from takings.domain.day import DayKey, DaySummary
from takings.domain.findings import Finding, errors
from takings.domain.identity import unit_key
from takings.domain.mapping import MappedDay, MappingTable, map_day
from takings.domain.money import show_amount
from takings.domain.period import Period
from takings.plugin.documents import Plan, Unit
from takings.plugin.settings import Settings
from takings.plugin.targets import StandingDocument, Survey, Target
from takings.store.query import columns
from takings.store.states import DayState
from takings.store.tables import Day, Record
from takings.sync.checking import check_plan
from takings.sync.joint import Joint, Services
from takings.sync.numbers import NumberBook, Numbered
from takings.sync.placing import placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A day that waits for posting, mapped."""

    day_id: int
    record_id: int
    mapped: MappedDay

    @property
    def key(self) -> DayKey:
        """The identity of the day."""
        return self.mapped.day.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A unit with its plan; findings of severity error hold it. `stands` says that the ledger holds it already."""

    unit: Unit
    plan: Plan
    candidates: tuple[Candidate, ...]
    findings: tuple[Finding, ...]
    reservation: dict[str, Any] | None
    stands: bool

    @property
    def first(self) -> date:
        """The first business date that it is for."""
        return min(one.key.business_date for one in self.candidates)

    @property
    def held(self) -> bool:
        """Whether nothing of it may be posted."""
        return bool(errors(self.findings))


def load_candidates(
    session: Session,
    joint: Joint,
    table: MappingTable,
    period: Period | None,
    *,
    day_ids: Sequence[int] = (),
    remembered: Mapping[int, DaySummary] | None = None,
) -> list[Candidate]:
    """Read the days that wait for posting, or those named, in order of their dates.

    `remembered` has days by the ids of their records, which need not be read again.
    """
    remembered = remembered or {}
    query = (
        columns(Day.id, Day.record_id, Day.posted_record_id)
        .where(Day.integration_id == joint.integration.id)
        .order_by(col(Day.business_date), col(Day.sequence))
    )
    query = query.where(col(Day.id).in_(day_ids) if day_ids else Day.state == DayState.PENDING.value)
    if period:
        query = query.where(Day.business_date >= period.first, Day.business_date <= period.last)
    found = [(id_, posted if day_ids and posted else current) for id_, current, posted in session.execute(query)]
    texts = _canonical(session, [record_id for _, record_id in found if record_id not in remembered])
    candidates = []
    for day_id, record_id in found:
        day = remembered.get(record_id) or read_canonical(texts[record_id])
        mapped = map_day(day, table)
        if isinstance(mapped, MappedDay):
            candidates.append(Candidate(day_id=day_id, record_id=record_id, mapped=mapped))
    return candidates


def _canonical(session: Session, ids: Sequence[int]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        rows = session.execute(
            columns(Record.id, Record.canonical).where(col(Record.id).in_(ids[start : start + 500]))
        )
        texts |= dict(rows.all())
    return texts


def plan_units(
    services: Services,
    joint: Joint,
    target: Target,
    *,
    survey: Survey,
    candidates: Sequence[Candidate],
    book: NumberBook,
) -> list[Planned]:
    """Plan one unit for each candidate; those the ledger holds already come first, to keep their numbers."""
    settings = joint.target_settings
    standing = _standing(survey)
    ordered = sorted(candidates, key=lambda one: (_key_of(joint, one) not in standing, one.key))
    planned = [
        _plan_unit(services, joint, target, survey=survey, candidate=one, book=book, standing=standing,
                   settings=settings)
        for one in ordered
    ]  # fmt: skip
    return sorted(planned, key=lambda one: one.candidates[0].key)


def _key_of(joint: Joint, candidate: Candidate, generation: int = 1) -> str:
    return unit_key(joint.integration.source_component, [candidate.key], generation)


def _standing(survey: Survey) -> dict[str, list[StandingDocument]]:
    """Return the documents of ours that stand in the ledger, by the keys of their units."""
    found: dict[str, list[StandingDocument]] = {}
    for one in survey.documents:
        if one.key:
            found.setdefault(one.key.rsplit("/", 1)[0], []).append(one)
    return found


def _plan_unit(  # noqa: PLR0913 - one unit's planning, everything named
    services: Services,
    joint: Joint,
    target: Target,
    *,
    survey: Survey,
    candidate: Candidate,
    book: NumberBook,
    standing: dict[str, list[StandingDocument]],
    settings: Settings,
) -> Planned:
    key = _key_of(joint, candidate)
    stands = key in standing
    days = (candidate.mapped,)
    numbered: Numbered = book.number(key, days, 1, standing=standing[key][0].number if stands else "")
    unit = Unit(key=key, generation=1, number=numbered.number, days=days)
    if stands:
        survey = replace(
            survey, documents=tuple(one for one in survey.documents if not one.key.startswith(key + "/"))
        )
    with services.host.guard(joint.integration.target_component):
        plan = target.plan(unit, survey, settings)
    plan = replace(plan, findings=tuple(placed(finding, joint) for finding in plan.findings))
    findings = (*numbered.findings, *check_plan(unit, plan), *_stands_otherwise(plan, standing.get(key, ())))
    return Planned(
        unit=unit,
        plan=plan,
        candidates=(candidate,),
        findings=findings,
        reservation=numbered.reservation,
        stands=stands,
    )


def _stands_otherwise(plan: Plan, standing: Sequence[StandingDocument]) -> tuple[Finding, ...]:
    """Say that the ledger holds another document of ours for the day than it would get now: the day changed since."""
    planned = {document.key: document for document in plan.documents}
    found = []
    for one in standing:
        document = planned.get(one.key)
        if document is not None and document.total == one.total:
            continue
        if document is None and not planned:
            continue
        other = document or plan.documents[0]
        found.append(
            Finding(
                code="ledger.stands_otherwise",
                what=f"The ledger holds {one.number or one.key} of {one.day} with a total of "
                f"{show_amount(one.total, other.currency)}, and the day comes to "
                f"{show_amount(other.total, other.currency)} {other.currency}"
                + ("" if document else " in another kind of document"),
                why="It was posted before this database knew of it, and the day or the document was changed since",
                do="Put the document right in the ledger by hand, or remove it there",
                where="day",
                subject=one.key,
            )
        )
    return tuple(found)
