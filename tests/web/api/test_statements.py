"""What is looked at takes as many statements with many days as with few."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event
from tests.web.api.calls import Known, calls, prepare
from tests.web.api.conftest import Shop

from takings.testing import FixedClock
from takings.web.api.app import OPERATIONS

#: Whether a close is missing is asked only where one could be.
MORE = {"showCalendar": 1, "showMonthSummary": 1}


def counted(shop: Shop, known: Known) -> dict[str, int]:
    """Return how many statements each call takes that changes nothing."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    found = {}
    event.listen(shop.engine.database.engine, "before_cursor_execute", note)
    try:
        for one in OPERATIONS:
            if one.method == "GET":
                seen.clear()
                assert shop.anna.ask("GET", calls(known)[one.name].path).status_code == 200
                found[one.name] = len(seen)
    finally:
        event.remove(shop.engine.database.engine, "before_cursor_execute", note)
    return found


def test_no_call_takes_more_statements_for_more_days(shop: Shop) -> None:
    known = prepare(shop)
    few = counted(shop, known)
    clock = shop.engine.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=30))
    shop.engine.execute_run(shop.anna.post(f"/integrations/{known.ref}/runs", {}, 202)["id"])
    assert len(shop.anna.get(f"/integrations/{known.ref}/days")["days"]) > 30
    many = counted(shop, known)
    assert {name: many[name] for name in many if many[name] > few[name] + MORE.get(name, 0)} == {}
    assert max(few.values()) < 30
