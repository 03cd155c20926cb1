"""`POST /webhooks/plugin:key`: a ledger says that documents changed. It is checked, stored, and answered at once."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from takings.engine import Engine
from takings.engine.checking import NOTICE_LIMIT
from takings.errors import DatabaseBusy, InvalidInput, NotFound, SignatureWrong, TakingsError, TooLarge
from takings.web.body import BodyRefused, read_body

_LOG = logging.getLogger("takings.web")

#: Below which path, behind the root path, notifications are taken.
PREFIX = "/webhooks/"

#: A ledger waits five seconds for an answer. One that is told to come again sends the same again, which is one.
ANSWERED_WITHIN = 4.0


class Webhooks:
    """The endpoint, as an ASGI application of its own; the component is the last part of the path."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a notification and answer; the answers have no body, and set no cookie."""
        request = Request(scope, receive)
        if request.method != "POST":
            answer = Response(status_code=405, headers={"Allow": "POST"})
        else:
            answer = await self._answer(request)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            return Response(status_code=415)  # what is signed are the bytes as they are
        try:
            body = await read_body(request, NOTICE_LIMIT)
        except BodyRefused as refused:
            return Response(status_code=refused.status, headers={"Connection": "close"})
        component = unquote(request.scope["path"].rpartition("/")[2])
        take = partial(self._take, component, dict(request.headers), body)
        taking = asyncio.get_running_loop().run_in_executor(None, take)
        done, _ = await asyncio.wait({taking}, timeout=ANSWERED_WITHIN)
        if not done:
            _LOG.warning("a notification to %s could not be stored in time", component)
            return _later()
        status = taking.result()
        return _later() if status == 503 else Response(status_code=status)

    def _take(self, component: str, headers: dict[str, str], body: bytes) -> int:
        try:
            self._engine.notify(component, headers, body)
        except NotFound:
            return 404
        except SignatureWrong:
            return 401
        except TooLarge:
            return 413
        except InvalidInput as problem:
            _LOG.warning("notification to %s not taken: %s", component, problem)
            return 400
        except DatabaseBusy:
            return 503
        except TakingsError as problem:  # the operator's settings, or the plugin
            _LOG.error("notification to %s not taken: %s", component, problem)
            return 503
        return 200


def _later() -> Response:
    return Response(status_code=503, headers={"Retry-After": "60"})
