"""The clock of the machine."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The present instant, in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)
