"""What a setup keeps between calls: answers not accepted yet, and which steps were passed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from takings.store.setup_tables import SetupSession
from takings.store.tables import Integration


def load_session(session: Session, integration: Integration) -> SetupSession | None:
    """Return an integration's setup, or None before anything was answered."""
    return session.get(SetupSession, integration.id)


def note_answers(
    session: Session,
    integration: Integration,
    step: str,
    *,
    drafts: Mapping[str, Any],
    done: bool,
    principal: str,
    now: datetime,
) -> SetupSession:
    """Keep a step's answers that were not accepted (none: forget them), and whether it was passed."""
    row = load_session(session, integration) or SetupSession(
        integration_id=integration.id, owner=integration.owner, updated_at=now
    )
    kept = {name: value for name, value in row.drafts.items() if name != step}
    row.drafts = {**kept, step: dict(drafts)} if drafts else kept
    if done:
        row.done = {**row.done, step: now.isoformat()}
    row.updated_by, row.updated_at = principal, now
    session.add(row)
    session.flush()
    return row
