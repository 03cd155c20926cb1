"""Compares posted days with what the source says of them now; nothing is changed in the ledger by that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, literal, or_, type_coerce
from sqlmodel import Session, col, select

from takings.domain.codec import read_canonical
from takings.domain.difference import difference_finding
from takings.domain.findings import Finding, Severity
from takings.store.bulk import update_many
from takings.store.query import ask, chunks, columns, fields
from takings.store.states import DayState, Decision
from takings.store.tables import Day, Record
from takings.sync.approving import tells_of_payments
from takings.sync.encoding import encode_findings

#: Decisions that are to be carried out, or could not be: the day keeps its findings until then.
_UNDER_WAY = (Decision.REPOST.value, Decision.ADJUST.value, "failed")

_DAY = fields(Day)
_ANY = (
    columns(_DAY.id)
    .where(
        _DAY.integration_id == bindparam("of"),
        or_(
            _DAY.state == DayState.CHANGED.value,
            and_(_DAY.state == DayState.POSTED.value, _DAY.record_id != _DAY.posted_record_id),
        ),
    )
    .limit(1)
)


def decided(day: Any) -> str:
    """Return what was decided about the record that stands for a day (a row of it) now, or an empty text."""
    if not day.decision or day.decision["record"] not in (day.record_id, None):
        return ""
    return str(day.decision["decision"])


def decided_as(*decisions: Decision) -> ColumnElement[bool]:
    """Return the condition of days of which one of these was `decided`."""
    decision = type_coerce(_DAY.decision, Text)  # a pattern compared with JSON would be written as JSON itself
    known = (cast(_DAY.record_id, Text), literal("null"))
    so = [decision.like(f'%"decision":"{one.value}"%') for one in decisions]
    of = [decision.like(literal('%"record":').concat(one).concat(f"{end}%")) for one in known for end in ",}"]
    return and_(or_(*so), or_(*of))


def is_left(day: Day) -> bool:
    """Whether somebody decided that what was posted of a day stays, whatever the source says of it now."""
    return decided(day) == Decision.LEAVE and day.record_id != day.posted_record_id


def lock_days(session: Session, days: Sequence[Day]) -> None:
    """Read days again, and keep other writers from them, where the database lets several write at once."""
    for some in chunks(sorted(day.id for day in days if day.id is not None)):
        query = select(Day).where(col(Day.id).in_(some)).order_by(col(Day.id)).with_for_update()
        session.exec(query, execution_options={"populate_existing": True}).all()


def mark_changed(session: Session, integration_id: str, now: datetime) -> int:
    """Mark posted days that came again with another content, and unmark those that came back; returns how many."""
    if ask(session, _ANY, of=integration_id).first() is None:
        return 0
    query = select(Day).where(
        Day.integration_id == integration_id,
        col(Day.state).in_((DayState.POSTED.value, DayState.CHANGED.value)),
        col(Day.record_id) != col(Day.posted_record_id),
    )
    rows: list[dict[str, Any]] = []
    for day in session.exec(query):
        assert day.posted_record_id is not None
        if day.state == DayState.CHANGED.value and decided(day) in _UNDER_WAY:
            continue
        state, findings = _compare(session, day.posted_record_id, day.record_id)
        if state == DayState.CHANGED.value and decided(day) == Decision.LEAVE:
            state, findings = DayState.POSTED.value, encode_findings((_left(day),))
        kept = _of_payments(day)
        # What was added to the same difference, like that it is of an unusual size, stays beside it.
        told = day.findings[: len(findings)] if findings else [one for one in day.findings if one not in kept]
        if state != day.state or findings != told:
            rows.append({"id": day.id, "state": state, "findings": [*findings, *kept], "updated_at": now})
    back = select(Day).where(
        Day.integration_id == integration_id,
        Day.state == DayState.CHANGED.value,
        col(Day.record_id) == col(Day.posted_record_id),
    )
    rows += [
        {"id": day.id, "state": DayState.POSTED.value, "findings": _of_payments(day), "updated_at": now}
        for day in session.exec(back)
    ]
    update_many(session, Day, rows, columns=("state", "findings", "updated_at"))
    return len(rows)


def _of_payments(day: Day) -> list[dict[str, str]]:
    """Return what is told of payments that wait for approval: it is so whatever else is said of the day."""
    return [one for one in day.findings if tells_of_payments(one)]


def _compare(session: Session, posted_id: int, record_id: int) -> tuple[str, list[dict[str, str]]]:
    rows = session.execute(
        columns(Record.id, Record.content_hash, Record.canonical).where(col(Record.id).in_((posted_id, record_id)))
    )
    found = {id_: (digest, canonical) for id_, digest, canonical in rows}
    (old_hash, old), (new_hash, new) = found[posted_id], found[record_id]
    if old_hash == new_hash:
        return DayState.POSTED.value, []
    finding = difference_finding(read_canonical(old), read_canonical(new))
    return DayState.CHANGED.value, encode_findings((finding,))


def _left(day: Day) -> Finding:
    reason = str(day.decision.get("reason", ""))
    return Finding(
        code="day.left",
        what=f"{day.business_date.isoformat()}/{day.sequence} came again with other content; what was posted stays",
        why=f"{day.decision['by']} decided so" + (f": {reason}" if reason else ""),
        do="Reconsider it to be asked again",
        where="day",
        severity=Severity.INFO,
        subject=f"{day.business_date.isoformat()}/{day.sequence}",
    )


def withdraw(session: Session, day: Day, findings: list[dict[str, str]], *, now: datetime) -> None:
    """Leave a day whose decision can't be carried out as it was, with the reasons; a person decides anew."""
    state = DayState.POSTED if day.record_id == day.posted_record_id else DayState.CHANGED
    day.state, day.findings, day.updated_at = state.value, findings, now
    day.decision = {**day.decision, "decision": "failed"} if day.decision else {}
    session.add(day)
