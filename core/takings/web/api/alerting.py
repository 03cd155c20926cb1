"""Alerts: where an owner's go, and what would be told now."""

from __future__ import annotations

from takings.errors import UsageError
from takings.views.alerts import AlertsView
from takings.web.api.book_bodies import SetAlerts
from takings.web.api.operation import Ask, Operation
from takings.web.api.problems import Refused


def show_alerts(ask: Ask) -> AlertsView:
    """Show where the owner's alerts go, what would be told now, and the last digests."""
    return ask.engine.alerts(ask.principal)


def set_alerts(ask: Ask, body: SetAlerts) -> AlertsView:
    """Say where the owner's alerts go."""
    try:
        return ask.engine.set_alerts(ask.principal, body.address)
    except UsageError as wrong:
        raise Refused(422, "misconfigured", str(wrong), field="address") from wrong


OPERATIONS = (
    Operation(method="GET", path="/alerts", answer=show_alerts, whole=True),
    Operation(method="PUT", path="/alerts", answer=set_alerts, act="configure", whole=True),
)
