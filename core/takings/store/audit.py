"""The audit trail: who did what and when. The database itself refuses to change or delete an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from takings.store.journal import AuditEvent


def record(  # noqa: PLR0913 - an event is that many facts
    session: Session,
    *,
    at: datetime,
    owner: str,
    principal: str,
    action: str,
    integration_id: str = "",
    request_id: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add an event to the transaction of what it tells about; `details` is JSON without secrets."""
    session.add(
        AuditEvent(
            at=at,
            owner=owner,
            principal=principal,
            action=action,
            integration_id=integration_id,
            request_id=request_id,
            details=dict(details or {}),
        )
    )
