"""Turns what goes wrong into the one shape that every refusal has, with the kinds of the command line."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from takings.errors import Busy, DatabaseBusy, Misconfigured, NotFound, PluginMissing
from takings.views import encode
from takings.web.api.shapes import Problem, Refusal
from takings.web.body import BodyRefused
from takings.web.errors import problem_of

#: Kinds beside those of the command line, which are the names of the error classes: what only HTTP can refuse.
KINDS = {
    "not_signed_in": "nobody is signed in, or the key is unknown, expired or revoked",
    "refused": "it was asked for by another site or without X-CSRF-Token, or the host does not allow it",
    "not_found": "there is no such address, or no such thing for this owner",
    "method_not_allowed": "the address has other methods; they are in the header Allow",
    "invalid_input": "the body or the query is not of the documented shape; `field` says where",
    "answers_refused": "answers to a step are wrong; `result` has an error at each of them",
    "stale_answer": "the step was changed meanwhile; `theirs` is what stands there now, `yours` what you sent",
    "fault": "a fault of ours; it is in the log under the id in X-Request-Id",
}

_PASSING = timedelta(seconds=5)


class Refused(Exception):
    """An answer that is no success; `content` stands for a shape with more than the error in it."""

    def __init__(
        self, status: int, kind: str, message: str, *, field: str = "", content: Any = None, allow: str = ""
    ) -> None:
        super().__init__(message)
        self.status, self.content = status, content
        self.problem = Problem(kind=kind, message=message, field=field)
        self.headers = {"Allow": allow} if allow else {}


def answered(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with a view."""
    body = json.dumps(encode(content), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(body, status_code=status, headers=headers, media_type="application/json")


def refused(error: Exception) -> Response:
    """Answer with what went wrong."""
    found = error if isinstance(error, Refused) else _refused(error)
    content = found.content or Refusal(error=found.problem)
    headers = {**found.headers, **_retry_after(error)}
    if found.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return answered(content, found.status, headers)


def _refused(error: Exception) -> Refused:
    if isinstance(error, ValidationError):
        return _invalid(error)
    if isinstance(error, BodyRefused):
        return Refused(error.status, "invalid_input", str(error))
    if isinstance(error, NotFound):
        return Refused(404, "not_found", f"There is no {error.kind} {error.wanted}.")
    if isinstance(error, Misconfigured):
        return Refused(422, "misconfigured", str(error), field=error.field)
    if isinstance(error, PluginMissing):
        return Refused(422, "plugin_missing", str(error))
    if isinstance(error, HTTPException) and error.status_code == 404:
        return Refused(404, "not_found", "There is no such address.")
    found = problem_of(error)
    return Refused(found.status, found.kind, found.text or found.title)


def _invalid(error: ValidationError) -> Refused:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    said = str(first["msg"]).removeprefix("Value error, ")
    return Refused(400, "invalid_input", f"{place or 'What was sent'}: {said}.", field=place)


def _retry_after(error: Exception) -> dict[str, str]:
    after = getattr(error, "after", _PASSING if isinstance(error, (Busy, DatabaseBusy)) else None)
    return {"Retry-After": str(max(1, math.ceil(after.total_seconds())))} if isinstance(after, timedelta) else {}
