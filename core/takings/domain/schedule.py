"""When an integration is due: its schedule in local time, and the instants that it comes to. Pure.

Each due time comes once, whatever the clocks do: a local time that is skipped when they go forward is due at the
first instant after the gap, and one that comes twice when they go back is due at the first of the two. An hourly
schedule counts real hours: it is due whenever the local clock shows its minute, though not twice within one hour.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from takings.domain.findings import Finding, Severity

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

#: How far ahead changes of the clock are looked for, in days: a year and some weeks.
LOOK_AHEAD = 400

_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)


class Every(StrEnum):
    """How often an integration is due."""

    MANUAL = "manual"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When an integration is due, in its own time zone (an IANA name; empty means UTC).

    `at` is the local time, of which an hourly schedule uses the minute. `weekday` counts from 0, Monday; `day` is the
    day of a month, and the last one in months that are shorter. Raises `ValueError` with a sentence on a wrong value.
    """

    every: Every = Every.MANUAL
    at: time = time(3, 30)
    weekday: int = 0
    day: int = 1
    timezone: str = ""

    def __post_init__(self) -> None:
        for sentence in mistakes(self.as_dict()).values():
            raise ValueError(sentence)
        object.__setattr__(self, "every", Every(self.every))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone or "UTC")

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON shape, which is also how it is stored."""
        return {
            "every": str(self.every),
            "at": self.at.isoformat("minutes"),
            "weekday": self.weekday,
            "day": self.day,
            "timezone": self.timezone,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Schedule:
        """Read what `as_dict` wrote; what is missing has its default, and other names are left aside.

        Raises `ValueError` with a sentence on a wrong value.
        """
        for sentence in mistakes(data).values():
            raise ValueError(sentence)
        known = {name: data[name] for name in ("every", "weekday", "day", "timezone") if name in data}
        if "at" in data:
            known["at"] = time.fromisoformat(data["at"])
        return cls(**known)

    def __str__(self) -> str:
        at, zone = self.at.isoformat("minutes"), self.timezone or "UTC"
        told = {
            Every.MANUAL: "only when somebody asks",
            Every.HOUR: f"every hour at minute {self.at.minute}, {zone}",
            Every.DAY: f"every day at {at}, {zone}",
            Every.WEEK: f"every {WEEKDAYS[self.weekday % 7]} at {at}, {zone}",
            Every.MONTH: f"on day {self.day} of every month at {at}, {zone}",
        }
        return told[self.every]


def mistakes(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the values of a schedule, in a sentence for each field; nothing when all is well."""
    found: dict[str, str] = {}
    if values.get("every", "day") not in list(Every):
        found["every"] = f"{values['every']!r} is not one of {', '.join(Every)}."
    if not _is_time(values.get("at", "03:30")):
        found["at"] = f"{values['at']!r} is not a time of day; write hours and minutes, like 03:30."
    for name, least, most, told in (
        ("weekday", 0, 6, "a weekday; 0 is Monday and 6 is Sunday"),
        ("day", 1, 31, "a day of the month; choose 1 to 31"),
    ):
        value = values.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            found[name] = f"{value!r} is not {told}."
    wrong = _wrong_zone(values.get("timezone", ""))
    return {**found, "timezone": wrong} if wrong else found


def _is_time(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != len("03:30"):
        return False
    try:
        return time.fromisoformat(value).tzinfo is None
    except ValueError:
        return False


def _wrong_zone(name: Any) -> str:
    if name == "":
        return ""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, TypeError, LookupError):  # a missing one, a folder, a path, no text at all
        close = get_close_matches(str(name), sorted(available_timezones()), n=1)
        hint = f"did you mean {close[0]}?" if close else "it is written like Australia/Sydney."
        return f"There is no time zone {name}; {hint}"
    return ""


def next_due(schedule: Schedule, after: datetime) -> datetime | None:
    """Return the first due instant after an aware one, in UTC; None for a schedule that is manual."""
    match schedule.every:
        case Every.MANUAL:
            return None
        case Every.HOUR:
            return _next_hour(schedule, after.astimezone(UTC))
    # From the day before: around midnight a clock that is put back makes a date come again.
    begin = after.astimezone(schedule.zone).date() - timedelta(days=1)
    found = (_instant(day, schedule.at, schedule.zone) for day in _dates(schedule, begin))
    return next(one for one in found if one > after)


def _dates(schedule: Schedule, begin: date) -> Iterator[date]:
    """Yield the local dates on which a schedule is due, from `begin` on."""
    if schedule.every is Every.DAY:
        yield from (begin + timedelta(days=n) for n in count())
    if schedule.every is Every.WEEK:
        first = begin + timedelta(days=(schedule.weekday - begin.weekday()) % 7)
        yield from (first + timedelta(weeks=n) for n in count())
    if schedule.every is Every.MONTH:
        for months in count(begin.year * 12 + begin.month - 1):
            year, month = months // 12, months % 12 + 1
            day = date(year, month, min(schedule.day, calendar.monthrange(year, month)[1]))
            if day >= begin:
                yield day


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time: of two the first, and of none the first one after the gap."""
    before = datetime.combine(day, at, zone).astimezone(UTC)  # by the offset from before a change
    if not _is_skipped(before, day, at, zone=zone):
        return before
    early = datetime.combine(day, at, zone).replace(fold=1).astimezone(UTC)
    return _change_between(early, before, zone)


def _is_skipped(instant: datetime, day: date, at: time, *, zone: ZoneInfo) -> bool:
    return instant.astimezone(zone).replace(tzinfo=None) != datetime.combine(day, at)


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clock changes."""
    new = late.astimezone(zone).utcoffset()
    while late - early > _SECOND:
        middle = early + (late - early) // 2 // _SECOND * _SECOND
        if middle.astimezone(zone).utcoffset() == new:
            late = middle
        else:
            early = middle
    return late


def _next_hour(schedule: Schedule, after: datetime) -> datetime:
    zone, minute = schedule.zone, schedule.at.minute
    found = []
    for probe in (after, after + 3 * _HOUR):
        offset = probe.astimezone(zone).utcoffset() or timedelta()
        wall = (after + offset).replace(minute=minute, second=0, microsecond=0) - offset
        found += [wall + n * _HOUR for n in range(4)]
    return min(one for one in found if one > after and _is_hourly(one, zone, minute))


def _is_hourly(instant: datetime, zone: ZoneInfo, minute: int) -> bool:
    """Whether the local clock shows the minute, and did not show the same time less than an hour before."""
    local = instant.astimezone(zone)
    if not local.fold:
        return local.minute == minute
    first = local.replace(fold=0).astimezone(UTC)
    return local.minute == minute and instant - first >= _HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A local date on which the schedule's time is skipped (`is_skipped`) or comes twice, and when it runs then."""

    day: date
    is_skipped: bool
    runs_at: datetime


def shifted(schedule: Schedule, first: date, days: int = LOOK_AHEAD) -> tuple[Shift, ...]:
    """Return the due dates among the coming `days` on which a change of the clock concerns the schedule's time."""
    if schedule.every in (Every.MANUAL, Every.HOUR):
        return ()
    found, zone, at = [], schedule.zone, schedule.at
    for day in _dates(schedule, first):
        if day >= first + timedelta(days=days):
            break
        local = datetime.combine(day, at, zone)
        if local.utcoffset() == local.replace(fold=1).utcoffset():
            continue
        instant = _instant(day, at, zone)
        skipped = _is_skipped(instant, day, at, zone=zone)
        found.append(Shift(day=day, is_skipped=skipped, runs_at=instant.astimezone(zone)))
    return tuple(found)


def clock_change(schedule: Schedule, first: date, days: int = LOOK_AHEAD) -> Finding | None:
    """Return the warning that a change of the clock concerns the schedule's time, or None."""
    shifts = shifted(schedule, first, days)
    if not shifts:
        return None
    at = schedule.at.isoformat("minutes")
    told = [
        f"on {one.day} there is no {at}, and it runs at {one.runs_at:%H:%M}"
        if one.is_skipped
        else f"on {one.day} {at} comes twice, and it runs at the first"
        for one in shifts
    ]
    return Finding(
        code="schedule.clock_change",
        what=f"In {schedule.timezone} the clocks change at this time: {'; '.join(told)}",
        why="It runs once on each of these days, though not always when the clock shows the time chosen",
        do="Nothing, or choose a time that no change of the clock touches, such as 05:00",
        where="at",
        severity=Severity.WARNING,
        subject=", ".join(str(one.day) for one in shifts),
    )
