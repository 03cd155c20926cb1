"""Does a run of the queue here and now, and shows how far it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from takings.cli.output import note
from takings.cli.progress import Meter
from takings.cli.stopping import telling_of_the_stop

if TYPE_CHECKING:
    from takings.cli.wizard.course import Course
    from takings.views import RunView

#: Seconds between two looks at how far a run is.
_LOOK = 0.3

#: States in which a run has not ended.
_WAITING = ("queued", "running")


def execute(course: Course, run_id: str) -> RunView:
    """Do a run and return it as it ended; where a worker has it, or another one of its ledger, that is waited for."""
    with telling_of_the_stop(), Meter() as meter, _watched(course, run_id, meter):
        told, pause = False, threading.Event()
        while True:
            course.engine.execute_run(run_id)
            run = course.engine.run(course.who, run_id)
            if run.state not in _WAITING:
                return run
            if not told:
                note("A worker is at it, or at another run of this ledger: waiting for its end.")
            told = True
            pause.wait(_LOOK)


@contextmanager
def _watched(course: Course, run_id: str, meter: Meter) -> Iterator[None]:
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_LOOK):
            progress = course.engine.run(course.who, run_id).progress
            if progress is not None:
                meter(progress)

    watcher = threading.Thread(target=watch, name="takings-progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
