"""Reads the closes of a period with what was posted for them, as reports need them; nobody is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col

from takings.domain.codec import read_canonical
from takings.domain.day import DaySummary
from takings.domain.findings import Finding
from takings.domain.mapping import MappingTable
from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.domain.places import Places
from takings.plugin.documents import Document
from takings.store.journal import UnitRow
from takings.store.query import chunks, columns
from takings.store.tables import Day, Integration, Record
from takings.sync.counted import Counted, Step, load_steps, records_of, split
from takings.sync.encoding import decode_findings
from takings.sync.in_books import AT_REST, load_adjusting, made_of, not_made
from takings.sync.mapped import STANDING
from takings.sync.posted_places import load_posted_places
from takings.sync.shares import share_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDay:
    """One close: what the source says of it now, what of it was posted, and the documents that stand for it.

    A document that holds more dates has its `period`; where some of them are not reported, `shares` is what the close
    has in it, and `part` is that whichever are reported. Documents `adjusting` the close stand beside these, dated
    later. Its `drafts` are in none of these: they move nothing before their approval, and the takings in them are
    `unapproved`. `was` is the content that counts, and `places` say where what it has goes.
    """

    state: str
    day: DaySummary
    posted: Decimal
    number: str
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    period: str = ""
    shares: tuple[Document, ...] = ()
    part: tuple[Document, ...] = ()
    adjusting: tuple[Document, ...] = ()
    was: DaySummary | None = None
    drafts: tuple[Document, ...] = ()
    unapproved: Decimal = ZERO
    places: Places


def load_days(session: Session, row: Integration, period: Period, *, table: MappingTable) -> list[ReportDay]:
    """Read the closes of a period, in order; what is not posted goes where the table says."""
    query = (
        columns(
            Day.state, Day.findings, Day.record_id, Day.posted_record_id, Record.canonical,
            UnitRow.number, UnitRow.documents, col(UnitRow.state).label("unit_state"), UnitRow.first, UnitRow.last,
            UnitRow.mapped, UnitRow.unapproved, Day.id,
        )
        .join(Record, col(Record.id) == Day.record_id)
        .outerjoin(UnitRow, col(UnitRow.id) == Day.unit_id)
        .where(
            Day.integration_id == row.id, Day.business_date >= period.first, Day.business_date <= period.last
        )
        .order_by(col(Day.business_date), col(Day.sequence))
    )  # fmt: skip
    rows = session.execute(query).all()
    adjusting, lacking = load_adjusting(session, row.id, period), not_made(session, row.id, period)
    steps = load_steps(session, row.id, period, lacking=lacking) if _has_drafts(rows, adjusting) else {}
    again = {one.posted_record_id for one in rows if one.posted_record_id not in (None, one.record_id)}
    earlier = _load_contents(session, again | records_of(steps.values()))
    posted = load_posted_places(session, row.id, period)
    return [
        _day(
            one,
            adjusting.get(one.id, ()),
            lacking=lacking,
            steps=steps.get(one.id),
            earlier=earlier,
            period=period,
            places=Places(table=table, record=one.record_id, posted=posted.get(one.id)),
        )
        for one in rows
    ]


def _day(
    row: Any,
    beside: tuple[Document, ...],
    *,
    lacking: Collection[str],
    steps: Sequence[Step] | None,
    earlier: Mapping[int, DaySummary],
    period: Period,
    places: Places,
) -> ReportDay:
    """Put a close together with its documents: those `beside` adjust it, and `lacking` are payments never made."""
    day, may_stand = read_canonical(row.canonical), row.unit_state in STANDING
    made = made_of(row.documents or (), row.number or "", lacking) if may_stand else ()
    stands = bool(made) or row.unit_state in AT_REST
    documents = _approved(made)
    posted = day if row.posted_record_id == row.record_id else earlier.get(row.posted_record_id, day)
    counted = Counted(content=posted, total=posted.counted_total) if stands else Counted()
    if steps is not None:
        counted = split(steps, earlier)
    is_one_of_several = stands and row.first != row.last
    mine = next((one for one in row.mapped if one["day"] == row.id), None) if is_one_of_several else None
    part = share_of(documents, mine, day.business_date) if mine and documents[:1] == made[:1] else ()
    return ReportDay(
        state=row.state,
        day=day,
        posted=counted.total - counted.unapproved,
        number=row.number or "",
        documents=documents,
        adjusting=_approved(beside),
        findings=decode_findings(row.findings),
        period=str(Period(row.first, row.last)) if is_one_of_several else "",
        shares=part if part and (row.first < period.first or row.last > period.last) else (),
        part=part,
        was=counted.content,
        drafts=tuple(one for one in (*made, *beside) if one.draft),
        unapproved=counted.unapproved,
        places=places,
    )


def _has_drafts(rows: Iterable[Any], adjusting: Mapping[int, tuple[Document, ...]]) -> bool:
    return any(one.unapproved for one in rows) or any(one.draft for some in adjusting.values() for one in some)


def _approved(documents: Iterable[Document]) -> tuple[Document, ...]:
    return tuple(one for one in documents if not one.draft)


def _load_contents(session: Session, ids: Collection[int]) -> dict[int, DaySummary]:
    """Read what records say, for closes of which something else was posted than they say now."""
    found: dict[int, DaySummary] = {}
    for some in chunks(ids):
        rows = session.execute(columns(Record.id, Record.canonical).where(col(Record.id).in_(some)))
        found |= {id_: read_canonical(canonical) for id_, canonical in rows}
    return found
