"""What is left of half-done units: read as it was posted, and written down as it is planned anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col

from takings.store.journal import UnitRow
from takings.store.query import columns
from takings.store.tables import Day
from takings.sync.adjustments import load_left_adjustments
from takings.sync.joint import Joint, load_table
from takings.sync.planning import Group, Planned, left_groups, load_candidates
from takings.sync.units import hold_unit, replan_unit


def load_left(session: Session, joint: Joint, left: Sequence[UnitRow]) -> list[Group]:
    """Read the days of half-done units, each with those it was posted for, mapped as they would be now."""
    ids = [unit.id for unit in left]
    days = dict(session.execute(columns(Day.id, Day.unit_id).where(col(Day.unit_id).in_(ids))).all())
    table = load_table(session, joint)
    candidates = load_candidates(session, joint, table, None, day_ids=list(days)) if days else []
    return left_groups(left, days, [*candidates, *load_left_adjustments(session, left, table)])


def write_left(
    session: Session, joint: Joint, left: Sequence[UnitRow], planned: Sequence[Planned], now: datetime
) -> None:
    """Write down what is left of units as it was planned anew, or what holds it."""
    ids = {unit.key: unit.id for unit in left}
    for one in planned:
        row = session.get_one(UnitRow, ids[one.unit.key])
        if one.held:
            hold_unit(session, row, one, now)
        else:
            replan_unit(session, joint, row, one, now)
