"""Keeps what checks found: the documents that differ, until a later check finds that they agree again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from takings.domain.findings import Finding
from takings.domain.identity import read_key
from takings.domain.period import Period
from takings.store.bulk import upsert
from takings.store.check_tables import Drift, Verification
from takings.store.query import chunks, columns
from takings.store.tables import Integration
from takings.sync.attention import after_check, open_drift
from takings.sync.encoding import decode_findings, encode_findings
from takings.sync.report_days import ReportDay
from takings.sync.verifying import Checked
from takings.views.checks import DriftedView, DriftView

#: How often an integration is checked by itself unless its owner says otherwise.
USUAL = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What was checked, when, by which run: all documents of a period (None: all), or single ones with `partial`."""

    period: Period | None
    at: datetime
    run_id: str = ""
    partial: bool = False


def keep_drift(session: Session, integration: Integration, checked: Sequence[Checked], *, scope: Scope) -> None:
    """Write down what a check found, forget what agrees again, and mark the integration where documents differ."""
    known = {one.document: one for one in _rows(session, integration)}
    differing = [one for one in checked if one.differences]
    rows = [_row(integration, one, known.get(one.posting.document.key), scope=scope) for one in differing]
    upsert(session, Drift, rows, key=("integration_id", "document"), update=tuple(rows[0]) if rows else ())
    _forget(session, integration, _agreeing(known.values(), checked, scope))
    if not scope.partial:
        _keep_summary(session, integration, checked, scope=scope)
    session.flush()
    after_check(session, integration)


def _row(integration: Integration, one: Checked, known: Drift | None, *, scope: Scope) -> dict[str, Any]:
    document, findings = one.posting.document, encode_findings(one.differences)
    same = known is not None and known.findings == findings
    return {
        "integration_id": integration.id,
        "document": document.key,
        "owner": integration.owner,
        "business_date": document.day,
        "kind": document.kind,
        "number": one.posting.number,
        "findings": findings,
        "run_id": scope.run_id,
        "found_at": known.found_at if known is not None and same else scope.at,
        "checked_at": scope.at,
        # Who noted other differences than these does not know of them.
        "noted_by": known.noted_by if known is not None and same else "",
        "noted_at": known.noted_at if known is not None and same else None,
    }


def _agreeing(known: Any, checked: Sequence[Checked], scope: Scope) -> list[str]:
    """Return the documents that agree again, and those of the scope that are posted no longer."""
    differing = {one.posting.document.key for one in checked if one.differences}
    if scope.partial:
        return [one.posting.document.key for one in checked if not one.differences]
    return [row.document for row in known if row.document not in differing and _is_within(row.document, scope.period)]


def _is_within(document: str, period: Period | None) -> bool:
    """Tell whether a check of a period reads a document: by the days that it is for, whenever it is dated."""
    read = read_key(document.rpartition("/")[0])
    return period is None or read is None or (period.first <= read.first[0] and read.last[0] <= period.last)


def forget_documents(session: Session, integration: Integration, documents: Sequence[str]) -> None:
    """Forget what differed of documents that were taken back: they are in the books no longer."""
    _forget(session, integration, documents)
    after_check(session, integration)


def _forget(session: Session, integration: Integration, documents: Sequence[str]) -> None:
    for some in chunks(documents):
        session.connection().execute(
            delete(Drift).where(col(Drift.integration_id) == integration.id, col(Drift.document).in_(some))
        )


def _keep_summary(session: Session, integration: Integration, checked: Sequence[Checked], *, scope: Scope) -> None:
    row = session.get(Verification, integration.id) or Verification(
        integration_id=integration.id, owner=integration.owner
    )
    dates = [one.posting.document.day for one in checked]
    row.run_id, row.checked_at = scope.run_id, scope.at
    row.first = scope.period.first if scope.period else min(dates, default=None)
    row.last = scope.period.last if scope.period else max(dates, default=None)
    row.documents = len(checked)
    row.payments = sum(len(one.posting.document.payments) for one in checked)
    row.differing = sum(bool(one.differences) for one in checked)
    session.add(row)


def show_drift(session: Session, integration: Integration) -> DriftView:
    """Build the view of what the last checks found."""
    row = session.get(Verification, integration.id) or Verification(
        integration_id=integration.id, owner=integration.owner
    )
    return DriftView(
        integration=integration.name,
        every=row.every,
        next_due=row.next_due,
        checked_at=row.checked_at,
        run=row.run_id,
        period=str(Period(row.first, row.last)) if row.first and row.last else "",
        documents=row.documents,
        payments=row.payments,
        differing=open_drift(session, integration.id),
        drifted=tuple(_show(one) for one in _rows(session, integration)),
    )


def _show(row: Drift) -> DriftedView:
    return DriftedView(
        document=row.document,
        business_date=row.business_date,
        kind=row.kind,
        number=row.number,
        found_at=row.found_at,
        checked_at=row.checked_at,
        run=row.run_id,
        noted_by=row.noted_by,
        noted_at=row.noted_at,
        findings=decode_findings(row.findings),
    )


def _rows(session: Session, integration: Integration) -> Sequence[Drift]:
    query = select(Drift).where(Drift.integration_id == integration.id)
    return session.exec(query.order_by(col(Drift.business_date), col(Drift.document))).all()


def drift_of(session: Session, integration_id: str, days: Iterable[ReportDay]) -> tuple[Finding, ...]:
    """Return what differs of the documents of these days, by the last checks, also where somebody noted it."""
    keys = {document.key for day in days for document in (*day.documents, *day.adjusting, *day.drafts)}
    query = select(Drift).where(Drift.integration_id == integration_id)
    rows = session.exec(query.order_by(col(Drift.business_date), col(Drift.document))).all()
    return tuple(finding for row in rows if row.document in keys for finding in decode_findings(row.findings))


def note_drift(
    session: Session, integration: Integration, documents: Collection[str] | None, *, who: str, now: datetime
) -> list[str]:
    """Note that somebody knows of the differences of these documents (None: all) and leaves them; returns which."""
    noted = []
    for row in _rows(session, integration):
        if not row.noted_by and (documents is None or row.document in documents):
            row.noted_by, row.noted_at = who, now
            session.add(row)
            noted.append(row.document)
    session.flush()
    after_check(session, integration)
    return noted


def drifted_of(session: Session, integration_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return how many documents of each integration differ, and the run that found the newest of them."""
    found: dict[str, tuple[int, str]] = {}
    query = (
        columns(Drift.integration_id, Drift.run_id)
        .where(col(Drift.integration_id).in_(integration_ids), Drift.noted_by == "")
        .order_by(col(Drift.found_at))
    )
    for id_, run_id in session.execute(query):
        count, _ = found.get(id_, (0, ""))
        found[id_] = (count + 1, run_id)
    return found
