"""Days and documents as CSV files."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.responses import Response

from takings.domain.period import EARLIEST, LATEST, Period
from takings.views.spreadsheet import days_csv, documents_csv
from takings.web.call import Call, Page
from takings.web.dates import read_date


def days(call: Call) -> Response:
    """Give the days as a file."""
    found = call.engine.days(call.principal, call.ref, _period(call))
    return _file(call, "days", days_csv(found))


def documents(call: Call) -> Response:
    """Give the documents as a file."""
    found = call.engine.documents(call.principal, call.ref, _period(call))
    return _file(call, "documents", documents_csv(found))


def _file(call: Call, what: str, content: str) -> Response:
    name = call.engine.integration(call.principal, call.ref).name
    safe = re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-") or "integration"
    headers = {"content-disposition": f'attachment; filename="{safe}-{what}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _period(call: Call) -> Period | None:
    given = call.query.get("from", ""), call.query.get("to", "")
    if not any(given):
        return None
    first, last = (read_date(text) if text else end for text, end in zip(given, (EARLIEST, LATEST), strict=True))
    if first is None or last is None or first > last:
        raise HTTPException(400, "Give two dates like 2026-10-31, the first not after the last.")
    return Period(first, last)


PAGES = (
    Page(path="/i/{ref}/days.csv", name="days_csv", get=days),
    Page(path="/i/{ref}/documents.csv", name="documents_csv", get=documents),
)
