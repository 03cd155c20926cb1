"""The runs of an integration, and one run as it goes on."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from takings.views.history import RunDetailView
from takings.web.call import Call, Page
from takings.web.wording import progress_text

_GOING_ON = ("queued", "running")

#: How many runs a page of the list has.
SHOWN = 50


def listed(call: Call) -> Response:
    """Show a page of the runs, the newest first."""
    view = call.engine.integration(call.principal, call.ref)
    page = call.engine.page_of_runs(call.principal, call.ref, before=call.query.get("before", ""), limit=SHOWN)
    zone = call.engine.overview_of(call.principal, call.ref, days=1).timezone
    return call.page("runs.html", {"view": view, "page": page, "zone": zone})


def run(call: Call) -> Response:
    """Show one run; while it goes on, the page comes back by itself."""
    detail = _found(call)
    overview = call.engine.overview_of(call.principal, call.ref)
    values: dict[str, Any] = {"detail": detail, "overview": overview, "going_on": detail.run.state in _GOING_ON}
    values["far"] = _far(detail)
    return call.page("run.html", values)


def state(call: Call) -> Response:
    """Say how far a run is, for the script that asks every few seconds."""
    detail = _found(call)
    going_on = detail.run.state in _GOING_ON
    return JSONResponse({"state": detail.run.state, "going_on": going_on, "text": _far(detail)})


def _far(detail: RunDetailView) -> str:
    """Return how far a run is, in words."""
    if detail.run.state == "queued":
        ahead = max(detail.run.position - 1, 0)
        return f"{ahead} before it" if ahead else ""
    progress = detail.progress
    return progress_text(
        progress.get("phase", ""), progress.get("done", 0), progress.get("total", 0), note=progress.get("note", "")
    )


def cancel(call: Call) -> Response:
    """Take a run back that has not begun."""
    detail = _found(call)
    call.engine.cancel_run(call.principal, detail.run.id)
    return call.go("run", ref=call.ref, run=detail.run.id, done="cancelled")


def _found(call: Call) -> RunDetailView:
    detail = call.engine.run_detail(call.principal, call.request.path_params["run"])
    if detail.integration != call.ref:
        raise HTTPException(404)
    return detail


PAGES = (
    Page(path="/i/{ref}/runs", name="runs", get=listed),
    Page(path="/i/{ref}/runs/{run}", name="run", get=run),
    Page(path="/i/{ref}/runs/{run}/state", name="run_state", get=state),
    Page(path="/i/{ref}/runs/{run}/cancel", name="cancel", post=cancel, act="sync"),
)
