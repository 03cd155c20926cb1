"""Turns what goes wrong into the one shape that every refusal has, with the kinds of the command line."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from takings.errors import (
    Busy,
    ConfirmationNeeded,
    DatabaseBusy,
    Misconfigured,
    NotFound,
    PluginMissing,
    TakingsError,
)
from takings.views import encode
from takings.web.api.kinds import KINDS, kind_of
from takings.web.api.shapes import Problem, Refusal, Unconfirmed
from takings.web.body import BodyRefused
from takings.web.errors import problem_of

_PASSING = timedelta(seconds=5)


class Refused(Exception):
    """An answer that is no success; `content` stands for a shape with more than the error in it."""

    def __init__(
        self, status: int, kind: str, message: str, *, field: str = "", content: Any = None, allow: str = ""
    ) -> None:
        super().__init__(message)
        self.status, self.content = status, content
        self.problem = problem(kind, message, field)
        self.headers = {"Allow": allow} if allow else {}


def problem(kind: str, message: str, field: str = "") -> Problem:
    """Return a problem of a kind, with what mends it."""
    return Problem(kind=kind, message=message, field=field, do=f"{KINDS[kind].do}.")


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
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, TakingsError):
        return _of_engine(error)
    found = problem_of(error)
    return Refused(500, "fault", found.text)


def _of_http(error: HTTPException) -> Refused:
    if error.status_code == 404:
        return Refused(404, "not_found", "There is no such address.")
    found = problem_of(error)
    kind = next((name for name, one in KINDS.items() if one.status == error.status_code), "usage_error")
    return Refused(error.status_code, kind, found.text or found.title)


def _of_engine(error: TakingsError) -> Refused:
    kind = kind_of(error)
    status, found = KINDS[kind].status, problem_of(error)
    if isinstance(error, NotFound):
        return Refused(404, kind, f"There is no {error.kind} {error.wanted}.")
    if isinstance(error, Misconfigured):
        return Refused(status, kind, str(error), field=error.field)
    if isinstance(error, PluginMissing):
        return Refused(status, kind, str(error))
    if isinstance(error, ConfirmationNeeded):
        told = problem(kind, error.summary, "confirm")
        return Refused(status, kind, error.summary, content=Unconfirmed(error=told, count=error.count))
    # What is for the operator is in the log, and not in the answer.
    return Refused(status, kind, found.text or found.title)


def _invalid(error: ValidationError) -> Refused:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    said = str(first["msg"]).removeprefix("Value error, ")
    return Refused(400, "invalid_input", f"{place or 'What was sent'}: {said}.", field=place)


def _retry_after(error: Exception) -> dict[str, str]:
    after = getattr(error, "after", _PASSING if isinstance(error, (Busy, DatabaseBusy)) else None)
    return {"Retry-After": str(max(1, math.ceil(after.total_seconds())))} if isinstance(after, timedelta) else {}
