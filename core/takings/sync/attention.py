"""Whether an integration needs a person: set by what only a person can mend, and kept while documents differ."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session

from takings.errors import AuthorisationExpired, Disconnected, Misconfigured, PluginFault
from takings.store.check_tables import Drift
from takings.store.query import columns
from takings.store.states import IntegrationState
from takings.store.tables import Integration

#: Problems of a run that only the owner can mend.
OWNERS = (AuthorisationExpired, Disconnected, Misconfigured, PluginFault)

_DRIFT = "in the ledger from what was posted"


def open_drift(session: Session, integration_id: str) -> int:
    """Count the documents that differ in the ledger and that nobody has noted."""
    query = columns(func.count()).where(Drift.integration_id == integration_id, Drift.noted_by == "")
    return int(session.execute(query.select_from(Drift)).scalar_one())


def drift_reason(count: int) -> str:
    """Say that documents differ."""
    return f"1 document differs {_DRIFT}" if count == 1 else f"{count} documents differ {_DRIFT}"


def ask_for(session: Session, row: Integration, reason: str) -> None:
    """Mark an integration as needing a person."""
    if row.state == IntegrationState.ACTIVE.value:
        row.state = IntegrationState.NEEDS_ATTENTION.value
    row.reason = reason
    session.add(row)


def after_check(session: Session, row: Integration) -> None:
    """Mark an integration whose documents differ, and take back what an earlier check marked.

    What something else marked it for stays.
    """
    count, marked = open_drift(session, row.id), row.reason.endswith(f"{_DRIFT}.")
    if count and (marked or row.state == IntegrationState.ACTIVE.value):
        ask_for(session, row, f"{drift_reason(count)}.")
    elif marked and not count:
        _settle(session, row)


def after_clean_run(session: Session, row: Integration) -> None:
    """Take the mark back after a run without a problem, unless documents differ."""
    if row.state != IntegrationState.NEEDS_ATTENTION.value:
        return
    count = open_drift(session, row.id)
    if count:
        ask_for(session, row, f"{drift_reason(count)}.")
    else:
        _settle(session, row)


def _settle(session: Session, row: Integration) -> None:
    if row.state == IntegrationState.NEEDS_ATTENTION.value:
        row.state = IntegrationState.ACTIVE.value
    row.reason = ""
    session.add(row)
