"""Decisions about days: what differs, what is confirmed, what becomes of late changes, and what is taken back."""

from __future__ import annotations

from takings.domain.period import Period
from takings.errors import ConfirmationNeeded, TakingsError
from takings.views import (
    DecidedView,
    DifferenceView,
    IntegrationView,
    RunView,
    ToConfirmView,
    UndoPreview,
)
from takings.web.api.bodies import InPeriod
from takings.web.api.book_bodies import ConfirmDays, DecideDays, SetLateChanges, UndoOrder, UndoQuery
from takings.web.api.operation import Ask, Operation, close_in
from takings.web.api.problems import Refused
from takings.web.api.shapes import DecisionMade, Refusal, Unconfirmed


def show_difference(ask: Ask) -> DifferenceView:
    """Show what was posted for a day beside what the point of sale says now, line by line."""
    day, sequence = close_in(ask)
    return ask.engine.difference(ask.principal, ask.ref, day, sequence=sequence)


def decide_about_days(ask: Ask, body: DecideDays) -> DecisionMade:
    """Decide about held and changed days, with the reason; all of them, or none."""
    _check_sync(ask, wanted=body.begins_run)
    decided = ask.engine.decide(
        ask.principal, ask.ref, body.closes, decision=body.decision, reason=body.reason, account=body.account
    )
    return _carried_out(ask, decided) if body.begins_run else DecisionMade(decided=decided, run=None, waits="")


def show_days_to_confirm(ask: Ask, query: InPeriod) -> ToConfirmView:
    """Show the held days that look unusual or posted already, which somebody can confirm."""
    return ask.engine.to_confirm(ask.principal, ask.ref, query.period)


def confirm_days(ask: Ask, body: ConfirmDays) -> DecisionMade:
    """Confirm held days that are right although they look unusual or posted already, by their number."""
    _check_sync(ask, wanted=not body.later)
    if body.confirm is None:
        waiting = ask.engine.to_confirm(ask.principal, ask.ref, body.period)
        if waiting.count:
            raise ConfirmationNeeded(waiting.count, str(waiting))
    decided = ask.engine.confirm_days(ask.principal, ask.ref, body.period, reason=body.reason, count=body.confirm)
    return DecisionMade(decided=decided, run=None, waits="") if body.later else _carried_out(ask, decided)


def _check_sync(ask: Ask, *, wanted: bool) -> None:
    if wanted and not ask.site.allow(ask.person, "sync"):
        raise Refused(403, "refused", "You are not allowed to begin a run; send later, and the next sync does it.")


def _carried_out(ask: Ask, decided: DecidedView) -> DecisionMade:
    """Begin the run; the decision stands where none can be begun now."""
    dates = [one.business_date for one in decided.days]
    try:
        run = ask.engine.request_run(
            ask.principal, ask.ref, period=Period(min(dates), max(dates)), pull=False, trigger="api"
        )
    except TakingsError as reason:
        return DecisionMade(decided=decided, run=None, waits=str(reason))
    return DecisionMade(decided=decided, run=run, waits="")


def set_late_changes(ask: Ask, body: SetLateChanges) -> IntegrationView:
    """Say what becomes of posted days that change."""
    return ask.engine.set_late_changes(ask.principal, ask.ref, body.policy)


def preview_undo(ask: Ask, query: UndoQuery) -> UndoPreview:
    """Show what an undo would take back, in how many calls and how long, and what it can't; asks the ledger."""
    return ask.engine.preview_undo(ask.principal, ask.ref, query.period, run=query.run, days=query.closes)


def request_undo(ask: Ask, body: UndoOrder) -> RunView:
    """Put an undo into the queue once its count is confirmed; a worker begins it. The same twice is one."""
    engine, who = ask.engine, ask.principal
    preview = engine.preview_undo(who, ask.ref, body.period, run=body.run, days=body.closes)
    if preview.count and preview.count != body.confirm:
        raise ConfirmationNeeded(preview.count, preview.question, given=body.confirm)
    return engine.request_undo(who, ask.ref, body.period, run=body.run, days=body.closes, confirm=preview.count)


_ONE = "/integrations/{ref}"
_DAY = f"{_ONE}/days/{{date}}/{{sequence}}"
OPERATIONS = (
    Operation(method="GET", path=f"{_DAY}/difference", answer=show_difference),
    Operation(method="POST", path=f"{_ONE}/decisions", answer=decide_about_days, act="decide"),
    Operation(method="GET", path=f"{_ONE}/confirmations", answer=show_days_to_confirm),
    Operation(
        method="POST",
        path=f"{_ONE}/confirmations",
        answer=confirm_days,
        act="decide",
        further={409: Unconfirmed | Refusal},
    ),
    Operation(method="PUT", path=f"{_ONE}/late-changes", answer=set_late_changes, act="configure"),
    Operation(method="GET", path=f"{_ONE}/undo", answer=preview_undo),
    Operation(
        method="POST",
        path=f"{_ONE}/undo",
        answer=request_undo,
        status=202,
        act="undo",
        further={409: Unconfirmed | Refusal},
    ),
)
