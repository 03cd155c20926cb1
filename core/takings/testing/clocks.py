"""A clock that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FixedClock:
    """A clock for tests: `now` is always the same, `advance` moves it on."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now or datetime.now(UTC)

    def now(self) -> datetime:
        """Return the instant at which it stands."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move it on."""
        self._now += by
