"""Reports: the sheet of a day, the summary of a month, the clearing accounts; as JSON, CSV, or a page to print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from takings.engine.printing import Report
from takings.errors import NotFound
from takings.views.reports import ClearingReport, DaySheet, MonthSummary
from takings.web.api.book_bodies import ClearingQuery, ReportQuery
from takings.web.api.operation import Ask, Operation, date_in
from takings.web.printing import CSV, HTML, as_csv, as_html

Write = Callable[[Report], Response]

_WRITERS: dict[str, Write | None] = {"json": None, "csv": as_csv, "html": as_html}
_KINDS = {"application/json": "json", "application/*": "json", "*/*": "json", CSV: "csv", HTML: "html"}


def show_day_sheet(ask: Ask, query: ReportQuery) -> DaySheet:
    """Report one trading day: what was taken, how it was paid, what was posted."""
    return ask.engine.day_sheet(ask.principal, ask.ref, date_in(ask))


def show_month_summary(ask: Ask, query: ReportQuery) -> MonthSummary:
    """Report one month: takings, tax, payment methods, accounts, held and missing days."""
    written = ask.path("month")
    try:
        month = date.fromisoformat(f"{written}-01")
    except ValueError:
        raise NotFound("month", written) from None
    if len(written) != len("2026-10") or not 1970 <= month.year <= 2100:
        raise NotFound("month", written)
    return ask.engine.month_summary(ask.principal, ask.ref, month)


def show_clearing_accounts(ask: Ask, query: ClearingQuery) -> ClearingReport:
    """Report how the accounts moved that payment methods are received in, to compare with what the bank paid."""
    return ask.engine.clearing_report(ask.principal, ask.ref, query.period, account=query.account)


def wanted_shape(request: Request, query: object) -> Write | None:
    """Return what writes a report as it was asked for, by the parameter or by Accept; None is JSON."""
    asked = getattr(query, "format", None)
    return _WRITERS[asked or _accepted(request.headers.get("accept", "*/*"))]


def _accepted(header: str) -> str:
    """Return the shape that is liked best, the first of several; JSON where none of ours is named."""
    best, found = 0.0, "json"
    for one in header.split(","):
        name, *more = (part.strip().lower() for part in one.split(";"))
        weight = next((_weight(part[2:]) for part in more if part.startswith("q=")), 1.0)
        if name in _KINDS and weight > best:
            best, found = weight, _KINDS[name]
    return found


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


_REPORTS = "/integrations/{ref}/reports"
OPERATIONS = (
    Operation(method="GET", path=f"{_REPORTS}/day/{{date}}", answer=show_day_sheet, printed=True),
    Operation(method="GET", path=f"{_REPORTS}/month/{{month}}", answer=show_month_summary, printed=True),
    Operation(method="GET", path=f"{_REPORTS}/clearing", answer=show_clearing_accounts, printed=True),
)
