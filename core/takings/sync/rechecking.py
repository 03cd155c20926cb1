"""Assesses days again from what is stored: after a mapping change or a decision, without asking the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, update
from sqlmodel import Session, col

from takings.domain.adjusting import decided_day
from takings.domain.codec import read_canonical
from takings.domain.mapping import MappingTable
from takings.store.bulk import update_many
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, Standing
from takings.store.tables import Day, Record
from takings.sync.assessing import Assessment, assess
from takings.sync.confirmed import holding_on
from takings.sync.encoding import encode_findings
from takings.sync.joint import Joint, load_table
from takings.sync.operations import KEPT_BACK

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

_RELEASED = (
    update(_DAY.id.table)
    .where(_DAY.id.in_(bindparam("ids", expanding=True)), _DAY.state == DayState.HELD.value)
    .values(state=DayState.PENDING.value, findings=[], updated_at=bindparam("now"))
)
_CHANGED = ("state", "findings", "updated_at")


def recheck_days(session: Session, joint: Joint, now: datetime) -> int:
    """Bring the state of every day that is not posted up to date; return how many changed it."""
    changes, moved = [], 0
    for id_, _, state, findings, found in _assessed(session, joint, OPEN):
        wanted, told = holding_on(state, findings, wanted=found.state, told=encode_findings(found.findings))
        if wanted != state or told != findings:
            moved += wanted != state
            changes.append(_change(id_, wanted, told, now=now))
    update_many(session, Day, changes, columns=_CHANGED)
    return moved


def recheck_held(session: Session, joint: Joint, now: datetime) -> dict[int, date]:
    """Bring what holds days by their content up to date; return id and date of those whose content is right.

    These are held by what was found when they were planned. It stays with them until they are planned again,
    maybe in a later run.
    """
    changes, mended = [], {}
    for id_, business_date, _, findings, found in _assessed(session, joint, (DayState.HELD,)):
        told = encode_findings(found.findings)
        if found.state is DayState.PENDING:
            mended[id_] = business_date
        elif found.state is not DayState.HELD or told != findings:
            changes.append(_change(id_, found.state, told, now=now))
    update_many(session, Day, changes, columns=_CHANGED)
    return mended


def held_no_more(session: Session, joint: Joint) -> dict[int, date]:
    """Return id and date of the held days that a sync would plan again; writes nothing.

    What somebody removed in the ledger is looked up there by a sync only, and stays held here.
    """
    return {
        id_: business_date
        for id_, business_date, _, findings, found in _assessed(session, joint, (DayState.HELD,))
        if found.state is DayState.PENDING and not any(one["code"] in KEPT_BACK for one in findings)
    }


def release_held(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Let held days wait again that were planned anew and that nothing holds any more."""
    for some in chunks(ids):
        session.connection().execute(_RELEASED, {"ids": some, "now": now})


def _assessed(
    session: Session, joint: Joint, states: Sequence[DayState]
) -> Iterator[tuple[int, date, str, list[dict[str, str]], Assessment]]:
    """Yield the days of these states, with id, date, state and findings, and what they come to now."""
    wanted = {"of": joint.integration.id, "states": [state.value for state in states]}
    if ask(session, _ANY, **wanted).first() is None:
        return
    table, conflicts = load_table(session, joint), _conflicts(session, joint)
    for row in ask(session, _DAYS, **wanted):
        id_, site, business_date, sequence, state, findings, record_id, decision, revision, canonical = row
        count = conflicts.get((site, business_date, sequence, revision), 0)
        day = decided_day(read_canonical(canonical), decision, record_id)
        yield id_, business_date, state, findings, assess(day, table, conflicts=count)


def _change(id_: int, state: DayState, findings: list[dict[str, str]], *, now: datetime) -> dict[str, Any]:
    return {"id": id_, "state": state.value, "findings": findings, "updated_at": now}


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
