"""A sync of new days costs a fixed number of statements, however many days they are and however many came before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import event
from tests.engine.conftest import Ready
from tests.engine.test_guards import by_hand
from tests.support.chain import Venue
from tests.support.month import Month

from takings.domain.period import Period

#: A night's sync took 97 with the ledger's call budget when this was written, and 194 before queries were shared.
MOST = 120


def statements_of(venue: Venue) -> int:
    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.append(statement)

    bound = venue.engine.database.engine
    event.listen(bound, "before_cursor_execute", count)
    try:
        assert venue.sync().state == "done"
    finally:
        event.remove(bound, "before_cursor_execute", count)
    return len([one for one in counted if "call_budget" not in one])


def test_more_days_take_no_more_statements_and_a_night_stays_cheap(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    venue.push(made_up.first[1:2])
    night = statements_of(venue)
    venue.push(made_up.first[2:5])
    assert statements_of(venue) <= night + 2  # a call more, where a batch is full
    assert night <= MOST


def reads_of(venue: Venue) -> int:
    """How often the ledger is read for the second of October."""
    venue.ledger.reset()
    assert venue.sync(Period(date(2026, 10, 2), date(2026, 10, 2))).state == "done"
    return sum(n for name, n in venue.ledger.counters()["calls"].items() if name.startswith("GET"))


def test_what_another_installation_posts_of_another_venue_makes_no_sync_read_twice(ready: Ready) -> None:
    alone, beside, lost = ready(2), ready(2), ready(2)
    key = "impos:eod/{}/2026-10-02.2/g1/invoice.1"
    by_hand(beside, Decimal("12.34"), "2026-10-02", Reference=key.format("9999"))
    by_hand(lost, Decimal("12.34"), "2026-10-02", Reference=key.format("4417"))
    reads = reads_of(alone)
    assert reads_of(beside) == reads
    assert reads_of(lost) > reads, "of this venue it may be of a database that is lost"
