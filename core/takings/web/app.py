"""Puts the stand-alone server together as one ASGI callable: intake, webhooks, health, pages with a sign-in."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from takings.engine import Engine
from takings.views import Principal
from takings.web.api.keys import principal_by_key
from takings.web.headers import SecurityHeaders
from takings.web.intake import Intake
from takings.web.mounted import assemble, make_site
from takings.web.pages import PAGES
from takings.web.sessions import PAGES as SESSION_PAGES
from takings.web.sessions import principal_by_cookie
from takings.web.webhooks import PREFIX as WEBHOOKS
from takings.web.webhooks import Webhooks


class Standalone:
    """Sends a call to the intake, to the webhooks, to the health check, or to the pages."""

    def __init__(self, engine: Engine, pages: ASGIApp) -> None:
        self._intake = SecurityHeaders(Intake(engine))
        self._webhooks = SecurityHeaders(Webhooks(engine))
        self._health = SecurityHeaders(_health)
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call."""
        path = scope.get("path", "")
        app = self._pages
        if path == "/intake":
            app = self._intake
        elif path == "/healthz":
            app = self._health
        elif path.startswith(WEBHOOKS):
            app = self._webhooks
        await app(scope, receive, send)


def make_app(engine: Engine, principal: Principal, public_base_url: str) -> ASGIApp:
    """Return the ASGI application; `principal` finishes authorisations that the command line began."""
    site = make_site(
        engine, principal=principal_by_cookie(engine), public_base_url=public_base_url, can_sign_out=True
    )
    site.operator = principal
    site.find_program = principal_by_key(engine, principal_by_cookie(engine))
    return Standalone(engine, assemble(site, (*PAGES, *SESSION_PAGES)))


async def _health(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] not in ("GET", "HEAD"):
        refused = JSONResponse({"error": "method_not_allowed"}, status_code=405, headers={"allow": "GET"})
        await refused(scope, receive, send)
        return
    await JSONResponse({"status": "ok"})(scope, receive, send)
