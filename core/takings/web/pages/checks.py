"""Checks of the ledger: what the last one found, what of it is known, one now, and how often they are made."""

from __future__ import annotations

from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response

from takings.domain.identity import read_key
from takings.errors import NotFound
from takings.views.checks import DriftedView
from takings.web.call import Call, Page
from takings.web.choices import Choice

#: How often an integration can be checked by itself.
EVERY = (
    Choice("daily", "Every day", "For a ledger in which many people work."),
    Choice("weekly", "Every week", "Usual: it finds what was edited before the quarter is reported."),
    Choice("off", "Not by itself", "Only when somebody presses “Check now”."),
)


def show(call: Call) -> Response:
    """Show which documents differ from what was posted, as the last check found it."""
    drift = call.engine.drift(call.principal, call.ref)
    overview = call.engine.overview_of(call.principal, call.ref, days=1)
    return call.page(
        "drift.html",
        {
            "view": call.engine.integration(call.principal, call.ref),
            "drift": drift,
            "zone": overview.timezone,
            "open": [one for one in drift.drifted if not one.noted_by],
            "noted": [one for one in drift.drifted if one.noted_by],
            "every": EVERY,
            "closes": {one.document: _close_of(one) for one in drift.drifted},
        },
    )


def _close_of(one: DriftedView) -> tuple[date, int]:
    """Return the close a document is for: its own date is another one where it adjusts one, or holds several."""
    read = read_key(one.document.rpartition("/")[0])
    return read.first if read else (one.business_date, 1)


def note(call: Call) -> Response:
    """Note that the differences of a document, or of all, are known and are left."""
    view = call.engine.integration(call.principal, call.ref)
    document = call.text("document")
    if not document and not call.text("all"):
        raise HTTPException(400)
    try:
        call.engine.note_drift(call.principal, view.id, [document] if document else None)
    except NotFound:  # a check found meanwhile that it agrees
        return call.go("drift", ref=call.ref, done="agrees_again")
    return call.go("drift", ref=call.ref, done="noted")


def check(call: Call) -> Response:
    """Begin a check of everything that was posted, and show it."""
    run = call.engine.request_run(call.principal, call.ref, kind="verify")
    return call.go("run", ref=call.ref, run=run.id)


def schedule(call: Call) -> Response:
    """Say how often the ledger is checked by itself."""
    view = call.engine.integration(call.principal, call.ref)
    call.engine.set_checks(call.principal, view.id, call.text("every"))
    return call.go("drift", ref=call.ref, done="saved")


PAGES = (
    Page(path="/i/{ref}/drift", name="drift", get=show),
    Page(path="/i/{ref}/drift/note", name="note_drift", post=note, act="decide"),
    Page(path="/i/{ref}/drift/check", name="check", post=check, act="verify"),
    Page(path="/i/{ref}/drift/every", name="check_every", post=schedule, act="configure"),
)
