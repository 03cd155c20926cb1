"""Puts the server together as one ASGI callable."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from takings.engine import Engine
from takings.views import Principal
from takings.web.callback import Callback
from takings.web.headers import SecurityHeaders
from takings.web.intake import Intake

_CODES = {404: "not_found", 405: "method_not_allowed"}


def make_app(engine: Engine, principal: Principal) -> ASGIApp:
    """Return the ASGI application; `principal` is who finishes authorisations here."""
    routes = [
        Route("/intake", Intake(engine), methods=["POST"]),
        Route("/oauth/callback", Callback(engine, principal), methods=["GET"]),
        Route("/healthz", _health, methods=["GET"]),
    ]
    handlers = {HTTPException: _refused, Exception: _failed}
    return SecurityHeaders(Starlette(routes=routes, exception_handlers=handlers))


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "refused")
    return JSONResponse({"error": code}, status_code=error.status_code, headers=error.headers)


async def _failed(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "fault", "message": "This is a fault in takings; it was logged."}, status_code=500)
