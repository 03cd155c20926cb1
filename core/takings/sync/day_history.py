"""Builds the history of one day: the source's record, where its lines go, the documents, and every attempt."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Text, func, type_coerce
from sqlmodel import Session, col, select

from takings.domain.codec import read_canonical
from takings.domain.day import DaySummary, Line, Tender
from takings.domain.mapping import MappingTable
from takings.domain.places import Places
from takings.errors import NotFound
from takings.store.journal import AuditEvent, OperationRow, UnitRow
from takings.store.query import columns
from takings.store.tables import Day, Integration, Record
from takings.sync import showing
from takings.sync.attempts import load_attempts
from takings.sync.encoding import decode_document, decode_findings
from takings.sync.mapped import STANDING, units_of
from takings.sync.posted_places import places_of
from takings.views import DayView, DecisionView, DocumentView
from takings.views.history import DayDetailView, DayLineView, DayTenderView, OperationView, RecordView

#: How much of a raw record is shown, in characters.
RAW_SHOWN = 200_000

#: How many decisions about a day are shown.
DECISIONS_SHOWN = 50

#: How the actions of decisions begin in the audit trail.
_DECIDED = "day."


def load_day(
    session: Session, row: Integration, table: MappingTable, *, business_date: date, sequence: int, site: str = ""
) -> DayDetailView:
    """Read one close of one date; raises NotFound where there is none."""
    known = _closes(session, row, business_date)
    day = next((one for one in known if one.sequence == sequence and site in ("", one.site)), None)
    if day is None:
        raise NotFound("day", f"{business_date}/{sequence}")
    records = _records(session, row, day)
    current = next(record for record in records if record.id == day.record_id)
    summary = read_canonical(current.canonical)
    unit = session.get(UnitRow, day.unit_id) if day.unit_id else None
    standing = units_of(session, day) or ([unit] if unit else [])
    operations = _operations(session, standing)
    posted = places_of(one.mapped for one in standing if one.state in STANDING)
    places = Places(table=table, record=day.record_id, posted=posted.get(day.id or 0))
    return DayDetailView(
        integration=row.id,
        integration_name=row.name,
        day=_day_view(day, summary, unit),
        site=day.site,
        site_name=summary.site.name,
        timezone=summary.site.timezone,
        opened_at=summary.opened_at,
        closed_at=summary.closed_at,
        closed_by=summary.closed_by,
        lines=tuple(_line(line, summary, places) for line in summary.lines),
        tenders=tuple(_tender(tender, places) for tender in summary.tenders),
        lines_total=summary.lines_total,
        difference=summary.difference,
        documents=tuple(view for one in standing for view in _documents(one, sequence)),
        operations=tuple(_operation(one) for one in operations),
        attempts=load_attempts(session, unit.organisation, operations) if unit else (),
        records=tuple(_record(record) for record in records),
        run=unit.run_id if unit else "",
        closes=tuple((one.site, one.sequence) for one in known),
        decisions=_decisions(session, day),
        **_neighbours(session, row, business_date),
    )


def _closes(session: Session, row: Integration, business_date: date) -> Sequence[Day]:
    query = select(Day).where(Day.integration_id == row.id, Day.business_date == business_date)
    return session.exec(query.order_by(col(Day.sequence), col(Day.site))).all()


def _neighbours(session: Session, row: Integration, day: date) -> dict[str, Any]:
    mine = columns(func.max(Day.business_date)).where(Day.integration_id == row.id, Day.business_date < day)
    theirs = columns(func.min(Day.business_date)).where(Day.integration_id == row.id, Day.business_date > day)
    before, after = session.execute(columns(mine.scalar_subquery(), theirs.scalar_subquery())).one()
    return {"previous": before, "next": after}


def _records(session: Session, row: Integration, day: Day) -> list[Record]:
    return list(
        session.exec(
            select(Record)
            .where(
                Record.integration_id == row.id,
                Record.site == day.site,
                Record.business_date == day.business_date,
                Record.sequence == day.sequence,
            )
            .order_by(col(Record.received_at).desc(), col(Record.revision).desc(), col(Record.id).desc())
        )
    )


def _decisions(session: Session, day: Day) -> tuple[DecisionView, ...]:
    """Read from the audit trail what was decided about a day, the newest first."""
    details = type_coerce(AuditEvent.__table__.c.details, Text)  # type: ignore[attr-defined]
    events = session.exec(
        select(AuditEvent)
        .where(
            AuditEvent.integration_id == day.integration_id,
            col(AuditEvent.action).startswith(_DECIDED),
            details.like(f"%{day.business_date.isoformat()}%"),
        )
        .order_by(col(AuditEvent.id).desc())
        .limit(DECISIONS_SHOWN)
    )
    return tuple(
        DecisionView(
            decision=one.action.removeprefix(_DECIDED),
            by=one.principal,
            at=one.at.isoformat(),
            reason=str(one.details.get("reason", "")),
            account=str(one.details.get("account", "")),
        )
        for one in events
        # The text may stand in a reason as well.
        if (one.details.get("day"), one.details.get("sequence")) == (day.business_date.isoformat(), day.sequence)
    )


def _operations(session: Session, units: Sequence[UnitRow]) -> list[OperationRow]:
    if not units:
        return []
    ids = [unit.id for unit in units]
    wanted = select(OperationRow).where(col(OperationRow.unit_id).in_(ids)).order_by(col(OperationRow.id))
    return list(session.exec(wanted))


def _documents(unit: UnitRow, sequence: int) -> list[DocumentView]:
    number = showing.number_for(unit.number, unit.state, len(unit.documents))
    return [
        showing.show_document(decode_document(one), sequence=sequence, number=number, state=unit.state)
        for one in unit.documents
    ]


def _day_view(day: Day, summary: DaySummary, unit: UnitRow | None) -> DayView:
    return DayView(
        business_date=day.business_date,
        sequence=day.sequence,
        revision=summary.revision,
        state=day.state,
        currency=summary.site.currency,
        total=day.counted_total,
        number=unit.number if unit else "",
        period=showing.show_period(unit.first, unit.last) if unit else "",
        findings=decode_findings(day.findings),
    )


def _line(line: Line, day: DaySummary, places: Places) -> DayLineView:
    place = places.line(line, day)
    return DayLineView(
        kind=line.kind.value,
        code=line.account,
        name=line.name,
        tax_code=places.table.tax_code(line),
        amount=line.amount,
        choice=place.choice,
        account=place.account,
        tax=place.tax,
    )


def _tender(tender: Tender, places: Places) -> DayTenderView:
    place = places.tender(tender)
    return DayTenderView(
        code=tender.code,
        name=tender.name,
        recorded=tender.recorded,
        counted=tender.counted,
        choice=place.choice,
        account=place.account,
    )


def _operation(row: OperationRow) -> OperationView:
    return OperationView(key=row.key, kind=row.kind, state=row.state, findings=decode_findings(row.findings))


def _record(record: Record) -> RecordView:
    raw = zlib.decompressobj().decompress(record.raw, RAW_SHOWN * 4).decode("utf-8", "replace")
    return RecordView(
        revision=record.revision,
        standing=record.standing,
        way=record.way,
        received_at=record.received_at,
        run=record.run_id,
        raw=raw[:RAW_SHOWN],
    )
