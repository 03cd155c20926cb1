"""Plans the days that wait for posting: a unit each, its number, the target's plan, and the core's checks of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import Session, col

from takings.domain.adjusting import decided_day
from takings.domain.codec import read_canonical
from takings.domain.day import DayKey, DaySummary
from takings.domain.findings import Finding, errors
from takings.domain.identity import unit_key
from takings.domain.mapping import MappedDay, MappingTable, map_day
from takings.domain.period import Period
from takings.plugin.documents import Plan, Unit, UnitRole
from takings.plugin.settings import Settings
from takings.plugin.targets import Survey, Target
from takings.store.journal import UnitRow
from takings.store.query import columns
from takings.store.states import DayState, UnitState
from takings.store.tables import Day, Record
from takings.sync.checking import check_plan
from takings.sync.joint import Joint, Services
from takings.sync.numbers import NumberBook, Numbered
from takings.sync.standing import Standings, open_date, stands_otherwise, stands_several

_SETTLED = (UnitState.POSTED, UnitState.UNDOING, UnitState.UNDONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A day that waits for posting, mapped; of one that `adjusts` a unit it is the difference to what stands.

    `dated` is given where the date of an adjustment is settled already.
    """

    day_id: int
    record_id: int
    mapped: MappedDay
    generation: int = 1
    adjusts: int | None = None
    dated: date | None = None

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
        columns(Day.id, Day.record_id, Day.posted_record_id, Day.generation, Day.decision)
        .where(Day.integration_id == joint.integration.id)
        .order_by(col(Day.business_date), col(Day.sequence))
    )
    query = query.where(col(Day.id).in_(day_ids) if day_ids else Day.state == DayState.PENDING.value)
    if period:
        query = query.where(Day.business_date >= period.first, Day.business_date <= period.last)
    found = [(id_, posted if day_ids and posted else current, *rest) for id_, current, posted, *rest in
             session.execute(query)]  # fmt: skip
    texts = _canonical(session, [record_id for _, record_id, *_ in found if record_id not in remembered])
    candidates = []
    for day_id, record_id, generation, decision in found:
        day = remembered.get(record_id) or read_canonical(texts[record_id])
        mapped = map_day(decided_day(day, decision, record_id), table)
        if isinstance(mapped, MappedDay):
            candidates.append(Candidate(day_id=day_id, record_id=record_id, mapped=mapped, generation=generation))
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
    known: Collection[str] = (),
) -> list[Planned]:
    """Plan one unit for each candidate; those the ledger holds already come first, to keep their numbers.

    `known` are the keys of units that this database knows: what stands of those needs no other explanation.
    """
    settings = joint.target_settings
    standing = Standings(survey, known)
    keyed = [(one, _generation(joint, one, standing)) for one in candidates]
    keyed.sort(key=lambda pair: (_key_of(joint, *pair) not in standing.documents, pair[0].key))
    today = joint.today(services.clock.now())
    planned = [
        _plan_unit(services, joint, target, survey=survey, candidate=one, generation=generation, book=book,
                   standing=standing, settings=settings, today=today)
        for one, generation in keyed
    ]  # fmt: skip
    return sorted(planned, key=lambda one: one.candidates[0].key)


def known_units(session: Session, joint: Joint, candidates: Sequence[Candidate]) -> set[str]:
    """Return the keys of the units that this database knows of the candidates' dates; what stands of them is no news.

    Those that are being posted are left out: whether they stand is what is asked.
    """
    dates = [one.key.business_date for one in candidates]
    if not dates:
        return set()
    query = columns(UnitRow.key).where(
        UnitRow.integration_id == joint.integration.id,
        UnitRow.organisation == joint.organisation,
        UnitRow.first <= max(dates),
        UnitRow.last >= min(dates),
        col(UnitRow.state).in_([one.value for one in _SETTLED]),
    )
    return set(session.execute(query).scalars())


def _key_of(joint: Joint, candidate: Candidate, generation: int) -> str:
    return unit_key(joint.integration.source_component, [candidate.key], generation)


def _generation(joint: Joint, candidate: Candidate, standing: Standings) -> int:
    if candidate.adjusts is not None:
        return candidate.generation
    return standing.generation(_key_of(joint, candidate, candidate.generation), candidate.generation)


def _without(survey: Survey, unit: str) -> Survey:
    """Return the survey without a unit's own documents, which are no strangers to it."""
    return replace(survey, documents=tuple(one for one in survey.documents if not one.key.startswith(unit + "/")))


def _plan_unit(  # noqa: PLR0913 - one unit's planning, everything named
    services: Services,
    joint: Joint,
    target: Target,
    *,
    survey: Survey,
    candidate: Candidate,
    generation: int,
    book: NumberBook,
    standing: Standings,
    settings: Settings,
    today: date,
) -> Planned:
    key = _key_of(joint, candidate, generation)
    documents = standing.documents.get(key, [])
    stands, days = bool(documents), (candidate.mapped,)
    numbered: Numbered = book.number(key, days, generation, standing=documents[0].number if documents else "")
    unit = Unit(key=key, generation=generation, number=numbered.number, days=days)
    adjusts = candidate.adjusts is not None
    if adjusts:
        unit = replace(unit, role=UnitRole.ADJUST, dated=candidate.dated or open_date(survey, today))
    if stands:
        survey = _without(survey, key)
    with services.host.guard(joint.integration.target_component):
        plan = target.plan(unit, survey, settings)
    plan = replace(plan, findings=tuple(_placed(finding, joint) for finding in plan.findings))
    findings = (
        *numbered.findings,
        *check_plan(unit, plan),
        *stands_otherwise(plan, documents),
        *(() if adjusts else stands_several(standing, key, str(candidate.key))),
    )
    return Planned(
        unit=unit,
        plan=plan,
        candidates=(candidate,),
        findings=findings,
        reservation=numbered.reservation,
        stands=stands,
    )


def _placed(finding: Finding, joint: Joint) -> Finding:
    """Name the mapping step by the source's dimension where a ledger plugin could only name its kind."""
    for dimension in joint.source_type.dimensions:
        if finding.where == f"map:{dimension.kind.value}":
            return replace(finding, where=f"map:{dimension.key}")
    return finding
