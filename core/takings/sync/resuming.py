"""What is left of half-done units: read as it was posted, and written down as it is planned anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col

from takings.domain.adjusting import decided_day
from takings.domain.findings import Finding
from takings.domain.mapping import MappedDay, MappingTable, map_day
from takings.store.journal import UnitRow
from takings.store.query import columns
from takings.store.tables import Day
from takings.sync.adjustments import load_left_adjustments, why_not_adjusted
from takings.sync.joint import Joint, load_table
from takings.sync.mapped import days_of
from takings.sync.planning import Group, Planned, left_groups, load_candidates
from takings.sync.records import load_day
from takings.sync.units import hold_unit, replan_unit


def load_left(session: Session, joint: Joint, left: Sequence[UnitRow]) -> list[Group]:
    """Read the days of half-done units, each with those it was posted for, mapped as they would be now."""
    ids = [unit.id for unit in left]
    days = dict(session.execute(columns(Day.id, Day.unit_id).where(col(Day.unit_id).in_(ids))).all())
    table = load_table(session, joint)
    candidates = load_candidates(session, joint, table, period=None, day_ids=list(days)) if days else []
    return left_groups(left, days, [*candidates, *load_left_adjustments(session, left, table)])


def write_left(
    session: Session, joint: Joint, left: Sequence[UnitRow], *, planned: Sequence[Planned], now: datetime
) -> None:
    """Write down what is left of units as it was planned anew, or what holds it: also where it can't be mapped."""
    ids = {unit.key: unit.id for unit in left}
    for one in planned:
        row = session.get_one(UnitRow, ids.pop(one.unit.key))
        if one.held:
            hold_unit(session, row, one.findings, now=now)
        else:
            replan_unit(session, joint, row, planned=one, now=now)
    for id_ in ids.values():
        row = session.get_one(UnitRow, id_)
        findings = why_not_planned(session, joint, row)
        if findings:
            hold_unit(session, row, findings, now=now)


def why_not_planned(session: Session, joint: Joint, unit: UnitRow) -> tuple[Finding, ...]:
    """Say why the days of a unit can't be mapped any more, of each code once."""
    table = load_table(session, joint)
    found: dict[tuple[str, ...], Finding] = {}
    for day in days_of(session, unit):
        for one in (
            why_not_adjusted(session, unit, day, table=table)
            if unit.adjusts
            else _why_not_mapped(session, day, table)
        ):
            found.setdefault((one.code, one.where, one.subject), one)
    return tuple(found.values())


def _why_not_mapped(session: Session, day: Day, table: MappingTable) -> tuple[Finding, ...]:
    record_id = day.posted_record_id or day.record_id
    mapped = map_day(decided_day(load_day(session, record_id), day.decision, record_id), table)
    return () if isinstance(mapped, MappedDay) else mapped
