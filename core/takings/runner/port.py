"""The port between a run and whatever runs it: threads of this process, or a durable engine.

A run goes through named phases; a runner that is durable remembers each one's result across crashes. Names and order
of the phases are therefore a stored format, and what a phase returns must be JSON.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """The runner stops: the phase under way was finished, and the run waits in the queue to be taken up again."""


class Steps(Protocol):
    """What a run goes through phase by phase; remembered across crashes where the runner is durable."""

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Do one phase, or return what it returned when it was done before; raises `Stopped` instead of beginning."""


class Runner(Protocol):
    """Runs runs that are in the queue."""

    def submit(self, run_id: str, organisation: str) -> None:
        """Take a run; idempotent. At most one run of an organisation is running at a time."""

    def start(self) -> None:
        """Begin to run what was submitted and what an earlier process left behind."""

    def stop(self, grace: timedelta) -> None:
        """Begin nothing more, and wait for the phases under way, though no longer than `grace`."""


class InlineSteps:
    """Phases that are simply done, one after the other, until `stopping` is set."""

    def __init__(self, stopping: threading.Event | None = None) -> None:
        self._stopping = stopping

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Do a phase; raises `Stopped` when the runner is stopping."""
        if self._stopping is not None and self._stopping.is_set():
            raise Stopped(name)
        return work()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that is to be run, with the ledger's organisation, of which one run at a time may be running."""

    run_id: str
    organisation: str
