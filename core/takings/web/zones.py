"""The time zones of the world as choices: what the two systems say first, then the country's own, then all."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from takings.views import ChoiceView


@cache
def _countries() -> dict[str, tuple[str, ...]]:
    """Return each zone with the codes of the countries that use it."""
    text = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row[2]] = (*found.get(row[2], ()), row[0])
    return found


def zone_choices(*, source: str, ledger: str, current: str) -> list[ChoiceView]:
    """Return the zones in groups; `current` is among them whatever it is."""
    named = [("From the point of sale", source), ("From the ledger", ledger), ("Chosen", current)]
    found: list[ChoiceView] = []
    for group, zone in named:
        if zone and is_zone(zone) and zone not in {one.value for one in found}:
            found.append(ChoiceView(value=zone, label=spelt(zone), group=group))
    countries = {code for one in found for code in _countries().get(one.value, ())}
    near = sorted(zone for zone, codes in _countries().items() if countries.intersection(codes))
    found += _in_group("Of the same country", near)
    by_region: dict[str, list[str]] = {}
    for zone in sorted({*_countries(), "UTC"}):
        by_region.setdefault(zone.partition("/")[0] if "/" in zone else "Other", []).append(zone)
    for region in sorted(by_region, key=lambda one: (one == "Other", one)):
        found += _in_group(region, by_region[region])
    return found


def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def spelt(zone: str) -> str:
    """Return a zone as people read it."""
    return zone.replace("_", " ")


def _in_group(group: str, zones: Iterable[str]) -> list[ChoiceView]:
    return [ChoiceView(value=zone, label=spelt(zone), group=group) for zone in zones]
