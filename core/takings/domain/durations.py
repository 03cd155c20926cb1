"""How long something takes, in words, and how long a server asks to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(days=1)


def about(seconds: int) -> str:
    """Return a duration as people say it: `1 second`, `24 minutes`, `30 hours`."""
    if seconds < 90:
        return _several(max(seconds, 1), "second")
    minutes = round(seconds / 60)
    return _several(minutes, "minute") if minutes < 120 else _several(round(minutes / 60), "hour")


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def retry_after(said: str, now: datetime) -> timedelta | None:
    """Read a `Retry-After` header (RFC 9110, 10.2.3): seconds or a date, taken as from a second to a day.

    None where there is none, or it can't be read.
    """
    said = said.strip()
    if said.isascii() and said.isdigit():
        return min(max(timedelta(seconds=int(said[:9])), _SHORTEST), _LONGEST)
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, _SHORTEST), _LONGEST)
