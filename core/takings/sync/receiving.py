"""The three ways in: a pulled period, a pushed body, a file. Whatever the way, equal records give equal days.

A pushed body or a file is stored whole or not at all. Of a pulled period a record that can't be read is a
finding of the run, and the others are stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete
from sqlmodel import Session

from takings.domain.catalogue import Catalogue
from takings.domain.day import DaySummary, Site
from takings.domain.findings import Finding
from takings.domain.period import Period
from takings.plugin.sources import Batch, Content, RawRecord, RecordReader, WayIn
from takings.store import audit
from takings.store.bulk import upsert
from takings.store.query import fields
from takings.store.tables import Connection, Cursor, Integration
from takings.sync.codes import store_catalogue
from takings.sync.joint import Joint, ProgressCall, Services, load_joint, load_table, no_progress, open_source
from takings.sync.records import Incoming, Stored, store_records
from takings.views import IntakeView, Progress, RecordResult

#: The largest pushed body, in bytes.
BODY_LIMIT = 5_000_000

#: How long an interrupted reading goes on where it stopped; later, earlier pages may have changed.
_CURSOR_LIFE = timedelta(hours=1)

#: How many days a run keeps in memory beside the database.
_REMEMBERED = 1_000

#: The largest file, in bytes.
FILE_LIMIT = 64_000_000

_CURSOR = fields(Cursor)
_FORGET = delete(_CURSOR.position.table).where(_CURSOR.integration_id == bindparam("of"))


@dataclass(slots=True, kw_only=True)
class Received:
    """What reading a period came to; `days` saves reading the newest ones again in the same run."""

    results: list[RecordResult] = field(default_factory=list)
    days: dict[int, DaySummary] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_records(
    services: Services, joint: Joint, records: Sequence[RawRecord]
) -> tuple[list[Incoming], list[Finding]]:
    """Read records one by one; those that can't be read give findings with their place."""
    incoming: list[Incoming] = []
    findings: list[Finding] = []
    reader: RecordReader = joint.source_type.reader
    site = joint.source_connection.organisation
    guard = services.host.guard(joint.source_connection.component)
    for record in records:
        with guard:
            read = reader.parse(record)
        guard.expect(read, "parse", DaySummary, tuple)
        if not isinstance(read, DaySummary):
            findings += [_placed(finding, record) for finding in read]
        elif site and read.site.id != site:
            findings.append(_other_site(read.site, record, joint))
        else:
            site = site or read.site.id
            incoming.append(Incoming(raw=record, day=read))
    return incoming, findings


def _placed(finding: Finding, record: RawRecord) -> Finding:
    if not record.where:
        return finding
    return replace(finding, where=f"{record.where} {finding.where}".strip())


def _other_site(site: Site, record: RawRecord, joint: Joint) -> Finding:
    return Finding(
        code="record.other_site",
        what=f"The record is of the site {site.id} ({site.name})",
        why=f"{joint.integration.name} receives the site {joint.source_connection.organisation} "
        f"({joint.source_connection.name}), and takings of two venues must not be mixed",
        do="Send it with the Auth Token of the integration that the site has",
        where=record.where,
        subject=site.id,
    )


def accept_content(
    session: Session,
    services: Services,
    joint: Joint,
    *,
    content: Content,
    way: WayIn,
    principal: str,
    request_id: str = "",
) -> IntakeView:
    """Store a pushed body or a file whole, or say why nothing of it was stored."""
    now = services.clock.now()
    incoming, findings = read_records(services, joint, content.records)
    findings = [*content.findings, *findings]
    if findings:
        return IntakeView(integration=joint.integration.name, accepted=False, findings=tuple(findings))
    codes = store_catalogue(session, joint, content.catalogue, now=now) if content.catalogue else 0
    _note_site(session, joint, content.catalogue, incoming=incoming)
    stored = store_records(session, joint, incoming, table=load_table(session, joint), way=way.value, now=now)
    audit.record(
        session,
        at=now,
        owner=joint.integration.owner,
        principal=principal,
        action=f"records.{way.value}",
        integration_id=joint.integration.id,
        request_id=request_id,
        details={**stored.counts, "codes": codes},
    )
    return IntakeView(
        integration=joint.integration.name, accepted=True, records=tuple(stored.results), catalogue_codes=codes
    )


def _note_site(session: Session, joint: Joint, catalogue: Catalogue | None, *, incoming: Sequence[Incoming]) -> None:
    """Tie the source connection to the venue that its first record or catalogue names."""
    site = incoming[0].day.site if incoming else None
    known = Site(
        id=site.id if site else catalogue.site_id if catalogue else "",
        name=site.name if site else catalogue.site_name if catalogue else "",
        timezone=site.timezone if site else catalogue.timezone if catalogue else "",
        currency=site.currency if site else catalogue.currency if catalogue else "",
    )
    connection, integration = joint.source_connection, joint.integration
    if known.id and not connection.organisation:
        connection.organisation, connection.name = known.id, known.name
        session.add(connection)
    if known.timezone and not integration.schedule.get("timezone"):
        integration.schedule = {**integration.schedule, "timezone": known.timezone}
        session.add(integration)


def pull(
    services: Services, integration_id: str, period: Period, *, run_id: str, progress: ProgressCall = no_progress
) -> Received:
    """Read a period from the source and store it batch by batch, each with the cursor that follows it."""
    received = Received()
    with services.database.read() as session:
        joint = load_joint(session, services, session.get_one(Integration, integration_id))
        stored_cursor = session.get(Cursor, (integration_id, str(period)))
        fresh = stored_cursor is not None and services.clock.now() - stored_cursor.kept_at < _CURSOR_LIFE
        cursor = stored_cursor.position if stored_cursor and fresh else None
    source = open_source(services, joint)
    guard = services.host.guard(joint.source_connection.component)
    for batch in guard.iterate(lambda: source.read(period, cursor), of=Batch):
        with services.database.write() as session:
            stored = _store_batch(
                session, services, integration_id, records=batch.records, received=received, run_id=run_id
            )
            _keep_cursor(session, joint.integration, period, position=batch.cursor, now=services.clock.now())
        received.results += stored.results
        if len(received.days) < _REMEMBERED:
            received.days |= stored.days
        progress(Progress(phase="pull", done=len(received.results)))
    return received


def _store_batch(
    session: Session,
    services: Services,
    integration_id: str,
    *,
    records: Sequence[RawRecord],
    received: Received,
    run_id: str,
) -> Stored:
    joint = load_joint(session, services, session.get_one(Integration, integration_id))
    incoming, findings = read_records(services, joint, records)
    received.findings += findings
    _note_site(session, joint, None, incoming=incoming)
    return store_records(
        session,
        joint,
        incoming,
        table=load_table(session, joint),
        way=WayIn.PULL.value,
        now=services.clock.now(),
        run_id=run_id,
    )


def _keep_cursor(
    session: Session, integration: Integration, period: Period, *, position: str | None, now: datetime
) -> None:
    if position is None:  # read to its end; what other readings left behind is of no use any more
        session.connection().execute(_FORGET, {"of": integration.id})
        return
    values = {
        "integration_id": integration.id,
        "period": str(period),
        "owner": integration.owner,
        "position": position,
        "kept_at": now,
    }
    upsert(session, Cursor, [values], key=("integration_id", "period"), update=("position", "kept_at"))


def refresh_catalogue(services: Services, integration_id: str) -> int:
    """Ask the source for its codes, keep them, and return how many there are."""
    with services.database.read() as session:
        joint = load_joint(session, services, session.get_one(Integration, integration_id))
    source = open_source(services, joint)
    with services.host.guard(joint.source_connection.component):
        catalogue = source.catalogue()
    with services.database.write() as session:
        joint = load_joint(session, services, session.get_one(Integration, integration_id))
        _note_site(session, joint, catalogue, incoming=())
        connection = session.get_one(Connection, joint.source_connection.id)
        if connection.state == "new":
            connection.state = "connected"
            session.add(connection)
        return store_catalogue(session, joint, catalogue, now=services.clock.now())
