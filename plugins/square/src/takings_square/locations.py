"""Is responsible for which location is read: the one that the settings name, or the only active one."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from takings.plugin import Context
from takings_square import errors
from takings_square.api import Api


class Location(msgspec.Struct, frozen=True):
    """A location as Square describes it."""

    id: str
    name: str = ""
    status: str = "ACTIVE"
    timezone: str = ""
    currency: str = ""


def active(context: Context, api_url: str) -> list[Location]:
    """Ask for the seller's active locations."""
    found = []
    for one in Api(context, api_url).locations():
        try:
            found.append(msgspec.convert(one, Location))
        except msgspec.ValidationError as problem:
            raise errors.unreadable("locations", problem) from None
    return [one for one in found if one.status == "ACTIVE"]


def choose(found: list[Location], wanted: str) -> Location:
    """Return the location to read; raises `Misconfigured` unless exactly one comes into question."""
    fitting = [one for one in found if one.id == wanted] if wanted else found
    if len(fitting) != 1:
        raise errors.no_location([one.id for one in found])
    location = fitting[0]
    if len(location.currency) != 3:
        raise errors.location_unusable(location.id, "currency")
    try:
        ZoneInfo(location.timezone)
    except (ValueError, OSError, LookupError):
        raise errors.location_unusable(location.id, "time zone") from None
    return location
