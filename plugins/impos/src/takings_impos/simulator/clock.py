"""Is responsible for the simulator's idea of now: the real time, or a moment somebody stopped it at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime


class NaiveMomentError(ValueError):
    """A moment was given without its offset from UTC."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(f"{moment.isoformat()} needs an offset, such as {moment.isoformat()}+11:00")


class Clock:
    """A clock that can be stopped; calling it gives an aware moment."""

    def __init__(self, running: Callable[[], datetime] | None = None) -> None:
        self._running = running or (lambda: datetime.now(UTC))
        self._stopped: datetime | None = None

    def __call__(self) -> datetime:
        """Give the moment it is."""
        return self._stopped or self._running()

    def stop(self, moment: datetime | None) -> None:
        """Stop at a moment, or run again with None; raises NaiveMomentError."""
        if moment is not None and moment.utcoffset() is None:
            raise NaiveMomentError(moment)
        self._stopped = moment
