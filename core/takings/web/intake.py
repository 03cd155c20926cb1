"""`POST /intake`: a point of sale pushes its days. They are stored first, then answered."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from takings.domain.findings import Finding
from takings.engine import Engine
from takings.errors import DatabaseBusy, InvalidInput, NotFound, PluginFault, TooLarge, UsageError
from takings.views import IntakeView, encode
from takings.web.body import BodyRefused, read_body

_LOG = logging.getLogger("takings.web")
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


class Intake:
    """The endpoint, as an ASGI application of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Store what is pushed and answer."""
        request = Request(scope, receive)
        if request.method != "POST":
            answer: Response = _error(405, "method_not_allowed", headers={"Allow": "POST"})
        else:
            answer = await self._answer(request)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        request_id = str(uuid.uuid4())
        token = _token(request)
        if not token:
            return _not_authorised(request_id)
        try:
            body = await read_body(request)
        except BodyRefused as refused:
            # The rest of the body was not read: the connection can't be used for another call.
            headers = {"Connection": "close", "X-Request-Id": request_id}
            return _error(refused.status, refused.code, str(refused), headers=headers)
        answer = await run_in_threadpool(self._store, token, body, request_id)
        answer.headers["X-Request-Id"] = request_id
        return answer

    def _store(self, token: str, body: bytes, request_id: str) -> Response:
        try:
            view = self._engine.receive(token, body, request_id=request_id)
        except NotFound:
            return _not_authorised(request_id)
        except TooLarge as error:
            return _error(413, "too_large", str(error))
        except InvalidInput as error:
            return _error(400, "invalid", str(error))
        except UsageError as error:  # its point of sale pushes nothing: it is asked, or gives files
            return _error(409, "not_pushed", str(error))
        except PluginFault as fault:
            # Whoever pushes can't mend a plugin, and must be able to send the same again once it is mended.
            _LOG.error("push not taken: %s", fault)
            return _error(503, "plugin_fault", str(fault), headers={"Retry-After": "3600"})
        except DatabaseBusy as error:
            return _error(503, "busy", str(error), headers={"Retry-After": "5"})
        return _stored(view) if view.accepted else JSONResponse(_findings(view.findings), status_code=422)


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _stored(view: IntakeView) -> Response:
    results = [{**encode(one), **_findings(one.findings)} for one in view.records]
    return JSONResponse({"results": results, **_findings(view.findings)})


def _findings(findings: tuple[Finding, ...]) -> dict[str, Any]:
    # A whole sentence beside its parts, for a point of sale that shows what it is told.
    return {"findings": [{**one.as_dict(), "message": str(one)} for one in findings]}


def _not_authorised(request_id: str) -> Response:
    message = "The Auth Token is unknown or was revoked."
    headers = {**_CHALLENGE, "X-Request-Id": request_id}
    return _error(401, "not_authorised", message, headers=headers)


def _error(status: int, code: str, message: str = "", *, headers: dict[str, str] | None = None) -> Response:
    content = {"error": code, "message": message} if message else {"error": code}
    return JSONResponse(content, status_code=status, headers=headers)
