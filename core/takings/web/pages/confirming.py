"""Days that look unusual, or posted already: shown with why, and posted when somebody says that they are right."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from takings.domain.period import Period
from takings.errors import ConfirmationNeeded, NotFound, TakingsError
from takings.store.states import LONGEST_REASON
from takings.views import DecidedView
from takings.web.call import Call, Page


def show(call: Call) -> Response:
    """Show the held days that somebody can confirm."""
    return _page(call, {})


def confirm(call: Call) -> Response:
    """Take it that all of them are right, where their number was typed and a reason given."""
    waiting = call.engine.to_confirm(call.principal, call.ref)
    reason, typed = call.text("reason"), call.text("typed")
    wrong = {}
    if not reason:
        wrong["reason"] = "Say why they are right. It is kept with the decision."
    elif len(reason) > LONGEST_REASON:
        wrong["reason"] = f"Say it in up to {LONGEST_REASON} letters."
    if typed != str(waiting.count):
        wrong["typed"] = "Type the number of days that are right."
    if wrong:
        return _page(call, wrong)
    try:
        decided = call.engine.confirm_days(call.principal, call.ref, reason=reason, count=waiting.count)
    except (NotFound, ConfirmationNeeded):  # another one was held, or decided about, meanwhile
        return _page(call, {"typed": "The days changed meanwhile. Look at them again."})
    return _posting(call, decided) or call.go("held", ref=call.ref, done="confirmed_waits")


def _posting(call: Call, decided: DecidedView) -> Response | None:
    """Begin to post what was confirmed; None where that was not asked for, or does not go now."""
    if not call.text("now") or not call.may("sync"):
        return None
    dates = [one.business_date for one in decided.days]
    period = Period(min(dates), max(dates))
    try:
        run = call.engine.request_run(call.principal, call.ref, period=period, confirm=len(decided.days), pull=False)
    except TakingsError:
        return None
    return call.go("run", ref=call.ref, run=run.id)


def _page(call: Call, wrong: dict[str, str]) -> Response:
    view = call.engine.integration(call.principal, call.ref)
    values: dict[str, Any] = {
        "view": view,
        "waiting": call.engine.to_confirm(call.principal, call.ref),
        "wrong": wrong,
        "given": {name: call.text(name)[:LONGEST_REASON] for name in ("reason", "typed")},
        "can_sync": view.state not in ("paused", "draft") and call.may("sync"),
    }
    return call.page("confirm.html", values, status=422 if wrong else 200)


PAGES = (Page(path="/i/{ref}/confirm", name="confirm", get=show, post=confirm, act="decide"),)
