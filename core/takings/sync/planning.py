"""Plans the days that wait for posting: a unit each, its number, the target's plan, and the core's checks of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session

from takings.domain.adjusting import decided_day
from takings.domain.codec import read_canonical
from takings.domain.day import DayKey, DaySummary
from takings.domain.findings import Finding, errors
from takings.domain.identity import unit_key
from takings.domain.mapping import MappedDay, MappingTable, map_day
from takings.domain.period import Period
from takings.plugin.documents import Plan, Unit, UnitRole
from takings.plugin.settings import Settings
from takings.plugin.targets import StandingDocument, Survey, Target
from takings.store.journal import UnitRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, UnitState
from takings.store.tables import Day, Record
from takings.sync.approving import kept_back
from takings.sync.checking import check_plan
from takings.sync.confirmed import BESIDE
from takings.sync.joint import Joint, Services
from takings.sync.numbers import NumberBook, Numbered
from takings.sync.placing import placed
from takings.sync.standing import (
    REVERSED,
    Standings,
    open_date,
    stands_later,
    stands_otherwise,
    stands_reversed,
    stands_several,
)

_SETTLED = (UnitState.POSTED, UnitState.UNDOING, UnitState.UNDONE)

_DAY, _UNIT, _RECORD = fields(Day), fields(UnitRow), fields(Record)
_DAYS = (
    columns(_DAY.id, _DAY.state, _DAY.record_id, _DAY.posted_record_id, _DAY.generation, _DAY.decision, _DAY.findings)
    .where(_DAY.integration_id == bindparam("of"))
    .order_by(_DAY.business_date, _DAY.sequence)
)
_WAITING = _DAYS.where(_DAY.state.in_((DayState.PENDING.value, DayState.HELD.value)))
_CANONICAL = columns(_RECORD.id, _RECORD.canonical).where(_RECORD.id.in_(bindparam("ids", expanding=True)))
_KNOWN = columns(_UNIT.key).where(
    _UNIT.integration_id == bindparam("of"),
    _UNIT.organisation == bindparam("organisation"),
    _UNIT.first <= bindparam("last"),
    _UNIT.last >= bindparam("first"),
    _UNIT.state.in_([one.value for one in _SETTLED]),
)
_TAKEN_BACK = columns(_UNIT.key).where(
    _UNIT.integration_id != bindparam("of"),
    _UNIT.organisation == bindparam("organisation"),
    _UNIT.first <= bindparam("last"),
    _UNIT.last >= bindparam("first"),
    _UNIT.state == UnitState.UNDONE.value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A day that waits for posting, mapped; of one that `adjusts` a unit it is the difference to what stands.

    `dated` is given where the date of an adjustment is settled already; `beside` tells of other contents of the day.
    `whole` is the day as an adjustment leaves it, where that is known. `decision` is what was decided of it when it
    was read.
    """

    day_id: int
    record_id: int
    mapped: MappedDay
    generation: int = 1
    adjusts: int | None = None
    dated: date | None = None
    beside: tuple[Finding, ...] = ()
    whole: MappedDay | None = None
    decision: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> DayKey:
        """The identity of the day."""
        return self.mapped.day.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Days that become one document; `generation` is given where it is settled already."""

    candidates: tuple[Candidate, ...]
    generation: int | None = None

    @property
    def key(self) -> DayKey:
        """The identity of the first day."""
        return self.candidates[0].key

    @property
    def title(self) -> str:
        """How a sentence names it: its close, or its first and last one."""
        keys = [one.key for one in self.candidates]
        return str(keys[0]) if len(keys) == 1 else f"{keys[0]} to {keys[-1]}"

    @property
    def beside(self) -> tuple[Finding, ...]:
        """What tells of other contents of its days."""
        return tuple(one for day in self.candidates for one in day.beside)

    @property
    def own_generation(self) -> int:
        """The generation that it is planned as, where the ledger holds no other."""
        return self.generation or max(one.generation for one in self.candidates)


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
    def last(self) -> date:
        """The last business date that it is for."""
        return max(one.key.business_date for one in self.candidates)

    @property
    def beside(self) -> tuple[Finding, ...]:
        """What tells of other contents of its days."""
        return tuple(one for day in self.candidates for one in day.beside)

    @property
    def held(self) -> bool:
        """Whether nothing of it may be posted."""
        return bool(errors(self.findings))

    @property
    def is_taken_back(self) -> bool:
        """Whether a database that is lost took back what stands of it."""
        return any(one.code == REVERSED for one in self.findings)


def load_candidates(
    session: Session,
    joint: Joint,
    table: MappingTable,
    *,
    period: Period | None,
    day_ids: Sequence[int] = (),
    mended: Collection[int] = (),
    remembered: Mapping[int, DaySummary] | None = None,
) -> list[Candidate]:
    """Read the days that wait for posting, or those named, in order of their dates.

    Days that are to be posted anew are read whatever the period is, and of held days those whose ids are `mended`.
    `remembered` has days by the ids of their records, which need not be read again.
    """
    remembered = remembered or {}
    query = _DAYS.where(_DAY.id.in_(day_ids)) if day_ids else _WAITING
    if period:
        query = query.where(_DAY.business_date.between(period.first, period.last) | (_DAY.generation > 1))
    found = [(id_, posted if day_ids and posted else current, *rest) for id_, state, current, posted, *rest in
             ask(session, query, of=joint.integration.id)
             if day_ids or state == DayState.PENDING or id_ in mended]  # fmt: skip
    texts = _canonical(session, [record_id for _, record_id, *_ in found if record_id not in remembered])
    candidates = []
    for day_id, record_id, generation, decision, findings in found:
        day = remembered.get(record_id) or read_canonical(texts[record_id])
        mapped = map_day(decided_day(day, decision, record_id), table)
        if isinstance(mapped, MappedDay):
            beside = tuple(Finding.from_dict(one) for one in findings if one["code"] == BESIDE)
            one = Candidate(day_id=day_id, record_id=record_id, mapped=mapped, generation=generation, beside=beside,
                            decision=decision)  # fmt: skip
            candidates.append(one)
    return candidates


def _canonical(session: Session, ids: Sequence[int]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for some in chunks(ids):
        texts |= dict(ask(session, _CANONICAL, ids=some).all())
    return texts


def plan_units(  # noqa: PLR0913 - what planning needs to know, everything named
    services: Services,
    joint: Joint,
    target: Target,
    *,
    survey: Survey,
    groups: Sequence[Group],
    book: NumberBook,
    known: Collection[str] = (),
    given_up: Collection[str] = (),
) -> list[Planned]:
    """Plan one unit for each group; those the ledger holds already come first, to keep their numbers.

    `known` are the keys of units that this database knows: what stands of those needs no other explanation. Those
    `given_up` by other integrations are used up: what they were for is posted under its next generation.
    """
    settings = joint.target_settings
    standing = Standings(survey, {*known, *given_up})
    keyed = [(one, _generation(joint, one, standing, given_up=given_up)) for one in groups]
    keyed.sort(key=lambda pair: (_key_of(joint, *pair) not in standing.documents, pair[0].key))
    today = joint.today(services.clock.now())
    planned = [
        _plan_unit(services, joint, target, survey=survey, group=one, generation=generation, book=book,
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
    mine = {"of": joint.integration.id, "organisation": joint.organisation}
    return set(ask(session, _KNOWN, **mine, first=min(dates), last=max(dates)).scalars())


def units_given_up(session: Session, joint: Joint, candidates: Sequence[Candidate]) -> set[str]:
    """Return the keys of units of the candidates' dates that other integrations took back in the organisation."""
    dates = [one.key.business_date for one in candidates]
    if not dates:
        return set()
    mine = {"of": joint.integration.id, "organisation": joint.organisation}
    return set(ask(session, _TAKEN_BACK, **mine, first=min(dates), last=max(dates)).scalars())


def _key_of(joint: Joint, group: Group, generation: int) -> str:
    return unit_key(joint.integration.source_component, [one.key for one in group.candidates], generation)


def _generation(joint: Joint, group: Group, standing: Standings, *, given_up: Collection[str]) -> int:
    own = group.own_generation
    if group.generation is not None or group.candidates[0].adjusts is not None:
        return own
    found = standing.generation(_key_of(joint, group, own), own)
    while _key_of(joint, group, found) in given_up:
        found += 1
    return found


def left_groups(
    units: Sequence[UnitRow], unit_of: Mapping[int, int | None], candidates: Sequence[Candidate]
) -> list[Group]:
    """Return what is left of half-done units, each with the days it was posted for; not where one can't be mapped."""
    found = [Group(candidates=(one,)) for one in candidates if one.adjusts is not None]
    for unit in units:
        wanted = sum(1 for id_ in unit_of.values() if id_ == unit.id)
        mine = sorted(
            (one for one in candidates if one.adjusts is None and unit_of.get(one.day_id) == unit.id),
            key=lambda one: one.key,
        )
        if mine and len(mine) == wanted:
            found.append(Group(candidates=tuple(mine), generation=unit.generation))
    return found


def _main(documents: Sequence[StandingDocument]) -> StandingDocument:
    """Return the unit's own document: those for customers are counted behind it."""
    return min(documents, key=lambda one: int(place) if (place := one.key.rpartition(".")[2]).isdecimal() else 0)


def without_own(survey: Survey, unit: str) -> Survey:
    """Return the survey without a unit's own documents, which are no strangers to it."""
    return replace(survey, documents=tuple(one for one in survey.documents if not one.key.startswith(unit + "/")))


def moves_nothing(plan: Plan) -> bool:
    """Whether the documents of a plan come to nothing on each account, at each tax rate and for each option.

    So it is where sales moved between departments, and the ledger tracks none.
    """
    left: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for document in plan.documents:
        for line in document.lines:
            place = tuple(one.id if one else "" for one in (line.account, line.tax, line.option))
            left[place] += document.sign * line.amount
            left["tax", *place] += document.sign * line.tax_amount
    return not any(left.values()) and not any(document.payments for document in plan.documents)


def _needed(plan: Plan, candidate: Candidate, *, stands: bool) -> Plan:
    """Return the plan without what moves nothing: no document is made only to say a day's difference otherwise."""
    begins = candidate.adjusts is not None and candidate.dated is None and not stands
    return replace(plan, operations=(), documents=()) if begins and moves_nothing(plan) else plan


def _taken_back(unit: Unit, group: Group, numbered: Numbered, *, findings: tuple[Finding, ...]) -> Planned:
    """Return a unit that stands reversed in the ledger: nothing is planned of it."""
    return Planned(
        unit=unit,
        plan=Plan(),
        candidates=group.candidates,
        findings=findings,
        reservation=numbered.reservation,
        stands=True,
    )


def _told(plan: Plan, joint: Joint, days: Sequence[MappedDay]) -> Plan:
    """Return the plan with its findings in the source's words."""
    return replace(plan, findings=tuple(placed(finding, joint, days) for finding in plan.findings))


def _plan_unit(  # noqa: PLR0913 - one unit's planning, everything named
    services: Services,
    joint: Joint,
    target: Target,
    *,
    survey: Survey,
    group: Group,
    generation: int,
    book: NumberBook,
    standing: Standings,
    settings: Settings,
    today: date,
) -> Planned:
    key, candidate = _key_of(joint, group, generation), group.candidates[0]
    documents = standing.documents.get(key, [])
    stands, days = bool(documents), tuple(one.mapped for one in group.candidates)
    numbered: Numbered = book.number(key, days, generation, standing=_main(documents).number if documents else "")
    unit = Unit(key=key, generation=generation, number=numbered.number, days=days)
    if taken_back := stands_reversed(standing, key, group.title):
        return _taken_back(unit, group, numbered, findings=taken_back)
    if adjusts := candidate.adjusts is not None:
        unit = replace(unit, role=UnitRole.ADJUST, dated=candidate.dated or open_date(survey, today))
    with services.host.guard(joint.integration.target_component):
        plan = target.plan(unit, without_own(survey, key) if stands else survey, settings)
    plan = _told(_needed(plan, candidate, stands=stands), joint, days)
    findings = (
        *numbered.findings,
        *check_plan(unit, plan),
        *kept_back(plan),
        *stands_otherwise(plan, documents),
        *(() if adjusts else stands_several(standing, key, group.title) or stands_later(standing, key, group.title)),
    )
    return Planned(
        unit=unit,
        plan=plan,
        candidates=group.candidates,
        findings=(*group.beside, *findings),
        reservation=numbered.reservation,
        stands=stands,
    )
