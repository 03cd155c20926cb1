"""Answers calls of the JSON API: who asks, whether they may, what they sent, and then the operation in a thread."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from takings.web import csrf
from takings.web.api import (
    alerting,
    changing,
    checking,
    connecting,
    deciding,
    integrations,
    paying,
    reporting,
    setup,
    working,
)
from takings.web.api.document import BASE, make_document
from takings.web.api.operation import Ask, Operation
from takings.web.api.problems import Refused, answered, refused
from takings.web.api.reporting import wanted_shape
from takings.web.body import read_body
from takings.web.ids import request_id_of
from takings.web.principal import WebPrincipal
from takings.web.site import Site

_LOG = logging.getLogger("takings.web")

#: Bytes of a body.
LARGEST = 1_000_000

_SAFE = ("GET", "HEAD")

#: Every operation, in the order of the documentation.
OPERATIONS: tuple[Operation, ...] = (
    *integrations.OPERATIONS,
    *setup.OPERATIONS,
    *connecting.OPERATIONS,
    *deciding.OPERATIONS,
    *working.OPERATIONS,
    *changing.OPERATIONS,
    *paying.OPERATIONS,
    *checking.OPERATIONS,
    *reporting.OPERATIONS,
    *alerting.OPERATIONS,
)


def show_document(ask: Ask) -> dict[str, Any]:
    """Give this document."""
    return document()


ALL = (*OPERATIONS, Operation(method="GET", path="/openapi.json", answer=show_document, public=True))


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document, which is the same for every site."""
    return make_document(ALL)


class Api:
    """The JSON API of one site, as an ASGI application; it expects the path with the root path before it."""

    def __init__(self, site: Site, operations: Sequence[Operation] = ALL) -> None:
        paths: dict[str, dict[str, Operation]] = {}
        for one in operations:
            paths.setdefault(one.path, {})[one.method] = one
        routes = [Route(f"{BASE}{path}", _Place(site, methods)) for path, methods in paths.items()]
        self._router = Router(routes=routes, redirect_slashes=False, default=_no_such_address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call; whatever goes wrong has the documented shape."""
        reference = request_id_of(scope)
        answer: Response
        try:
            await self._router(scope, receive, send)
            return
        except Exception as error:
            answer = refused(error)
            if answer.status_code == 500:
                _LOG.error("fault %s", reference, exc_info=error)
        answer.headers["X-Request-Id"] = reference
        await answer(scope, receive, send)


class BesidePages:
    """Sends calls below `/api` to the JSON API, and all others to the pages."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api, self._pages = api, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on."""
        path = str(scope["path"])[len(str(scope["root_path"])) :]
        await (self._api if f"{path}/".startswith("/api/") else self._pages)(scope, receive, send)


class _Place:
    """One address with its methods."""

    def __init__(self, site: Site, methods: dict[str, Operation]) -> None:
        self._site, self._methods = site, methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        operation = self._methods.get("GET" if request.method == "HEAD" else request.method)
        if operation is None:
            allow = ", ".join(self._methods)
            raise Refused(405, "method_not_allowed", f"This address takes {allow}.", allow=allow)
        caller = None if operation.public else await run_in_threadpool(self._site.find_caller, scope)
        _check(self._site, request, operation, caller=caller)
        body = b"" if request.method in _SAFE else await read_body(request, LARGEST)
        reference = request_id_of(scope)
        ask = Ask(site=self._site, request=request, caller=caller, request_id=reference)
        given = _given(operation, request, body)
        answer = await run_in_threadpool(_answer, operation, ask, given)
        answer.headers["X-Request-Id"] = reference
        await answer(scope, receive, send)


def _answer(operation: Operation, ask: Ask, given: dict[str, Any]) -> Response:
    """Do what was asked, and write the answer; both take time that the event loop does not have."""
    content = operation.answer(ask, **given)
    if operation.printed and (write := wanted_shape(ask.request, given["query"])):
        return write(content)
    return answered(content, operation.status)


async def _no_such_address(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(404)


def _check(site: Site, request: Request, operation: Operation, *, caller: WebPrincipal | None) -> None:
    """Refuse who may not: nobody, another site, somebody for whom the address is not, or whom the host stops."""
    if any("\x00" in str(part) for part in request.path_params.values()):
        raise HTTPException(404)
    if operation.public:
        return
    if caller is None:
        raise Refused(401, "not_signed_in", "Nobody is signed in, or the key is not valid.")
    ref = request.path_params.get("ref", caller.integration)
    if caller.integration and (operation.whole or ref != caller.integration):
        raise HTTPException(404)
    if request.method in _SAFE:
        return
    if csrf.is_cross_site(request.headers, site.public_base_url):
        raise Refused(403, "refused", "This was sent by another site, so nothing was done.")
    token = request.headers.get(csrf.HEADER, "")
    if not caller.is_program and not csrf.is_valid(site.csrf_key, caller.session_id, token):
        raise Refused(403, "refused", "The header X-CSRF-Token is missing or too old; GET /me gives a new one.")
    if operation.act and not site.allow(caller, operation.act):
        raise Refused(403, "refused", "You are not allowed to do this here.")


def _given(operation: Operation, request: Request, body: bytes) -> dict[str, BaseModel]:
    """Read what was sent; raises for anything that is not of the documented shape."""
    names = [name for name, _ in request.query_params.multi_items()]
    if len(set(names)) < len(names) or (names and operation.query is None):
        raise Refused(400, "invalid_input", "There is more behind the question mark than this address takes.")
    given: dict[str, BaseModel] = {}
    if operation.query is not None:
        given["query"] = operation.query.model_validate_strings(dict(request.query_params))
    if operation.body is not None:
        _check_kind(request, body)
        given["body"] = operation.body.model_validate_json(body or b"{}")
    elif body.strip() not in (b"", b"{}"):
        raise Refused(400, "invalid_input", "This address takes no body.")
    return given


def _check_kind(request: Request, body: bytes) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and kind != "application/json":
        raise Refused(415, "invalid_input", "Send JSON, with Content-Type: application/json.")
