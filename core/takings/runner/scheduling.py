"""Looks again and again for what is due, and gives it to a runner; any number of processes may do so at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from takings.errors import TakingsError
from takings.runner.due import BATCH
from takings.runner.port import Runner, Waiting

_LOG = logging.getLogger("takings.runner")


class Scheduler:
    """A thread that calls `tick` every `interval` seconds and submits what it returns."""

    def __init__(
        self,
        tick: Callable[[], Sequence[Waiting]],
        runner: Runner,
        *,
        interval: float = 1.0,
        name: str = "takings-schedule",
    ) -> None:
        self._tick, self._runner, self._interval = tick, runner, interval
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; returns when the look under way has ended."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause = self._interval
            try:
                due = self._tick()
                for one in due:
                    self._runner.submit(one.run_id, one.organisation)
                pause = 0 if len(due) >= BATCH else pause
            except TakingsError as problem:
                _LOG.warning("what is due could not be read: %s", problem)
            except Exception:
                _LOG.exception("what is due could not be read")
            self._stopping.wait(pause)
