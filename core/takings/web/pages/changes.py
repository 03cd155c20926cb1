"""The page that decides about a day: what differs, line by line, what can be done about it, and why it was."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.responses import Response

from takings.domain.combining import Combining
from takings.domain.period import Period
from takings.errors import NotFound, TakingsError, UsageError
from takings.store.states import LONGEST_REASON, DayState, Decision
from takings.sync.deciding import TO_DO
from takings.views import DifferenceView
from takings.web.call import Call, Page
from takings.web.choices import NEED_REASON, decisions
from takings.web.dates import date_in
from takings.web.errors import problem_of
from takings.web.pages.days import close_in


def show(call: Call) -> Response:
    """Show what was posted beside what the point of sale says now, and what can be decided."""
    return _page(call, *_place(call))


def decide(call: Call) -> Response:
    """Take a decision; where it has something to do, begin a sync of that day if that is asked for."""
    day, sequence = _place(call)
    view = call.engine.difference(call.principal, call.ref, day, sequence=sequence)
    wanted, reason = call.text("decision"), call.text("reason")
    wrong = _wrong(view, wanted, reason)
    if not wrong:
        try:
            call.engine.decide(
                call.principal,
                call.ref,
                [(day, sequence)],
                decision=wanted,
                reason=reason,
                account=call.text("account"),
            )
        except NotFound:
            raise
        except UsageError as error:
            wrong = {"account" if call.text("account") else "decision": str(error)}
    if wrong:
        return _page(call, day, sequence, wrong=wrong)
    if wanted in TO_DO:
        if (run := _begun(call, day)) is not None:
            return run
        return call.go("day", ref=call.ref, date=day.isoformat(), sequence=sequence, done="decided_waits")
    return call.go("day", ref=call.ref, date=day.isoformat(), sequence=sequence, done="decided")


def _begun(call: Call, day: date) -> Response | None:
    """Begin to carry a decision out; None where that was not asked for, or does not go now."""
    if not call.text("now") or not call.may("sync"):
        return None
    # Of a document for more days nobody has seen here what it would post of the past.
    alone = call.engine.integration(call.principal, call.ref).combining == Combining.CLOSE
    seen = 1 if alone else None
    try:
        run = call.engine.request_run(call.principal, call.ref, period=Period(day, day), confirm=seen, pull=False)
    except TakingsError:  # paused, or not connected: the decision stands, and waits
        return None
    return call.go("run", ref=call.ref, run=run.id)


def _wrong(view: DifferenceView, wanted: str, reason: str) -> dict[str, str]:
    if not wanted:
        return {"decision": "Choose what becomes of the day."}
    if wanted not in view.allowed:
        return {"decision": "That can’t be decided about this day now: it changed since the page was loaded."}
    if wanted in NEED_REASON and not reason:
        return {"reason": "Say why. It is kept with the decision."}
    if len(reason) > LONGEST_REASON:
        return {"reason": f"Say it in up to {LONGEST_REASON} letters."}
    return {}


def _place(call: Call) -> tuple[date, int]:
    params = call.request.path_params
    return date_in(params["date"]), close_in(params["sequence"])


def _page(call: Call, day: date, sequence: int, *, wrong: dict[str, str] | None = None) -> Response:
    view = call.engine.difference(call.principal, call.ref, day, sequence=sequence)
    integration = call.engine.integration(call.principal, call.ref)
    values: dict[str, Any] = {
        "view": view,
        "detail": call.engine.day(call.principal, call.ref, day, sequence=sequence),
        "integration": integration,
        "choices": decisions(view),
        "given": {name: call.text(name)[:LONGEST_REASON] for name in ("decision", "reason", "account")},
        "wrong": wrong or {},
        "can_sync": integration.state not in ("paused", "draft") and call.may("sync"),
        "closed": _is_closed(view),
        "needs_reason": not set(NEED_REASON).isdisjoint(view.allowed),
        "to_post": not set(TO_DO).isdisjoint(view.allowed),
        "asked": "ask" in call.query and Decision.REPOST.value in view.allowed,
        "preview": None,
        "problem": "",
    }
    if values["asked"] and view.state not in (DayState.UNDONE.value, DayState.HELD.value):
        try:
            values["preview"] = call.engine.preview_undo(call.principal, call.ref, days=[(day, sequence)])
        except TakingsError as error:
            values["problem"] = problem_of(error).text
    return call.page("decide.html", values, status=422 if wrong else 200)


def _is_closed(view: DifferenceView) -> bool:
    """Whether the ledger is closed over the day, so that it can't be posted anew."""
    posted = view.state in (DayState.CHANGED.value, DayState.POSTED.value)
    return posted and view.locked_through is not None and Decision.REPOST.value not in view.allowed


PAGES = (Page(path="/i/{ref}/days/{date}/{sequence:int}/decide", name="decide", get=show, post=decide, act="decide"),)
