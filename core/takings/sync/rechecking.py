"""Assesses days again from what is stored: after a mapping change or a decision, without asking the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func
from sqlmodel import Session, col

from takings.domain.adjusting import decided_day
from takings.domain.codec import read_canonical
from takings.domain.mapping import MappingTable
from takings.store.bulk import update_many
from takings.store.query import ask, columns, fields
from takings.store.states import DayState, Standing
from takings.store.tables import Day, Record
from takings.sync.assessing import assess
from takings.sync.encoding import encode_findings
from takings.sync.joint import Joint, load_table

#: Days whose state depends on the mapping alone.
OPEN = (DayState.PENDING, DayState.HELD, DayState.NOTHING)

_DAY, _RECORD = fields(Day), fields(Record)
_OF_STATES = (_DAY.integration_id == bindparam("of"), _DAY.state.in_(bindparam("states", expanding=True)))
_ANY = columns(_DAY.id).where(*_OF_STATES).limit(1)
_DAYS = (
    columns(
        _DAY.id, _DAY.site, _DAY.business_date, _DAY.sequence, _DAY.state, _DAY.findings, _DAY.record_id,
        _DAY.decision, _RECORD.revision, _RECORD.canonical,
    )
    .join(_RECORD.id.table, _RECORD.id == _DAY.record_id)
    .where(*_OF_STATES)
)  # fmt: skip


def recheck_days(session: Session, joint: Joint, now: datetime, *, states: Sequence[DayState] = OPEN) -> int:
    """Bring the state of every day that is not posted (of these states) up to date; return how many changed it."""
    wanted = {"of": joint.integration.id, "states": [state.value for state in states]}
    if ask(session, _ANY, **wanted).first() is None:
        return 0
    table, conflicts = load_table(session, joint), _conflicts(session, joint)
    changes: list[dict[str, Any]] = []
    moved = 0
    for row in ask(session, _DAYS, **wanted):
        id_, site, business_date, sequence, state, findings, record_id, decision, revision, canonical = row
        count = conflicts.get((site, business_date, sequence, revision), 0)
        found = assess(decided_day(read_canonical(canonical), decision, record_id), table, conflicts=count)
        encoded = encode_findings(found.findings)
        if found.state != state or encoded != findings:
            moved += found.state != state
            changes.append({"id": id_, "state": found.state.value, "findings": encoded, "updated_at": now})
    update_many(session, Day, changes, columns=("state", "findings", "updated_at"))
    return moved


def reassess(session: Session, joint: Joint, day: Day, *, table: MappingTable, now: datetime) -> None:
    """Say anew where one day stands that is not posted."""
    record = session.get_one(Record, day.record_id)
    conflicts = _conflicts(session, joint).get((day.site, day.business_date, day.sequence, record.revision), 0)
    found = assess(decided_day(read_canonical(record.canonical), day.decision, day.record_id), table,
                   conflicts=conflicts)  # fmt: skip
    day.state, day.findings, day.updated_at = found.state.value, encode_findings(found.findings), now
    session.add(day)


def _conflicts(session: Session, joint: Joint) -> Mapping[tuple[Any, ...], int]:
    rows = session.execute(
        columns(Record.site, Record.business_date, Record.sequence, Record.revision, func.count())
        .where(Record.integration_id == joint.integration.id, Record.standing == Standing.CONFLICT.value)
        .group_by(Record.site, col(Record.business_date), col(Record.sequence), col(Record.revision))
    )
    return {tuple(row[:4]): row[4] for row in rows}
