"""Finds documents of others that look as if a day were posted already: by hand, or by another program. Pure.

One looks so that has the date of the day and exactly its amount, whatever its number, reference and customer. What
carries one of our keys for the same venue is none: its generations are told apart elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from takings.domain.findings import Finding
from takings.domain.money import ZERO, show_amount
from takings.plugin.documents import Document, Unit
from takings.plugin.targets import StandingDocument, Survey
from takings.sync.planning import Planned

_Place = tuple[date, Decimal]


def venue_of(unit: str) -> str:
    """Return how the keys of a unit's venue begin, up to where the days follow: `source/site/`."""
    source, site, _ = unit.split("/", 2)
    return f"{source}/{site}/"


class Strangers:
    """The documents of a survey that may be others' postings of a day; `ours` is how our keys of the venue begin."""

    def __init__(self, survey: Survey, ours: str) -> None:
        self._by_place: dict[_Place, list[StandingDocument]] = defaultdict(list)
        for one in survey.documents:
            if one.voided or one.key.startswith(ours):
                continue
            for amount in _amounts(one):
                self._by_place[one.day, amount].append(one)

    def of(self, planned: Planned) -> tuple[StandingDocument, ...]:
        """Return those that look like a unit, or like one of its days."""
        found: dict[str, StandingDocument] = {}
        if self._by_place:
            for place in _places(planned.unit, planned.plan.documents):
                found |= {one.id: one for one in self._by_place.get(place, ())}
        return tuple(found.values())


def _amounts(one: StandingDocument) -> Iterator[Decimal]:
    """Yield what a document was made out for: its total, or what its lines take in where that is nothing."""
    if one.total:
        yield one.sign * one.total
        return
    taken = sum((amount for amount in one.lines.values() if amount > 0), ZERO)
    if taken:
        yield taken


def _places(unit: Unit, documents: Iterable[Document]) -> Iterator[_Place]:
    planned = [one for one in documents if one.total]
    dates = {one.day for one in planned}
    for mapped in unit.days:
        day = mapped.day
        if day.counted_total:
            yield from ((one, day.counted_total) for one in {day.business_date, *dates})
    for one in planned:
        yield from ((day, one.sign * one.total) for day in {one.day, *(one.day.business_date for one in unit.days)})


def looks_posted(planned: Planned, one: StandingDocument, currency: str) -> Finding:
    """Return the finding that a document of others looks like the unit."""
    name = (one.number or "a document without a number") + (f" for {one.contact}" if one.contact else "")
    first, last = planned.candidates[0].key, planned.candidates[-1].key
    days = f"{first}" if first == last else f"{first} to {last}"
    amount = show_amount(next(_amounts(one)), currency)
    by = "another program, or a database that is lost," if one.key else "somebody"
    return Finding(
        code="ledger.looks_posted",
        what=f"{days} looks as if it were posted already: {name} of {one.day} comes to {amount} {currency} as well",
        why=f"The amount and the date are the same, and it was not made here, so {by} may have posted the day",
        do="Look at the document in the ledger. If it is this day, decide never to post it; if it is something else, "
        "confirm the day",
        where="day",
        subject=one.id,
    )
