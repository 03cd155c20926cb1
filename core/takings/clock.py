"""The clock of the machine, and waiting."""

from __future__ import annotations

import threading
from datetime import UTC, datetime


class SystemClock:
    """The present instant, in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


def wait(clock: object, seconds: float) -> None:
    """Wait so many seconds by this clock: one that is not the machine's has a `wait` of its own and moves."""
    waits = getattr(clock, "wait", None)
    if waits is None:
        threading.Event().wait(seconds)
    else:
        waits(seconds)
