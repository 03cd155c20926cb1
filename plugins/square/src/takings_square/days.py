"""Is responsible for time: which business date a moment belongs to, and from when to when a date lasts. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def parse_moment(text: object) -> datetime | None:
    """Read an RFC 3339 timestamp with its offset; None where it is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def show_moment(moment: datetime) -> str:
    """Write a moment as Square's API takes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class TradingDays:
    """The trading days of one place: `ends_at` is a time of the next morning, like 04:00.

    A day lasts from that wall-clock time to the same one on the next date, so that it has 23 or 25 hours when the
    clocks change. A time that the clocks skip is taken as if they had not been changed yet.
    """

    def __init__(self, zone: str, ends_at: str) -> None:
        self._zone, self._ends = ZoneInfo(zone), time.fromisoformat(ends_at)

    def begin(self, day: date) -> datetime:
        """Return the moment at which a date's trading begins, in UTC."""
        return datetime.combine(day, self._ends, self._zone).astimezone(UTC)

    def end(self, day: date) -> datetime:
        """Return the moment at which the next date's trading begins, in UTC."""
        return self.begin(day + timedelta(days=1))

    def day_of(self, moment: datetime) -> date:
        """Return the business date of a moment."""
        day = moment.astimezone(self._zone).date()
        # Whatever the clocks do, the bounds decide: they leave no gap and no overlap.
        if moment < self.begin(day):
            return day - timedelta(days=1)
        return day + timedelta(days=1) if moment >= self.end(day) else day

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the clocks of the place show it."""
        return moment.astimezone(self._zone)
