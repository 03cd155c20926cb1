"""A setup at a terminal beside a worker, like that of `takings serve`: whoever gets a run, the setup sees its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pytest
from tests.support.fixtures import MakeVenue, all_plugins, ledger_sandbox, make_venue, schema_file

from takings.cli.wizard.course import Course
from takings.cli.wizard.running import execute
from takings.domain.period import Period
from takings.views import LOCAL, RunView

__all__ = ["all_plugins", "ledger_sandbox", "make_venue", "schema_file"]

T = TypeVar("T")
DAY = Period(date(2026, 10, 1), date(2026, 10, 1))


class Held:
    """The phases of a run that goes on until it may end."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()

    def step(self, name: str, work: Callable[[], T]) -> T:
        self.begun.set()
        assert self.may_end.wait(60)
        return work()


@pytest.mark.parametrize("own", [True, False], ids=["the run itself", "another run of the ledger"])
def test_a_run_that_has_to_wait_for_a_worker_is_waited_for(make_venue: MakeVenue, own: bool):
    venue = make_venue()
    asked = [venue.engine.request_run(LOCAL, venue.name, kind=kind, period=DAY).id for kind in ("verify", "preview")]
    other = asked[0] if own else asked[1]
    held, ended = Held(), list[RunView]()
    worker = threading.Thread(target=venue.engine.execute_run, args=(other, held))
    worker.start()
    assert held.begun.wait(60)
    course = Course(engine=venue.engine, who=LOCAL, ref=venue.name)
    setup = threading.Thread(target=lambda: ended.append(execute(course, asked[0])))
    setup.start()
    setup.join(1.0)
    is_waiting = setup.is_alive()
    held.may_end.set()
    worker.join(60)
    setup.join(60)
    assert is_waiting
    assert [(one.id, one.state) for one in ended] == [(asked[0], "done")]
