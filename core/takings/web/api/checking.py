"""Checks of what was posted: what differs in the ledger, how often that is looked at, and what is known of it."""

from __future__ import annotations

from takings.views import RunView
from takings.views.checks import DriftView
from takings.web.api.bodies import ForPeriod
from takings.web.api.book_bodies import NoteDrift, SetChecks
from takings.web.api.operation import Ask, Operation


def show_drift(ask: Ask) -> DriftView:
    """Show where the ledger differed when it was checked last; asks nobody."""
    return ask.engine.drift(ask.principal, ask.ref)


def set_checks(ask: Ask, body: SetChecks) -> DriftView:
    """Say how often an integration is checked by itself."""
    return ask.engine.set_checks(ask.principal, ask.ref, body.every)


def request_check(ask: Ask, body: ForPeriod) -> RunView:
    """Put a check into the queue, of all times where no period is named. The same twice is one."""
    return ask.engine.request_run(ask.principal, ask.ref, kind="verify", period=body.period, trigger="api")


def note_drift(ask: Ask, body: NoteDrift) -> DriftView:
    """Note that differences are known and are left as they are; others of the same document count again."""
    return ask.engine.note_drift(ask.principal, ask.ref, body.documents)


_DRIFT = "/integrations/{ref}/drift"
OPERATIONS = (
    Operation(method="GET", path=_DRIFT, answer=show_drift),
    Operation(method="PUT", path=_DRIFT, answer=set_checks, act="configure"),
    Operation(method="POST", path=f"{_DRIFT}/check", answer=request_check, status=202, act="verify"),
    Operation(method="POST", path=f"{_DRIFT}/notes", answer=note_drift, act="decide"),
)
