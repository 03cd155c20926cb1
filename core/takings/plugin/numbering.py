"""The contract of a numbering strategy: it writes a document's number from a unit and a counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from takings.plugin.settings import NoSettings, Settings


class Counter(StrEnum):
    """What is counted: nothing, the documents of one business date, or all of a series."""

    NONE = "none"
    PER_DAY = "per_day"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberInput:
    """What a strategy sees: the unit's first date, the close of the day, the site, the source's own number."""

    business_date: date
    sequence: int
    site: str
    source_number: str
    generation: int
    counter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberingType:
    """A numbering strategy; `number(input, settings)` is pure.

    It returns None to leave the number to the ledger, and an empty text where it has none to give: the day is held
    then. `counter` says what the core counts for it, from `first(settings)` on, and `series(settings)` names the
    series that is counted.

    Example::

        from datetime import date

        from takings.plugin import Counter, NumberingType, NumberInput, Settings, option


        class BookSettings(Settings):
            book: str = option("A", title="Book", max_length=3)
            first: int = option(1, title="First number", kind="whole_number", ge=1)


        BY_BOOK = NumberingType(
            key="by_book",
            title="Book and page",
            number=lambda given, settings: f"{settings.book}{given.counter:06}-{given.generation}",
            counter=Counter.SEQUENCE,
            series=lambda settings: settings.book,  # each book is counted by itself
            first=lambda settings: settings.first,
            settings=BookSettings,
        )
        given = NumberInput(
            business_date=date(2026, 11, 22), sequence=1, site="main", source_number="", generation=1, counter=418
        )
        assert BY_BOOK.number(given, BookSettings(book="K")) == "K000418-1"
    """

    key: str
    title: str
    number: Callable[[NumberInput, Any], str | None]
    counter: Counter = Counter.NONE
    series: Callable[[Any], str] = lambda settings: ""
    first: Callable[[Any], int] = lambda settings: 0
    settings: type[Settings] = NoSettings
    help: str = ""
