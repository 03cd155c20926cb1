"""Tells which days are still as they were when a run read them: nothing that was decided meanwhile is written over.

Decisions and records take no posting lock, and between reading a day and writing down what becomes of it the ledger
is asked. What came otherwise in that time is left alone; the next run reads it as it is then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import bindparam
from sqlmodel import Session

from takings.domain.findings import Finding, Severity
from takings.store.bulk import upsert
from takings.store.journal import NumberRow
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState
from takings.store.tables import Day
from takings.sync.planning import Candidate, Planned

_DAY = fields(Day)
# Locked where the database locks rows: nobody decides between this look and what is written after it.
_NOW = (
    columns(_DAY.id, _DAY.state, _DAY.record_id, _DAY.decision)
    .where(_DAY.id.in_(bindparam("ids", expanding=True)))
    .order_by(_DAY.id)
    .with_for_update()
)

_WHY = "It was decided about, or came again, while it was planned"


def same_as_read(
    session: Session, candidates: Iterable[Candidate], *, waiting: Collection[DayState] = (DayState.PENDING,)
) -> set[int]:
    """Return the ids of days that still wait, in one of these states, with the record and decision that were read.

    Of days to be adjusted those that are changed still.
    """
    read = {one.day_id: one for one in candidates}
    found = set()
    for some in chunks(sorted(read)):
        for id_, state, record_id, decision in ask(session, _NOW, ids=some):
            one = read[id_]
            states = waiting if one.adjusts is None else (DayState.CHANGED,)
            if DayState(state) in states and record_id == one.record_id and decision == one.decision:
                found.add(id_)
    return found


def leave_out_others(session: Session, planned: Sequence[Planned]) -> tuple[list[Planned], tuple[Finding, ...]]:
    """Return the units whose days are all as they were read, and what says which of the others are not.

    A number that was reserved for one that is left out stays with it, and is listed as unused.
    """
    same = same_as_read(session, (day for one in planned for day in one.candidates))
    left: list[Planned] = []
    other: list[Planned] = []
    for one in planned:
        (left if all(day.day_id in same for day in one.candidates) else other).append(one)
    numbers = [{**one.reservation, "reason": _WHY} for one in other if one.reservation]
    upsert(session, NumberRow, numbers, key=("organisation", "unit_key"), update=())
    told = [_told(day) for one in other for day in one.candidates if day.day_id not in same]
    return left, tuple(told)


def _told(day: Candidate) -> Finding:
    return Finding(
        code="day.other_meanwhile",
        what=f"{day.key} was decided about, or came again, while this run planned it",
        why="A run writes over no decision, and posts nothing that is said otherwise by now",
        do="Nothing. The next sync takes it as it is now, and what becomes one document with it",
        where="day",
        severity=Severity.INFO,
        subject=str(day.key),
    )
