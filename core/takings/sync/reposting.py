"""Looks at days before they are taken back to be posted anew: one that could not be posted stays as it is.

What was decided stays, too: once the reasons are mended, the next sync carries it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from takings.domain.adjusting import decided_day
from takings.domain.findings import Finding, errors
from takings.domain.mapping import MappingTable
from takings.plugin.targets import Survey, Target
from takings.store.journal import UnitRow
from takings.store.states import Decision
from takings.store.tables import Day
from takings.sync.assessing import Assessment, assess
from takings.sync.changes import decided, is_left, lock_days
from takings.sync.deciding import content_decision
from takings.sync.encoding import encode_findings
from takings.sync.joint import Joint, Services, load_table
from takings.sync.mapped import days_of
from takings.sync.planning import Candidate, Group
from takings.sync.proposing import plan_groups
from takings.sync.records import load_day
from takings.sync.undoing import UndoPlanned, is_begun

#: Why the days of units could not be posted anew, by the units' ids.
Unfit = dict[int, tuple[Finding, ...]]


def keep_unfit(session: Session, joint: Joint, units: Sequence[UnitRow], *, now: datetime) -> Unfit:
    """Leave the documents of days that would be held afterwards, or that somebody left, and say on these why."""
    unfit: Unfit = {}
    table = load_table(session, joint) if units else MappingTable((), ())
    for unit in _bases(units):
        mine = days_of(session, unit)
        found = [one for day in mine for one in errors(_assessed(session, day, table).findings)]
        found += [_left_beside(unit, day) for day in mine if is_left(day)]
        if found:
            unfit[unit.id or 0] = tuple(found)
    note_unfit(session, unfit, now)
    return unfit


def _left_beside(unit: UnitRow, day: Day) -> Finding:
    name = f"{day.business_date.isoformat()}/{day.sequence}"
    return Finding(
        code="day.left_beside",
        what=f"The document {unit.number or unit.key} is not posted anew: what was posted of {name} in it stays",
        why=f"A document is posted anew whole, and {day.decision['by']} decided to leave {name} as it was posted",
        do=f"Decide to adjust what changed, which posts the differences alone; or reconsider {name}, which is then "
        "posted anew with the others, as the point of sale says it now",
        where="day",
        subject=name,
    )


def still_decided(session: Session, planned: Sequence[UndoPlanned]) -> list[UndoPlanned]:
    """Return what is to be posted anew still: days can be decided about while it is planned."""
    found = []
    wanted: dict[int | None, bool] = {}
    for one in planned:
        base = one.unit.adjusts or one.unit.id
        if base not in wanted:
            wanted[base] = _is_wanted(session, session.get_one(UnitRow, base))
        if wanted[base] or is_begun(one.unit):
            found.append(one)
    return found


def _is_wanted(session: Session, base: UnitRow) -> bool:
    days = days_of(session, base)
    lock_days(session, days)
    # Once it is begun it goes on, whatever is said of its days meanwhile.
    decided_so = any(decided(day) == Decision.REPOST for day in days) and not any(map(is_left, days))
    return is_begun(base) or decided_so


def note_unfit(session: Session, unfit: Mapping[int, tuple[Finding, ...]], now: datetime) -> None:
    """Write to the days of these units why they are not posted anew."""
    for id_, findings in unfit.items():
        for day in days_of(session, session.get_one(UnitRow, id_)):
            day.findings, day.updated_at = encode_findings(findings), now
            session.add(day)
    session.flush()


def plan_anew(services: Services, joint: Joint, target: Target, *, survey: Survey, units: Sequence[UnitRow]) -> Unfit:
    """Plan the days of units as they would be posted anew, and say which can't be; writes nothing."""
    if not units:
        return {}
    with services.database.read() as session:
        table = load_table(session, joint)
        groups = {unit.id or 0: group for unit in _bases(units) if (group := _group(session, unit, table))}
    standing = {unit.key for unit in units}
    planned = plan_groups(services, joint, target, survey=survey, groups=list(groups.values()), standing=standing)
    unit_of = {group.candidates[0].day_id: id_ for id_, group in groups.items()}
    return {unit_of[one.candidates[0].day_id]: errors(one.findings) for one in planned if one.held}


def _bases(units: Sequence[UnitRow]) -> list[UnitRow]:
    return [unit for unit in units if unit.adjusts is None]


def _group(session: Session, unit: UnitRow, table: MappingTable) -> Group | None:
    found = [(day, _assessed(session, day, table)) for day in days_of(session, unit)]
    candidates = [
        Candidate(day_id=day.id, record_id=day.record_id, mapped=one.mapped, generation=day.generation + 1)
        for day, one in found
        if one.mapped is not None and day.id is not None
    ]
    return Group(candidates=tuple(sorted(candidates, key=lambda one: one.key))) if candidates else None


def _assessed(session: Session, day: Day, table: MappingTable) -> Assessment:
    """Assess a day as it would be posted anew: as the source says it now, with what was decided of its content."""
    return assess(decided_day(load_day(session, day.record_id), content_decision(day), day.record_id), table)
