"""Answers one address: checks what the host allows, and runs the page in a thread, since the engine blocks."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from takings.web.call import Call, Page
from takings.web.front import SEEN, Seen
from takings.web.ids import request_id_of
from takings.web.site import Site


class Endpoint:
    """A page as an ASGI application."""

    def __init__(self, site: Site, page: Page) -> None:
        self._site, self._page = site, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call."""
        seen: Seen = scope[SEEN]
        call = Call(
            site=self._site,
            request=Request(scope, receive),
            someone=seen.someone,
            form=seen.form,
            request_id=request_id_of(scope),
        )
        answer: Response = await run_in_threadpool(self._answer, call)
        await answer(scope, receive, send)

    def _answer(self, call: Call) -> Response:
        page, method = self._page, call.request.method
        handler = page.get if method in ("GET", "HEAD") else page.post if method == "POST" else None
        if handler is None:
            raise HTTPException(405, headers={"Allow": self._allowed()})
        if not page.public:
            self._check(call)
        return handler(call)

    def _check(self, call: Call) -> None:
        person, ref = call.person, call.request.path_params.get("ref")
        if person.integration and (self._page.whole or (ref is not None and ref != person.integration)):
            raise HTTPException(404)
        if self._page.act and call.request.method == "POST" and not call.may(self._page.act):
            raise HTTPException(403, "You are not allowed to do this here.")

    def _allowed(self) -> str:
        return ", ".join(name for name, one in (("GET", self._page.get), ("POST", self._page.post)) if one)


def route_of(site: Site, page: Page) -> Route:
    """Return the route of a page."""
    return Route(page.path, Endpoint(site, page), name=page.name)
