"""How long something takes, in words."""

from __future__ import annotations


def about(seconds: int) -> str:
    """Return a duration as people say it: `1 second`, `24 minutes`, `30 hours`."""
    if seconds < 90:
        return _several(max(seconds, 1), "second")
    minutes = round(seconds / 60)
    return _several(minutes, "minute") if minutes < 120 else _several(round(minutes / 60), "hour")


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
