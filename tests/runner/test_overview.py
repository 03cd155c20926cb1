"""The overview tells of the newest sync at a cost that grows neither with the history nor with the integrations."""

from __future__ import annotations

from datetime import time, timedelta

from sqlalchemy import event
from tests.runner.conftest import World

from takings.domain.schedule import Every, Schedule
from takings.views import LOCAL


def queries_of(world: World) -> int:
    """How many queries an overview takes."""
    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.append(statement)

    bound = world.engine.database.engine
    event.listen(bound, "before_cursor_execute", count)
    try:
        world.engine.overview(LOCAL)
    finally:
        event.remove(bound, "before_cursor_execute", count)
    return len(counted)


def test_more_integrations_take_no_more_queries(world: World):
    world.add("anchor")
    one = queries_of(world)
    for n in range(4):
        world.add(f"venue {n}")
    assert queries_of(world) == one


def test_a_run_that_was_taken_back_is_no_last_sync(either: World):
    either.add(schedule=Schedule(every=Every.DAY, at=time(4)))
    either.engine.sync(LOCAL, "anchor")
    (before,) = either.engine.overview(LOCAL)
    either.clock.advance(timedelta(hours=1))
    waiting = either.engine.request_run(LOCAL, "anchor")
    (meanwhile,) = either.engine.overview(LOCAL)
    assert (meanwhile.running, meanwhile.last_run_id) == (waiting.id, before.last_run_id)
    either.engine.cancel_run(LOCAL, waiting.id)
    (after,) = either.engine.overview(LOCAL)
    assert (after.running, after.last_run_id, after.last_run_state) == ("", before.last_run_id, before.last_run_state)
    assert after.currency == "AUD"
