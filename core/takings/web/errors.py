"""Turns what goes wrong into a page, or JSON for who asks for it: a sentence and a reference, never a traceback."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from takings.errors import (
    Busy,
    DatabaseBusy,
    InstallationError,
    Instruction,
    NotFound,
    PostingDisabled,
    TakingsError,
)
from takings.web.call import Call
from takings.web.front import SEEN, Seen
from takings.web.ids import request_id_of
from takings.web.site import Site

#: What an error says to people at a terminal.
_TERMINAL = re.compile(r"\s*(Run:|With:|run:) takings .*$")

_LOG = logging.getLogger("takings.web")

_TITLES = {
    400: "That did not work",
    401: "Please sign in",
    403: "Nothing was done",
    404: "There is no such page",
    405: "This address takes no such call",
    409: "That does not go at the moment",
    413: "That is too much at once",
    500: "Something went wrong here",
    503: "Please try again in a moment",
}
_TEXTS = {
    401: "Nobody is signed in, or the time of the sign-in is over.",
    404: "It may have been removed, or the address is not right.",
    405: "Go back and follow a link or a button.",
    500: "This is a fault of ours, and it was written down. What you sent may not have been kept.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is answered when something went wrong."""

    status: int
    title: str
    text: str
    kind: str


class Errors:
    """Answers in place of the pages when they fail."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; what escapes becomes an answer, unless one was begun."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        request_id_of(scope)
        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            problem = problem_of(error)
            if problem.status == 500:
                _LOG.error("fault %s", request_id_of(scope), exc_info=error)
            if begun:
                raise
            headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
            await self._told(scope, problem, headers)(scope, receive, send)

    def _told(self, scope: Scope, problem: Problem, headers: dict[str, str]) -> Response:
        reference = request_id_of(scope)
        request = Request(scope)
        if wants_json(request):
            content = {"kind": problem.kind, "message": problem.text, "reference": reference}
            return JSONResponse({"error": content}, status_code=problem.status, headers=headers)
        seen: Seen | None = scope.get(SEEN)
        call = Call(
            site=self._site,
            request=request,
            someone=seen.someone if seen else None,
            form=FormData(),
            request_id=reference,
        )
        answer = call.page("error.html", {"problem": problem, "reference": reference}, status=problem.status)
        answer.headers.update(headers)
        return answer


def wants_json(request: Request) -> bool:
    """Whether who asks is a program: it says so, and does not take pages as well."""
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "html" not in accepted


def problem_of(error: Exception) -> Problem:
    """Return what is to be told about an error."""
    status, text = _status_of(error), ""
    if isinstance(error, HTTPException):
        text = error.detail if error.detail and " " in error.detail.strip() and error.detail.endswith(".") else ""
    elif isinstance(error, TakingsError) and status not in (404, 500):
        text = _TERMINAL.sub("", str(error))
    title = _TITLES.get(status) or _TITLES[400]
    return Problem(status=status, title=title, text=text or _TEXTS.get(status, ""), kind=_kind(error, status))


def _status_of(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, (Busy, DatabaseBusy, Instruction)):
        return 503
    if isinstance(error, PostingDisabled):
        return 409
    if isinstance(error, InstallationError):
        return 500  # for the operator: it is in the log
    return 400 if isinstance(error, TakingsError) else 500


def _kind(error: Exception, status: int) -> str:
    if isinstance(error, TakingsError):
        name = type(error).__name__
        return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")
    return {401: "not_signed_in", 403: "refused", 404: "not_found", 500: "fault"}.get(status, "refused")
