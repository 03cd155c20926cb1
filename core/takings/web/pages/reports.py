"""Reports that a bookkeeper files: a day, a month, the clearing accounts; as a page, as files, and to be printed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from takings.domain.period import Period
from takings.engine.printing import Report
from takings.errors import NotFound
from takings.views import encode
from takings.views.history import CalendarView, TakingsView
from takings.views.reports import DaySheet
from takings.web.call import Call, Page
from takings.web.charts import bar_chart
from takings.web.dates import date_in, month_in, months_between, read_period, shifted, whole_month
from takings.web.printing import as_csv, as_html, name_of


def index(call: Call) -> Response:
    """Offer the reports, with the months and days that there are."""
    known = _known(call)
    return call.page("reports/index.html", {"known": known, "months": months_between(known.earliest, known.latest)})


def month(call: Call) -> Response:
    """Show a month: takings, tax, payment methods, accounts, and what is missing."""
    known = _known(call)
    first = _month(call, known)
    report = call.engine.month_summary(call.principal, call.ref, first)
    series = [TakingsView(business_date=one.business_date, total=one.total) for one in report.days]
    values = {
        "report": report,
        "chart": bar_chart(series, report.currency) if series else None,
        "missing": set(report.missing),
        "dates": sorted({*report.missing, *(one.business_date for one in report.days)}),
        "days": {one.business_date: one for one in report.days},
        **_turned(known, first),
    }
    return call.page("reports/month.html", values)


def day(call: Call) -> Response:
    """Show everything about one trading day."""
    known = _known(call)
    wanted = _day(call, known)
    report: DaySheet | None = None
    if wanted is not None:
        try:
            report = call.engine.day_sheet(call.principal, call.ref, wanted)
        except NotFound:
            report = None
    near = {
        "previous": wanted - timedelta(days=1) if wanted and known.earliest and wanted > known.earliest else None,
        "next": wanted + timedelta(days=1) if wanted and known.latest and wanted < known.latest else None,
    }
    return call.page("reports/day.html", {"known": known, "report": report, "day": wanted, **near})


def clearing(call: Call) -> Response:
    """Show what was posted to the clearing accounts over a period, by default the newest month."""
    known = _known(call)
    newest = _newest(known)
    try:
        period, wrong = read_period(dict(call.query)) or newest, ""
    except ValueError as error:
        period, wrong = newest, str(error)
    report = call.engine.clearing_report(call.principal, call.ref, period, account=call.query.get("account", ""))
    values = {"report": report, "wrong": wrong, "only": call.query.get("account", ""), "period": period}
    values |= {"query": f"from={period.first}&to={period.last}", **_turned(known, period.first)}
    values["is_month"] = period == whole_month(period.first)
    return call.page("reports/clearing.html", values, status=422 if wrong else 200)


def report_file(call: Call) -> Response:
    """Give a report as a file for a spreadsheet or a program, or as a page to be printed."""
    kind, shape = call.request.path_params["kind"], call.request.path_params["shape"]
    if kind not in _MADE or shape not in _SHAPES:
        raise HTTPException(404)
    return _SHAPES[shape](_MADE[kind](call))


def _day_file(call: Call) -> Report:
    wanted = _day(call, _known(call))
    if wanted is None:
        raise HTTPException(404)
    return call.engine.day_sheet(call.principal, call.ref, wanted)


def _month_file(call: Call) -> Report:
    return call.engine.month_summary(call.principal, call.ref, _month(call, _known(call)))


def _clearing_file(call: Call) -> Report:
    try:
        period = read_period(dict(call.query)) or _newest(_known(call))
    except ValueError as error:
        raise HTTPException(400, str(error)) from None
    return call.engine.clearing_report(call.principal, call.ref, period, account=call.query.get("account", ""))


_MADE = {"day": _day_file, "month": _month_file, "clearing": _clearing_file}


def _as_json(report: Report) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name_of(report)}.json"'}
    return Response(json.dumps(encode(report), indent=1), media_type="application/json", headers=headers)


_SHAPES = {"csv": as_csv, "json": _as_json, "print": as_html}


def _known(call: Call) -> CalendarView:
    return call.engine.calendar(call.principal, call.ref)


def _month(call: Call, known: CalendarView) -> date:
    """Return the month that is asked for, else the newest that is known."""
    return month_in(call.query.get("month", "")) or (known.latest or known.month).replace(day=1)


def _day(call: Call, known: CalendarView) -> date | None:
    return date_in(call.query["day"]) if call.query.get("day") else known.latest


def _newest(known: CalendarView) -> Period:
    return whole_month(known.latest or known.month)


def _turned(known: CalendarView, first: date) -> dict[str, Any]:
    """Return the months that a report can be turned to."""
    before, after = shifted(first, -1), shifted(first, 1)
    return {
        "known": known,
        "months": months_between(known.earliest, known.latest),
        "previous": before if known.earliest and before >= known.earliest.replace(day=1) else None,
        "next": after if known.latest and after <= known.latest else None,
    }


PAGES = (
    Page(path="/i/{ref}/reports", name="reports", get=index),
    Page(path="/i/{ref}/reports/month", name="report_month", get=month),
    Page(path="/i/{ref}/reports/day", name="report_day", get=day),
    Page(path="/i/{ref}/reports/clearing", name="report_clearing", get=clearing),
    Page(path="/i/{ref}/reports/{kind}/{shape}", name="report_file", get=report_file),
)
