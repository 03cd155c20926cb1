"""A sync of new days costs a fixed number of statements, however many days they are and however many came before."""

from __future__ import annotations

from sqlalchemy import event
from tests.engine.conftest import Ready
from tests.support.chain import Venue
from tests.support.month import Month

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
