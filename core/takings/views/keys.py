"""What the engine shows of the keys of programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyView:
    """A key of the JSON API, not kept itself: `hint` is its end, `state` is `active`, `expired` or `revoked`."""

    id: str
    owner: str
    name: str
    hint: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    state: str
