"""Runs, days, documents and the audit trail: what is asked for, and what became of it."""

from __future__ import annotations

from datetime import date

from takings.errors import NotFound
from takings.views import PreviewView, RunView, VerifyView
from takings.views.history import AuditPage, CalendarView, DayDetailView, RunDetailView
from takings.views.pages import DaysView, DocumentsView, RunsView
from takings.web.api.bodies import AuditQuery, CalendarQuery, DayQuery, ForPeriod, InPeriod, RequestRun
from takings.web.api.operation import Ask, Operation, close_in
from takings.web.api.page_queries import DaysQuery, DocumentQuery, DocumentsQuery, RunsQuery
from takings.web.api.shapes import Address


def list_runs(ask: Ask, query: RunsQuery) -> RunsView:
    """List the runs of an integration, the newest first."""
    return ask.engine.page_of_runs(ask.principal, ask.ref, before=query.before, limit=query.limit)


def request_run(ask: Ask, body: RequestRun) -> RunView:
    """Put a run into the queue; a worker begins it. The same twice is one."""
    return ask.engine.request_run(
        ask.principal, ask.ref, kind=body.kind, period=body.period, confirm=body.confirm, trigger="api"
    )


def show_run(ask: Ask) -> RunDetailView:
    """Show one run, whole."""
    return _run(ask)


def cancel_run(ask: Ask) -> RunView:
    """Take a run back that no worker has begun."""
    return ask.engine.cancel_run(ask.principal, _run(ask).run.id)


def _run(ask: Ask) -> RunDetailView:
    id_ = ask.path("run")
    found = ask.engine.run_detail(ask.principal, id_)
    if found.integration != ask.engine.integration(ask.principal, ask.ref).id:
        raise NotFound("run", id_)
    return found


def list_days(ask: Ask, query: DaysQuery) -> DaysView:
    """List the days that are known, in order."""
    return ask.engine.page_of_days(ask.principal, ask.ref, query.rest, state=query.state or "", limit=query.limit)


def show_day(ask: Ask, query: DayQuery) -> DayDetailView:
    """Show one close of one business date, whole."""
    day, sequence = close_in(ask)
    return ask.engine.day(ask.principal, ask.ref, day, sequence=sequence, site=query.site)


def show_calendar(ask: Ask, query: CalendarQuery) -> CalendarView:
    """Show one month by its dates, with those at which a close is missing."""
    month = date.fromisoformat(f"{query.month}-01") if query.month else None
    return ask.engine.calendar(ask.principal, ask.ref, month)


def list_documents(ask: Ask, query: DocumentsQuery) -> DocumentsView:
    """List the documents that were made or are being made, without their lines."""
    return ask.engine.page_of_documents(ask.principal, ask.ref, query.period, after=query.after, limit=query.limit)


def show_document_link(ask: Ask, query: DocumentQuery) -> Address:
    """Ask the ledger where a posted document can be looked at."""
    return Address(address=ask.engine.document_link(ask.principal, ask.ref, query.key))


def preview_sync(ask: Ask, query: InPeriod) -> PreviewView:
    """Show what a sync of the stored days would post, hold and skip; asks the ledger and changes nothing."""
    return ask.engine.preview(ask.principal, ask.ref, query.period)


def verify_postings(ask: Ask, body: ForPeriod) -> VerifyView:
    """Compare what was posted with what the ledger holds now."""
    return ask.engine.verify(ask.principal, ask.ref, body.period)


def list_events(ask: Ask, query: AuditQuery) -> AuditPage:
    """List what was done with any of the owner's integrations, the newest first."""
    return ask.engine.audit_trail(ask.principal, before=query.before, limit=query.limit)


def list_events_of_one(ask: Ask, query: AuditQuery) -> AuditPage:
    """List what was done with an integration, the newest first."""
    return ask.engine.audit_trail(ask.principal, ask.ref, before=query.before, limit=query.limit)


_ONE = "/integrations/{ref}"
OPERATIONS = (
    Operation(method="GET", path=f"{_ONE}/runs", answer=list_runs),
    Operation(method="POST", path=f"{_ONE}/runs", answer=request_run, status=202, act="sync"),
    Operation(method="GET", path=f"{_ONE}/runs/{{run}}", answer=show_run),
    Operation(method="POST", path=f"{_ONE}/runs/{{run}}/cancel", answer=cancel_run, act="sync"),
    Operation(method="GET", path=f"{_ONE}/days", answer=list_days),
    Operation(method="GET", path=f"{_ONE}/days/{{date}}/{{sequence}}", answer=show_day),
    Operation(method="GET", path=f"{_ONE}/calendar", answer=show_calendar),
    Operation(method="GET", path=f"{_ONE}/documents", answer=list_documents),
    Operation(method="GET", path=f"{_ONE}/documents/link", answer=show_document_link),
    Operation(method="GET", path=f"{_ONE}/preview", answer=preview_sync),
    Operation(method="POST", path=f"{_ONE}/verify", answer=verify_postings, act="verify"),
    Operation(method="GET", path="/audit", answer=list_events, whole=True),
    Operation(method="GET", path=f"{_ONE}/audit", answer=list_events_of_one),
)
