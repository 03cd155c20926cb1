"""Assesses days again from what is stored: after a mapping change, without asking the source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col

from takings.domain.codec import read_canonical
from takings.store.bulk import update_many
from takings.store.query import columns
from takings.store.states import DayState, Standing
from takings.store.tables import Day, Record
from takings.sync.assessing import assess
from takings.sync.encoding import encode_findings
from takings.sync.joint import Joint, load_table

#: Days whose state depends on the mapping alone.
OPEN = (DayState.PENDING, DayState.HELD, DayState.NOTHING)


def recheck_days(session: Session, joint: Joint, now: datetime, *, states: Sequence[DayState] = OPEN) -> int:
    """Bring the state of every day that is not posted (of these states) up to date; return how many changed it."""
    table = load_table(session, joint)
    conflicts = _conflicts(session, joint)
    query = (
        columns(Day.id, Day.site, Day.business_date, Day.sequence, Day.state, Day.findings, Record.revision,
               Record.canonical)
        .join(Record, col(Record.id) == Day.record_id)
        .where(Day.integration_id == joint.integration.id, col(Day.state).in_([state.value for state in states]))
    )  # fmt: skip
    changes: list[dict[str, Any]] = []
    moved = 0
    for id_, site, business_date, sequence, state, findings, revision, canonical in session.execute(query):
        count = conflicts.get((site, business_date, sequence, revision), 0)
        found = assess(read_canonical(canonical), table, conflicts=count)
        encoded = encode_findings(found.findings)
        if found.state != state or encoded != findings:
            moved += found.state != state
            changes.append({"id": id_, "state": found.state.value, "findings": encoded, "updated_at": now})
    update_many(session, Day, changes, columns=("state", "findings", "updated_at"))
    return moved


def _conflicts(session: Session, joint: Joint) -> dict[tuple[Any, ...], int]:
    rows = session.execute(
        columns(Record.site, Record.business_date, Record.sequence, Record.revision, func.count())
        .where(Record.integration_id == joint.integration.id, Record.standing == Standing.CONFLICT.value)
        .group_by(Record.site, col(Record.business_date), col(Record.sequence), col(Record.revision))
    )
    return {tuple(row[:4]): row[4] for row in rows}
