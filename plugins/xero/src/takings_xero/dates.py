"""Dates as Xero writes them."""

from __future__ import annotations

import re
from datetime import date, timedelta

_EPOCH = date(1970, 1, 1)
_WIRE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")


def read_day(text: str | None) -> date | None:
    """Read `/Date(1789344000000+0000)/` or `2026-09-14…` as a day; None for nothing.

    A document's date is midnight UTC of its day, whatever the organisation's zone.
    """
    if not text:
        return None
    found = _WIRE.fullmatch(text)
    if found:
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    return date.fromisoformat(text[:10])
