"""Stores what a source gave: raw and canonical, once, with the day it stands for.

The deciding half (`decide_standing`) is pure; the storing half writes everything of one batch, its new
codes, its days and its cursor in the caller's transaction.

A record is one content: where the same comes again under a higher revision, the record that stands says so, and a
copy keeps it as it came before. So what names the record (decisions, what was posted) goes on naming what stands.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert
from sqlmodel import Session, col, select

from takings.domain.adjusting import decided_day
from takings.domain.codec import canonical_text, read_canonical
from takings.domain.day import DayKey, DaySummary
from takings.domain.findings import Finding
from takings.domain.mapping import MappingTable
from takings.plugin.sources import RawRecord
from takings.store.bulk import upsert
from takings.store.query import ask, columns, fields
from takings.store.states import DayState, Standing
from takings.store.tables import Day, Record
from takings.sync.assessing import assess, beside_finding, conflict_finding
from takings.sync.changes import mark_changed
from takings.sync.codes import note_codes
from takings.sync.confirmed import holding_on
from takings.sync.encoding import decode_findings, encode_findings
from takings.sync.joint import Joint
from takings.views import RecordResult

#: Days whose content is fixed by what was posted or is being posted; a new revision is a difference.
FIXED = frozenset(
    {DayState.POSTING, DayState.PARTLY, DayState.POSTED, DayState.CHANGED, DayState.UNDOING, DayState.UNDONE}
)

#: What is said of a day beside which other content is kept.
_OF_CONFLICTS = ("record.conflict", "record.conflict_after_decision")

_RECORD, _DAY = fields(Record), fields(Day)
_KNOWN = (
    columns(
        _RECORD.id, _RECORD.site, _RECORD.business_date, _RECORD.sequence, _RECORD.revision, _RECORD.content_hash,
        _RECORD.standing,
    )
    .where(
        _RECORD.integration_id == bindparam("of"),
        _RECORD.business_date.between(bindparam("first"), bindparam("last")),
    )
    .order_by(_RECORD.id)
)  # fmt: skip
_OF_DATES = (
    _DAY.integration_id == bindparam("of"),
    _DAY.business_date.between(bindparam("first"), bindparam("last")),
)
_DAYS = columns(
    _DAY.integration_id, _DAY.owner, _DAY.site, _DAY.business_date, _DAY.sequence, _DAY.record_id, _DAY.state,
    _DAY.counted_total, _DAY.findings, _DAY.decision,
).where(*_OF_DATES).order_by(_DAY.id).with_for_update()  # fmt: skip
_CHANGED = columns(_DAY.record_id, _DAY.findings).where(*_OF_DATES, _DAY.state == DayState.CHANGED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A record that was read, with the day that it gives."""

    raw: RawRecord
    day: DaySummary


@dataclass(slots=True, kw_only=True)
class Known:
    """A record of a day that is stored already, or was accepted earlier in this batch."""

    revision: int
    content_hash: str
    standing: Standing
    id: int | None = None


@dataclass(slots=True, kw_only=True)
class Accepted:
    """A record that is to be stored; `again` where it only says under a higher revision what stood already."""

    incoming: Incoming
    canonical: str
    known: Known
    again: bool = False


@dataclass(slots=True, kw_only=True)
class Stored:
    """What storing a batch came to; `days` are those that stand now, by the ids of their records."""

    results: list[RecordResult] = field(default_factory=list)
    days: dict[int, DaySummary] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many records had which result."""
        found = [result.result for result in self.results]
        return {name: found.count(name) for name in ("stored", "unchanged", "conflict")}


def decide_standing(known: Sequence[Known], *, revision: int, digest: str) -> tuple[str, Standing | None]:
    """Say what becomes of a record beside those known of its day: a result, and how it stands if it is stored.

    The result is `stored`, `unchanged` or `conflict`; nothing is stored where the standing is None.
    """
    if any(one.revision == revision and one.content_hash == digest for one in known):
        return "unchanged", None
    current = next((one for one in known if one.standing is Standing.CURRENT), None)
    if current is None:
        return "stored", Standing.CURRENT
    if revision > current.revision:
        return ("unchanged" if current.content_hash == digest else "stored"), Standing.CURRENT
    if current.content_hash == digest:
        return "unchanged", None
    return "conflict", Standing.CONFLICT if revision == current.revision else Standing.OLDER


def store_records(
    session: Session,
    joint: Joint,
    incoming: Sequence[Incoming],
    *,
    table: MappingTable,
    way: str,
    now: datetime,
    run_id: str = "",
) -> Stored:
    """Store a batch of records in the session's transaction and bring their days up to date."""
    known = _load_known(session, joint, incoming)
    stored = Stored()
    accepted: list[Accepted] = []
    for one in incoming:
        stored.results.append(_take(one, known.setdefault(one.day.key, []), accepted))
    if accepted:
        note_codes(session, joint, [one.incoming.day for one in accepted], now=now)
        _insert(session, joint, [one for one in accepted if not one.again], way=way, now=now, run_id=run_id)
        for again in (one for one in accepted if one.again):
            _renew(session, again, way=way, now=now, run_id=run_id)
        stored.days = {
            one.known.id: one.incoming.day
            for one in accepted
            if one.known.id is not None and one.known.standing is Standing.CURRENT
        }
        _mark_older(session, known)
        _update_days(session, joint, accepted, known=known, table=table, now=now)
        mark_changed(session, joint.integration.id, now)
        _tell_changed(session, joint, accepted, incoming=incoming, results=stored.results)
    return stored


def _tell_changed(
    session: Session,
    joint: Joint,
    accepted: Sequence[Accepted],
    *,
    incoming: Sequence[Incoming],
    results: list[RecordResult],
) -> None:
    """Add to the result of each record that changed a posted day what differs."""
    dates = [one.incoming.day.business_date for one in accepted]
    rows = ask(session, _CHANGED, of=joint.integration.id, first=min(dates), last=max(dates))
    changed = dict(rows.all())
    if not changed:
        return
    places = {id(one): place for place, one in enumerate(incoming)}
    for one in accepted:
        if one.known.id in changed:
            place = places[id(one.incoming)]
            found = decode_findings(changed[one.known.id])
            results[place] = replace(results[place], findings=(*results[place].findings, *found))


def _take(one: Incoming, known: list[Known], accepted: list[Accepted]) -> RecordResult:
    canonical, digest = canonical_text(one.day)
    result, standing = decide_standing(known, revision=one.day.revision, digest=digest)
    current = next((other for other in known if other.standing is Standing.CURRENT), None)
    findings: tuple[Finding, ...] = ()
    if result == "conflict" and current is not None:
        findings = (conflict_finding(one.day, older_than=current.revision),)
    if standing is not None:
        again = result == "unchanged" and current is not None and current.id is not None
        mine = Known(revision=one.day.revision, content_hash=digest, standing=standing)
        if again and current is not None:
            # The record that stands goes on standing, as what was decided and posted names it.
            current.revision, mine.revision, mine.standing = mine.revision, current.revision, Standing.OLDER
        elif standing is Standing.CURRENT and current is not None:
            current.standing = Standing.OLDER
        known.append(mine)
        stands = current if again and current is not None else mine
        accepted.append(Accepted(incoming=one, canonical=canonical, known=stands, again=again))
    return RecordResult(
        business_date=one.day.business_date,
        sequence=one.day.sequence,
        revision=one.day.revision,
        result=result,
        findings=findings,
    )


def _load_known(session: Session, joint: Joint, incoming: Sequence[Incoming]) -> dict[DayKey, list[Known]]:
    if not incoming:
        return {}
    dates = [one.day.business_date for one in incoming]
    rows = ask(session, _KNOWN, of=joint.integration.id, first=min(dates), last=max(dates))
    known: dict[DayKey, list[Known]] = {}
    for id_, site, business_date, sequence, revision, digest, standing in rows:
        key = DayKey(site=site, business_date=business_date, sequence=sequence)
        known.setdefault(key, []).append(
            Known(id=id_, revision=revision, content_hash=digest, standing=Standing(standing))
        )
    return known


def _insert(
    session: Session, joint: Joint, accepted: Sequence[Accepted], *, way: str, now: datetime, run_id: str
) -> None:
    rows = [
        {
            "integration_id": joint.integration.id,
            "owner": joint.integration.owner,
            "site": one.incoming.day.site.id,
            "business_date": one.incoming.day.business_date,
            "sequence": one.incoming.day.sequence,
            "revision": one.incoming.day.revision,
            "content_hash": one.known.content_hash,
            "standing": one.known.standing.value,
            "way": way,
            "raw": _packed(one.incoming.raw),
            "canonical": one.canonical,
            "run_id": run_id,
            "received_at": now,
        }
        for one in accepted
    ]
    if not rows:
        return
    ids = session.execute(insert(Record).returning(col(Record.id), sort_by_parameter_order=True), rows).scalars()
    for one, id_ in zip(accepted, ids, strict=True):
        one.known.id = id_


def _renew(session: Session, one: Accepted, *, way: str, now: datetime, run_id: str) -> None:
    """Let a record that stands say its content under a higher revision; as it came before it is kept beside it."""
    row = session.get_one(Record, one.known.id)
    before = row.model_dump(exclude={"id"})
    row.revision, row.canonical, row.raw = one.incoming.day.revision, one.canonical, _packed(one.incoming.raw)
    row.way, row.run_id, row.received_at = way, run_id, now
    session.add(row)
    session.flush()  # no two records have the same content under the same revision
    session.add(Record(**{**before, "standing": Standing.OLDER.value}))
    session.flush()


def _packed(raw: RawRecord) -> bytes:
    return zlib.compress(raw.body, 1)


def _mark_older(session: Session, known: dict[DayKey, list[Known]]) -> None:
    older = [one.id for group in known.values() for one in group if one.standing is Standing.OLDER and one.id]
    if older:
        session.connection().execute(
            Record.__table__.update().where(col(Record.id).in_(older)).values(standing=Standing.OLDER.value)  # type: ignore[attr-defined]
        )


def _update_days(
    session: Session,
    joint: Joint,
    accepted: Sequence[Accepted],
    *,
    known: dict[DayKey, list[Known]],
    table: MappingTable,
    now: datetime,
) -> None:
    touched = {one.incoming.day.key: one for one in accepted}
    dates = [key.business_date for key in touched]
    standing = {
        DayKey(site=row.site, business_date=row.business_date, sequence=row.sequence): row
        for row in ask(session, _DAYS, of=joint.integration.id, first=min(dates), last=max(dates))
    }
    currents = {one.incoming.day.key: one for one in accepted if one.known.standing is Standing.CURRENT}
    rows = []
    for key in touched:
        row, current = standing.get(key), currents.get(key)
        conflicts = _count_conflicts(known[key])
        if current is not None and row is not None and current.known.id == row.record_id:
            if any(one["code"] in _OF_CONFLICTS for one in row.findings):
                rows.append(_reassessed(session, row, table, conflicts=conflicts, now=now))
        elif current is not None:
            rows.append(_day_values(joint, current, row, table=table, conflicts=conflicts, now=now))
        elif row is not None:
            rows.append(_reassessed(session, row, table, conflicts=conflicts, now=now))
    upsert(
        session,
        Day,
        rows,
        key=("integration_id", "site", "business_date", "sequence"),
        update=("record_id", "state", "counted_total", "findings", "updated_at"),
    )


def _count_conflicts(known: Iterable[Known]) -> int:
    group = list(known)
    current = next(one for one in group if one.standing is Standing.CURRENT)
    return sum(1 for one in group if one.standing is Standing.CONFLICT and one.revision == current.revision)


def _day_values(
    joint: Joint, one: Accepted, row: Any, *, table: MappingTable, conflicts: int, now: datetime
) -> dict[str, Any]:
    day = one.incoming.day
    values = {
        "integration_id": joint.integration.id,
        "owner": joint.integration.owner,
        "site": day.site.id,
        "business_date": day.business_date,
        "sequence": day.sequence,
        "record_id": one.known.id,
        "counted_total": day.counted_total,
        "updated_at": now,
    }
    if row is not None and (DayState(row.state) in FIXED or row.state == DayState.NEVER):
        return values | {"state": row.state, "findings": row.findings}
    assessment = assess(day, table, conflicts=conflicts)  # a new revision: what was decided was about another one
    return values | {"state": assessment.state.value, "findings": encode_findings(assessment.findings)}


def _reassessed(session: Session, row: Any, table: MappingTable, *, conflicts: int, now: datetime) -> dict[str, Any]:
    """Give a day that only got a conflicting record its finding."""
    values = {
        name: getattr(row, name)
        for name in ("integration_id", "owner", "site", "business_date", "sequence", "record_id", "counted_total")
    }
    day = load_day(session, row.record_id)
    if DayState(row.state) in FIXED or row.state == DayState.NEVER:
        findings = [one for one in row.findings if one["code"] != "record.conflict"]
        findings += encode_findings((beside_finding(day, conflicts),) if conflicts else ())
        return values | {"state": row.state, "findings": findings, "updated_at": now}
    assessment = assess(decided_day(day, row.decision, row.record_id), table, conflicts=conflicts)
    told = encode_findings(assessment.findings)
    state, findings = holding_on(row.state, row.findings, wanted=assessment.state, told=told)
    return values | {"state": state.value, "findings": findings, "updated_at": now}


def load_day(session: Session, record_id: int) -> DaySummary:
    """Read the canonical day of a record."""
    return read_canonical(session.exec(select(Record.canonical).where(Record.id == record_id)).one())
