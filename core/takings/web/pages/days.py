"""The calendar of a month, the days that wait for a person, and one day whole."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from takings.domain.period import Period
from takings.store.states import DayState
from takings.web.call import Call, Page
from takings.web.charts import month_grid

#: Years that a calendar is turned to, and closes that a date may have.
_YEARS, _MOST_CLOSES = range(1970, 2101), 10_000

_HELD = {DayState.HELD.value, DayState.PARTLY.value}


def calendar(call: Call) -> Response:
    """Show a month by its dates."""
    view = call.engine.calendar(call.principal, call.ref, _month(call.query.get("month", "")))
    return call.page("calendar.html", {"view": view, "month": month_grid(view)})


def held(call: Call) -> Response:
    """Show the days that are held back or changed after posting, with what mends them."""
    integration = call.engine.integration(call.principal, call.ref)
    days = call.engine.days(call.principal, call.ref)
    return call.page(
        "held.html",
        {
            "view": integration,
            "held": [one for one in days if one.state in _HELD],
            "changed": [one for one in days if one.state == DayState.CHANGED.value],
        },
    )


def day(call: Call) -> Response:
    """Show one day: the source's record, where its lines go, the document in the ledger, and every attempt."""
    params = call.request.path_params
    found = call.engine.day(
        call.principal,
        call.ref,
        _date(params["date"]),
        _close(params["sequence"]),
        site=call.query.get("site", ""),
    )
    return call.page("day.html", {"detail": found})


def date_page(call: Call) -> Response:
    """Go to the first close of a date."""
    day = _date(call.request.path_params["date"])
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


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise HTTPException(404) from None
    if found.year not in _YEARS:
        raise HTTPException(404)
    return found


def _close(sequence: int) -> int:
    if sequence > _MOST_CLOSES:
        raise HTTPException(404)
    return sequence


def _month(text: str) -> date | None:
    return _date(f"{text}-01") if text else None


PAGES = (
    Page(path="/i/{ref}/calendar", name="calendar", get=calendar),
    Page(path="/i/{ref}/held", name="held", get=held),
    Page(path="/i/{ref}/days/{date}/{sequence:int}", name="day", get=day),
    Page(path="/i/{ref}/days/{date}", name="date", get=date_page),
    Page(path="/i/{ref}/ledger", name="ledger", get=ledger),
)
