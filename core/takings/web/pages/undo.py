"""Taking back what was posted: what it would be, what can't be, and the count to be typed before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from takings.domain.period import Period
from takings.errors import NotFound, TakingsError
from takings.web.call import Call, Page
from takings.web.dates import read_date, read_period
from takings.web.errors import problem_of

_MOST_CLOSES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is to be taken back: a period, one close, or what a run posted."""

    period: Period | None = None
    day: tuple[date, int] | None = None
    run: str = ""

    @property
    def as_order(self) -> dict[str, Any]:
        """The scope as the engine takes it."""
        return {"period": self.period, "run": self.run, "days": [self.day] if self.day else []}

    @property
    def as_fields(self) -> dict[str, str]:
        """The scope as an address and a form carry it."""
        if self.period:
            return {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        return {"day": f"{self.day[0].isoformat()}/{self.day[1]}"} if self.day else {"run": self.run}

    def __bool__(self) -> bool:
        return bool(self.period or self.day or self.run)


def show(call: Call) -> Response:
    """Ask what is to be taken back; with that in the address, show what it would be."""
    try:
        scope = _scope(dict(call.query))
    except ValueError as error:
        return _page(call, Scope(), wrong={"from": str(error)}, given=dict(call.query))
    return _page(call, scope)


def undo(call: Call) -> Response:
    """Put an undo into the queue, when the number of documents was typed that the page showed."""
    given = {name: call.text(name) for name in ("from", "to", "day", "run")}
    try:
        scope = _scope(given)
    except ValueError as error:
        return _page(call, Scope(), wrong={"from": str(error)}, given=given)
    if not scope:
        return _page(call, scope, wrong={"from": "Say what is to be taken back."})
    typed = call.text("typed")
    if not _is_count(typed) or int(typed) != _count(call):
        return _page(call, scope, wrong={"typed": "Type the number of documents that are to be taken back."})
    try:
        run = call.engine.request_undo(call.principal, call.ref, **scope.as_order, confirm=int(typed))
    except NotFound:  # somebody else took it back meanwhile
        return RedirectResponse(f"{call.url('undo', ref=call.ref)}?{urlencode(scope.as_fields)}", status_code=303)
    return call.go("run", ref=call.ref, run=run.id)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _count(call: Call) -> int:
    shown = call.text("count")
    return int(shown) if _is_count(shown) else -1


def _scope(given: dict[str, str]) -> Scope:
    """Read what is to be taken back; raises ValueError where it is no day and no period."""
    if run := given.get("run", ""):
        return Scope(run=run)
    if text := given.get("day", ""):
        day, _, close = text.partition("/")
        found = read_date(day)
        if found is None or (close and (not _is_count(close) or not 0 < int(close) < _MOST_CLOSES)):
            raise ValueError("Give a date.")
        return Scope(day=(found, int(close or 1)))
    return Scope(period=read_period(given))


def _page(
    call: Call, scope: Scope, *, wrong: dict[str, str] | None = None, given: dict[str, str] | None = None
) -> Response:
    view = call.engine.integration(call.principal, call.ref)
    values: dict[str, Any] = {
        "view": view,
        "scope": scope,
        "given": given or {},
        "wrong": wrong or {},
        "preview": None,
        "problem": "",
        "may": call.may("undo"),
    }
    status = 422 if wrong else 200
    if scope:
        try:
            values["preview"] = call.engine.preview_undo(call.principal, call.ref, **scope.as_order)
        except NotFound:
            raise
        except TakingsError as error:  # not connected, or the ledger does not answer
            problem = problem_of(error)
            values["problem"], status = problem.text, problem.status
    return call.page("undo.html", values, status=status)


PAGES = (Page(path="/i/{ref}/undo", name="undo", get=show, post=undo, act="undo"),)
