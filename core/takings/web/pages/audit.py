"""The audit trail, of all integrations or of one."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from takings.web.call import Call, Page


def everything(call: Call) -> Response:
    """Show what was done, the newest first."""
    page = call.engine.audit_trail(call.principal, before=_before(call))
    return call.page("audit.html", {"page": page, "view": None, "zone": "UTC", "older": call.url("audit")})


def of_one(call: Call) -> Response:
    """Show what was done with one integration."""
    view = call.engine.integration(call.principal, call.ref)
    page = call.engine.audit_trail(call.principal, call.ref, before=_before(call))
    zone = call.engine.overview_of(call.principal, call.ref, days=1).timezone
    older = call.url("audit_of", ref=call.ref)
    return call.page("audit.html", {"page": page, "view": view, "zone": zone, "older": older})


def _before(call: Call) -> int:
    text = call.query.get("before", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise HTTPException(404)
    return int(text)


PAGES = (
    Page(path="/audit", name="audit", get=everything, whole=True),
    Page(path="/i/{ref}/audit", name="audit_of", get=of_one),
)
