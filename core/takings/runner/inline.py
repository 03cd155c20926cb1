"""A runner of threads in this process, which needs no engine: for the command line, one server, tests, embedding."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

from takings.errors import TakingsError
from takings.runner.port import InlineSteps, Steps, Waiting

_LOG = logging.getLogger("takings.runner")

#: Seconds between two signs of life, and between two looks into the queue for what others put there.
_BEAT, _LOOK = 10.0, 1.0

Execute = Callable[[str, Steps], bool]
Look = Callable[[int, Collection[str]], list[Waiting]]


class InlineRunner:
    """Runs what is in the queue with `workers` threads, one run of an organisation at a time.

    `execute` runs one run and tells whether it could be begun; `look` returns runs that wait in the database, so that
    those of a process that died are found; `beat` tells others that this process is alive; `stopping` says it ends.
    """

    def __init__(self, *, execute: Execute, look: Look, beat: Callable[[list[str]], None], workers: int = 4) -> None:
        self._execute, self._look, self._beat, self._workers = execute, look, beat, workers
        self._change = threading.Condition()
        self._waiting: deque[Waiting] = deque()
        self._running: dict[str, str] = {}
        self._is_hungry = False
        self.stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def submit(self, run_id: str, organisation: str) -> None:
        """Take a run, unless it is waiting or running here already."""
        with self._change:
            if run_id not in self._running and all(one.run_id != run_id for one in self._waiting):
                self._waiting.append(Waiting(run_id, organisation))
                self._change.notify_all()

    def start(self) -> None:
        """Start the threads; what waits in the database is picked up by them."""
        self.stopping.clear()
        named = {f"run-{n}": self._work for n in range(self._workers)}
        for name, target in {**named, "look": self._look_for_ever, "beat": self._beat_for_ever}.items():
            thread = threading.Thread(target=target, name=f"takings-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, grace: timedelta) -> None:
        """Begin nothing more and wait for the phases under way; what is left waits in the database."""
        self.stopping.set()
        with self._change:
            self._waiting.clear()
            self._change.notify_all()
        deadline = monotonic() + grace.total_seconds()
        for thread in self._threads:
            thread.join(max(0.0, deadline - monotonic()))
        self._threads = [thread for thread in self._threads if thread.is_alive()]

    def drain(self, ended: threading.Event | None = None) -> None:
        """Return when what waits in the queue was run, as far as it can be begun now, or when `ended` is set."""
        seen: set[str] = set()
        ended = ended or threading.Event()
        while True:
            found = [one for one in self._look(self._workers, self._organisations()) if one.run_id not in seen]
            for one in found:
                seen.add(one.run_id)
                self.submit(one.run_id, one.organisation)
            with self._change:
                # By the second: `ended` is set by a signal, which can't wake those who wait for a change.
                while not (self.stopping.is_set() or ended.is_set() or self._is_idle):
                    self._change.wait(_LOOK)
                if self.stopping.is_set() or ended.is_set() or not found:
                    return

    @property
    def _is_idle(self) -> bool:
        return not (self._running or self._waiting)

    def _organisations(self) -> set[str]:
        with self._change:
            return {*self._running.values(), *(one.organisation for one in self._waiting)}

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            begun = False
            try:
                begun = self._execute(taken.run_id, InlineSteps(self.stopping))
            except TakingsError as problem:
                _LOG.warning("run %s could not be run: %s", taken.run_id, problem)
            except Exception:
                _LOG.exception("run %s could not be run", taken.run_id)
            finally:
                with self._change:
                    del self._running[taken.run_id]
                    self._is_hungry |= begun  # one that could not be begun is looked at again at the next turn
                    self._change.notify_all()

    def _take(self) -> Waiting | None:
        """Wait for a run whose organisation is free; None when the runner stops."""
        with self._change:
            while not self.stopping.is_set():
                for one in self._waiting:
                    if one.organisation not in self._running.values():
                        self._waiting.remove(one)
                        self._running[one.run_id] = one.organisation
                        return one
                self._change.wait()
        return None

    def _look_for_ever(self) -> None:
        while not self.stopping.is_set():
            with self._change:
                self._is_hungry = False
                room = 2 * self._workers - len(self._waiting)
            if room > 0:
                with _logged("the queue could not be read"):
                    for one in self._look(room, self._organisations()):
                        self.submit(one.run_id, one.organisation)
            with self._change:
                self._change.wait_for(lambda: self._is_hungry or self.stopping.is_set(), _LOOK)

    def _beat_for_ever(self) -> None:
        while not self.stopping.wait(_BEAT):
            with self._change:
                running = list(self._running)
            if running:
                with _logged("no sign of life could be written"):
                    self._beat(running)


@contextmanager
def _logged(what: str) -> Iterator[None]:
    """Let a thread go on after a problem, which is logged."""
    try:
        yield
    except TakingsError as problem:
        _LOG.warning("%s: %s", what, problem)
    except Exception:
        _LOG.exception(what)
