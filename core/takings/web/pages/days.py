"""The calendar of a month, the days that wait for a person, and one day whole."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from takings.domain.brakes import CONFIRMABLE
from takings.domain.findings import Finding, Severity
from takings.domain.period import Period
from takings.store.states import DayState
from takings.web.call import Call, Page
from takings.web.charts import month_grid
from takings.web.dates import date_in, month_in

#: How many closes a date may have.
_MOST_CLOSES = 10_000

_HELD = {DayState.HELD.value, DayState.PARTLY.value}


def calendar(call: Call) -> Response:
    """Show a month by its dates."""
    view = call.engine.calendar(call.principal, call.ref, month_in(call.query.get("month", "")))
    return call.page("calendar.html", {"view": view, "month": month_grid(view)})


def held(call: Call) -> Response:
    """Show the days that are held back or changed after posting, with what mends them."""
    integration = call.engine.integration(call.principal, call.ref)
    days = call.engine.days(call.principal, call.ref, states=(*_HELD, DayState.CHANGED.value, DayState.UNDOING.value))
    return call.page(
        "held.html",
        {
            "view": integration,
            "held": [one for one in days if one.state in _HELD],
            "unusual": sum(any(map(_is_to_confirm, one.findings)) for one in days if one.state in _HELD),
            "changed": [one for one in days if one.state == DayState.CHANGED.value],
            "undoing": [one for one in days if one.state == DayState.UNDOING.value],
        },
    )


def _is_to_confirm(finding: Finding) -> bool:
    """Whether it holds a day until somebody says that it is right."""
    return finding.code in CONFIRMABLE and finding.severity is Severity.ERROR


def day(call: Call) -> Response:
    """Show one day: the source's record, where its lines go, the document in the ledger, and every attempt."""
    params = call.request.path_params
    found = call.engine.day(
        call.principal,
        call.ref,
        date_in(params["date"]),
        sequence=close_in(params["sequence"]),
        site=call.query.get("site", ""),
    )
    return call.page("day.html", {"detail": found})


def date_page(call: Call) -> Response:
    """Go to the first close of a date."""
    day = date_in(call.request.path_params["date"])
    closes = call.engine.days(call.principal, call.ref, Period(day, day))
    if not closes:
        raise HTTPException(404)
    return call.go("day", ref=call.ref, date=day.isoformat(), sequence=closes[0].sequence)


def ledger(call: Call) -> Response:
    """Go to a document in the ledger; the ledger itself says where that is."""
    link = call.engine.document_link(call.principal, call.ref, call.query.get("key", ""))
    if urlsplit(link).scheme != "https":
        return call.page("no_link.html", {"view": call.engine.integration(call.principal, call.ref)})
    return RedirectResponse(link, status_code=303, headers={"referrer-policy": "no-referrer"})


def close_in(sequence: int) -> int:
    """Return which close of its date stands in an address; answers 404 where no date has so many."""
    if sequence > _MOST_CLOSES:
        raise HTTPException(404)
    return sequence


PAGES = (
    Page(path="/i/{ref}/calendar", name="calendar", get=calendar),
    Page(path="/i/{ref}/held", name="held", get=held),
    Page(path="/i/{ref}/days/{date}/{sequence:int}", name="day", get=day),
    Page(path="/i/{ref}/days/{date}", name="date", get=date_page),
    Page(path="/i/{ref}/ledger", name="ledger", get=ledger),
)
