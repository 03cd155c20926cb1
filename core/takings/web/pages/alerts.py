"""The alerts of an owner: where they go, what would be told now, and what was sent."""

from __future__ import annotations

from starlette.responses import Response

from takings.errors import UsageError
from takings.web.call import Call, Page


def show(call: Call) -> Response:
    """Show where alerts go, and the last digests."""
    return _page(call, None, "")


def save(call: Call) -> Response:
    """Say where alerts go; an empty address takes it back."""
    address = call.text("address")
    try:
        call.engine.set_alerts(call.principal, address)
    except UsageError as error:
        return _page(call, address, str(error))
    return call.go("alerts", done="alerts_set" if address else "alerts_off")


def _page(call: Call, given: str | None, error: str) -> Response:
    view = call.engine.alerts(call.principal)
    known = call.engine.plugins.notifiers()
    values = {
        "view": view,
        "notifiers": [known[one].title if one in known else one for one in view.notifiers],
        "given": view.address if given is None else given[:400],
        "error": error,
    }
    return call.page("alerts.html", values, status=422 if error else 200)


PAGES = (Page(path="/alerts", name="alerts", get=show, post=save, act="configure", whole=True),)
