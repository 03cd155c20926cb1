"""The contract of a further check for `takings plugins doctor`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from takings.domain.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckType:
    """A check that needs no connection: `run()` returns what it found.

    Example::

        from zoneinfo import available_timezones

        from takings.plugin import CheckType, Finding

        ZONES = ("Europe/Dublin", "Australia/Lord_Howe")


        def check_zones() -> list[Finding]:
            missing = [zone for zone in ZONES if zone not in available_timezones()]
            return [Finding(code="shop.no_zone", what=f"The time zone {zone} is unknown here") for zone in missing]


        ZONES_ARE_KNOWN = CheckType(key="zones", title="Time zones", run=check_zones)
        assert ZONES_ARE_KNOWN.run() == []
    """

    key: str
    title: str
    run: Callable[[], Sequence[Finding]]
