"""What can be done with an integration: pause, resume, sync now, try again, disconnect, delete."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from takings.domain.period import Period
from takings.web.call import Call, Page
from takings.web.dates import read_date


def pause(call: Call) -> Response:
    """Pause an integration."""
    call.engine.pause(call.principal, call.ref, call.text("reason"))
    return call.go("home", ref=call.ref, done="paused")


def resume(call: Call) -> Response:
    """Resume a paused integration."""
    call.engine.resume(call.principal, call.ref)
    return call.go("home", ref=call.ref, done="resumed")


def sync(call: Call) -> Response:
    """Begin a sync, and show it."""
    run = call.engine.request_run(call.principal, call.ref)
    return call.go("run", ref=call.ref, run=run.id)


def retry(call: Call) -> Response:
    """Try what is held or failed again, of one date or of all; what stands in the ledger is not sent again."""
    period = None
    if given := call.text("date"):
        day = read_date(given)
        if day is None:
            raise HTTPException(400)
        period = Period(day, day)
    run = call.engine.request_run(call.principal, call.ref, period=period)
    return call.go("run", ref=call.ref, run=run.id)


def ask_disconnect(call: Call) -> Response:
    """Ask before the ledger is disconnected."""
    view = call.engine.integration(call.principal, call.ref)
    others = call.engine.sharing_ledger(call.principal, call.ref)
    return call.page("disconnect.html", {"view": view, "others": others})


def disconnect(call: Call) -> Response:
    """Disconnect the ledger."""
    call.engine.disconnect(call.principal, call.ref)
    return call.go("home", ref=call.ref, done="disconnected")


def ask_delete(call: Call) -> Response:
    """Ask before an integration is deleted, and say what stays."""
    view = call.engine.integration(call.principal, call.ref)
    removed = call.engine.what_deleting_removes(call.principal, call.ref)
    connected = view.target is not None and view.target.state in ("connected", "expired")
    return call.page("delete.html", {"view": view, "removed": removed, "connected": connected})


def delete(call: Call) -> Response:
    """Delete an integration."""
    call.engine.delete(call.principal, call.ref, request_id=call.request_id)
    return call.go("dashboard", done="deleted")


PAGES = (
    Page(path="/i/{ref}/pause", name="pause", post=pause, act="pause"),
    Page(path="/i/{ref}/resume", name="resume", post=resume, act="resume"),
    Page(path="/i/{ref}/sync", name="sync", post=sync, act="sync"),
    Page(path="/i/{ref}/retry", name="retry", post=retry, act="sync"),
    Page(path="/i/{ref}/disconnect", name="disconnect", get=ask_disconnect, post=disconnect, act="disconnect"),
    Page(path="/i/{ref}/delete", name="delete", get=ask_delete, post=delete, act="delete", whole=True),
)
