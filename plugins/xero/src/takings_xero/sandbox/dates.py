"""Dates in Xero's two spellings, both ways, and what day it is in an organisation's time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from takings_xero.sandbox.problems import PostDataInvalid

ZONES = {
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "EAUSTRALIASTANDARDTIME": "Australia/Brisbane",
    "CENAUSTRALIASTANDARDTIME": "Australia/Adelaide",
    "AUSCENTRALSTANDARDTIME": "Australia/Darwin",
    "WAUSTRALIASTANDARDTIME": "Australia/Perth",
    "TASMANIASTANDARDTIME": "Australia/Hobart",
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "GMTSTANDARDTIME": "Europe/London",
    "UTC": "UTC",
}

_EPOCH = date(1970, 1, 1)
_DASHED = re.compile(r"^\d{4}-\d\d-\d\d")
_WIRE = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")


def read_day(value: object) -> date:
    """Read `2026-10-01`, `2026-10-01T00:00:00` or `/Date(ms)/`; raises PostDataInvalid."""
    text = str(value)
    found = _WIRE.match(text)
    if found:
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    try:
        if not _DASHED.match(text):
            raise ValueError(text)
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).date()
    except ValueError:
        raise PostDataInvalid(f"The string '{text}' is not a valid AllXsd value.") from None


def read_human(name: str, value: object) -> date:
    """Read a day that a person gave; raises ValueError with a sentence that names the field."""
    try:
        return read_day(value)
    except (PostDataInvalid, OverflowError):
        raise ValueError(f"{name} is a date such as 2026-06-30, not {value!r}") from None


def wire_day(day: date) -> str:
    """Write a day as `/Date(1789344000000+0000)/`."""
    return f"/Date({(day - _EPOCH).days * 86_400_000}+0000)/"


def day_string(day: date) -> str:
    """Write a day as `2026-09-14T00:00:00`."""
    return f"{day.isoformat()}T00:00:00"


def wire_moment(moment: float, *, offset: bool = True) -> str:
    """Write a moment (seconds since 1970) as `/Date(ms+0000)/`, or without the offset in envelopes."""
    return f"/Date({int(moment * 1000)}{'+0000' if offset else ''})/"


def utc_string(moment: float) -> str:
    """Write a moment as `2026-09-14T09:29:59Z`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def long_string(moment: float) -> str:
    """Write a moment as connections carry it, `2019-12-07T18:46:19.5165400`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"


def read_moment(text: str) -> float | None:
    """Read an If-Modified-Since header (ISO or RFC 1123) as seconds since 1970; None when unreadable."""
    for form in ("%a, %d %b %Y %H:%M:%S %Z",):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def today(timezone: str, now: float) -> date:
    """Return the day in the organisation's zone (a Windows name in capitals), UTC when unknown."""
    return datetime.fromtimestamp(now, ZoneInfo(ZONES.get(timezone, "UTC"))).date()
