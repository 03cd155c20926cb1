"""Stands before all pages: who asks, whether a form comes from our own page, how large it may be. Fails closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from takings.web import csrf
from takings.web.body import BodyRefused, read_body
from takings.web.principal import WebPrincipal
from takings.web.site import Site

#: Bytes of a form: 80 rows of a mapping have about 20 kB.
LARGEST_FORM = 1_000_000

#: Fields of a form.
MOST_FIELDS = 2_000

_SAFE = {"GET", "HEAD", "OPTIONS"}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

#: Under which name the scope has what was seen here.
SEEN = "takings.seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the front found out about a call."""

    someone: WebPrincipal | None
    form: FormData


class Front:
    """Lets nobody pass who is not signed in, and no form that was not made for them."""

    def __init__(self, app: ASGIApp, site: Site, public: list[Route]) -> None:
        self._app, self._site, self._public = app, site, public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a call and pass it on, with what was found out in its scope."""
        someone = await run_in_threadpool(self._site.find_principal, scope)
        open_to_all = any(route.matches(scope)[0] != Match.NONE for route in self._public)
        if someone is None and not open_to_all:
            await self._nobody(scope, receive, send)
            return
        form = FormData()
        scope[SEEN] = Seen(someone=someone, form=form)  # also for the page that tells of an error
        if scope["method"] not in _SAFE:
            request = Request(scope, receive)
            if csrf.is_cross_site(request.headers, self._site.public_base_url):
                raise HTTPException(403, "This form was sent by another site, so nothing was done.")
            body, form = await _read(request)
            receive = _replaying(body)
            if someone is not None:
                self._check_token(request, form, someone)
        scope[SEEN] = Seen(someone=someone, form=form)
        await self._app(scope, receive, send)

    def _check_token(self, request: Request, form: FormData, someone: WebPrincipal) -> None:
        given = form.get(csrf.FIELD) or request.headers.get(csrf.HEADER) or ""
        if not isinstance(given, str) or not csrf.is_valid(self._site.csrf_key, someone.session_id, given):
            raise HTTPException(
                403, "This page was open for too long, or you signed in again meanwhile. Load it again, then send it."
            )

    async def _nobody(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._site.login_url and scope["method"] in ("GET", "HEAD"):
            back = quote(scope["path"], safe="/")
            joint = "&" if "?" in self._site.login_url else "?"
            answer = RedirectResponse(f"{self._site.login_url}{joint}next={back}", status_code=303)
            await answer(scope, receive, send)
            return
        raise HTTPException(401)


async def _read(request: Request) -> tuple[bytes, FormData]:
    try:
        body = await read_body(request, LARGEST_FORM)
    except BodyRefused as refused:
        raise HTTPException(refused.status, str(refused)) from None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _FORMS:
        return body, FormData()
    again = Request(request.scope, _replaying(body))
    try:
        return body, await again.form(max_files=0, max_fields=MOST_FIELDS)
    except MultiPartException as error:
        raise HTTPException(400, f"This form can't be read: {error.message.rstrip('.')}.") from None


def _replaying(body: bytes) -> Receive:
    """Return a `receive` that gives the body once more, for whoever comes next."""
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    return receive
