"""Says on a document that holds several days which they are: lines for each, or netted over the period. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from takings.plugin import DocumentLine, MappedDay, TenderTotal, Unit, UnitRole, net_tenders
from takings_xero.ledger_index import LedgerIndex
from takings_xero.netting import LONGEST_DESCRIPTION, net_lines
from takings_xero.options import BY_DAY, IntegrationSettings


def dated_lines(unit: Unit, index: LedgerIndex, settings: IntegrationSettings) -> tuple[DocumentLine, ...]:
    """Return the unit's lines; where it is for several days, each names its day or the whole period."""
    if not _is_by_day(unit, settings):
        return tuple(_called(one, after=_period(unit)) for one in net_lines(unit, index, settings))
    return tuple(
        _called(one, before=f"{_name(day, unit)}: ")
        for day in unit.days
        for one in net_lines(replace(unit, days=(day,)), index, settings)
    )


def dated_tenders(unit: Unit, settings: IntegrationSettings) -> tuple[TenderTotal, ...]:
    """Return the unit's payment methods, summed over its days or for each day by itself."""
    return tuple(_by_day(unit)) if _is_by_day(unit, settings) else net_tenders(unit.days)


def _by_day(unit: Unit) -> Iterator[TenderTotal]:
    places = 0
    for day in unit.days:
        for one in net_tenders((day,)):
            if one.account is not None:
                yield replace(one, place=places + one.place, name=f"{_name(day, unit)}: {one.name}")
        places += len({tender.code for tender in day.day.tenders})
    # What is left open is left on the document, whatever day it was.
    yield from (one for one in net_tenders(unit.days) if one.account is None)


def _is_by_day(unit: Unit, settings: IntegrationSettings) -> bool:
    return settings.combined_lines == BY_DAY and len(unit.days) > 1


def _name(mapped: MappedDay, unit: Unit) -> str:
    """Name a day by its date, and its close too where the unit has several of the date."""
    day = mapped.day
    several = sum(one.day.business_date == day.business_date for one in unit.days) > 1
    return f"{day.business_date}, close {day.sequence}" if several else f"{day.business_date}"


def _period(unit: Unit) -> str:
    first, last = unit.days[0].day.business_date, unit.days[-1].day.business_date
    if unit.role is UnitRole.ADJUST:
        return f" (adjusts {first})"
    return f" ({first} to {last})" if first != last else ""


def _called(line: DocumentLine, *, before: str = "", after: str = "") -> DocumentLine:
    if not before and not after:
        return line
    room = LONGEST_DESCRIPTION - len(before) - len(after)
    return replace(line, description=f"{before}{line.description[:room]}{after}")
