"""Looks at days before they are taken back to be posted anew: one that could not be posted stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from takings.domain.adjusting import decided_day
from takings.domain.findings import Finding, errors
from takings.domain.mapping import MappingTable
from takings.store.journal import UnitRow
from takings.store.states import DayState
from takings.store.tables import Day
from takings.sync.assessing import assess
from takings.sync.deciding import content_decision
from takings.sync.encoding import encode_findings
from takings.sync.joint import Joint, load_table
from takings.sync.mapped import days_of
from takings.sync.records import load_day


def keep_unfit(
    session: Session, joint: Joint, units: Sequence[UnitRow], now: datetime
) -> dict[int, tuple[Finding, ...]]:
    """Leave the documents of days that would be held afterwards, with the reasons; returns these by the units' ids.

    What was decided stays: once the reasons are mended, the next sync carries it out.
    """
    if not units:
        return {}
    table = load_table(session, joint)
    unfit: dict[int, tuple[Finding, ...]] = {}
    for unit in units:
        if unit.adjusts is not None or unit.id is None:
            continue
        for day in days_of(session, unit):
            found = _why_not(session, day, table)
            if found:
                unfit[unit.id] = (*unfit.get(unit.id, ()), *found)
                day.findings, day.updated_at = encode_findings(found), now
                session.add(day)
    session.flush()
    return unfit


def _why_not(session: Session, day: Day, table: MappingTable) -> tuple[Finding, ...]:
    summary = decided_day(load_day(session, day.record_id), content_decision(day), day.record_id)
    assessed = assess(summary, table)
    return errors(assessed.findings) if assessed.state is DayState.HELD else ()
