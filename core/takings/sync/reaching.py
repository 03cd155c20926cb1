"""Names what a sync works on beyond the period that was asked for, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from takings.domain.findings import Finding, Severity
from takings.domain.period import Period
from takings.store.journal import UnitRow
from takings.sync.planning import Candidate

#: How many dates a sentence names.
_NAMED = 5

_ANEW, _ADJUST = "decided to be posted anew", "decided to be adjusted"
_TOGETHER, _WAITED, _LEFT = "of one document with days of the period", "waiting from before it", "left unfinished"


def tell_beyond(
    candidates: Iterable[Candidate], left: Iterable[UnitRow], *, period: Period, reached: Period
) -> list[Finding]:
    """Name what a sync of a period works on beyond it, with the reasons; it `reached` back for what waited."""
    return list(_tell(_beyond(candidates, left, period=period, reached=reached), period))


def _beyond(
    candidates: Iterable[Candidate], left: Iterable[UnitRow], *, period: Period, reached: Period
) -> dict[str, dict[str, None]]:
    """Return the names of what is not of the period, by the reasons why it is taken in."""
    found: dict[str, dict[str, None]] = {}
    for one in candidates:
        day = one.key.business_date
        if day not in period:
            found.setdefault(_reason(one, reached), {})[day.isoformat()] = None
    for unit in left:
        if unit.first not in period or unit.last not in period:
            found.setdefault(_LEFT, {})[str(Period(unit.first, unit.last))] = None
    return found


def _reason(one: Candidate, reached: Period) -> str:
    if one.adjusts is not None:
        return _ADJUST
    if one.generation > 1:
        return _ANEW
    return _WAITED if one.key.business_date in reached else _TOGETHER


def _tell(beyond: Mapping[str, Iterable[str]], period: Period) -> Iterator[Finding]:
    for reason, names in beyond.items():
        known = list(names)
        yield Finding(
            code="run.beyond_period",
            what=f"Besides {period} this takes in {_named(known)}: {reason}",
            why="What was decided or begun is carried out by the next sync, whichever period that is for",
            where="day",
            severity=Severity.INFO,
            subject=known[0] if len(known) == 1 else "",
        )


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
