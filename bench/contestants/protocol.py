"""What the harness and a contestant say to each other, one JSON line at a time; standard library only.

The harness sends the order; the contestant gets ready and says `ready`; on `go` it works and says `done`, with its
figures; on `end` it does what is not timed and says `result`. Between the lines the harness reads the counters.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Order = dict[str, Any]
Figures = dict[str, Any]


@dataclass
class Job:
    """What a contestant does: `run` between the clocks, `afterwards` once they have stopped."""

    run: Callable[[], Figures]
    afterwards: Callable[[], Figures] = field(default=dict)
    import_ms: float = 0.0


class NotPossible(Exception):
    """The contestant cannot do the work, for the reason given."""


def serve(prepare: Callable[[Order], Job]) -> None:
    """Take an order from stdin, do it, and answer on stdout."""
    order: Order = json.loads(sys.stdin.readline())
    # Whatever a library prints must not stand between the lines.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def tell(message: Figures) -> None:
        answers.write(json.dumps(message) + "\n")

    try:
        job = prepare(order)
        tell({"ready": True})
        sys.stdin.readline()
        figures = _timed_run(job)
        tell({"done": True})
        sys.stdin.readline()
        tell({**figures, "peak_rss_mb": peak_mb(), "import_ms": job.import_ms, **job.afterwards()})
    except NotPossible as reason:
        tell({"not_possible": str(reason)})


def _timed_run(job: Job) -> Figures:
    wall, before = time.perf_counter(), _cpu()
    figures = job.run()
    return {"wall_s": time.perf_counter() - wall, "cpu_s": _cpu() - before, **figures}


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Append how many milliseconds of CPU the block took."""
    before = _cpu()
    yield
    into.append((_cpu() - before) * 1000)


def peak_mb() -> float:
    """Return this process' own peak of memory; `ru_maxrss` would count what its parent had when it was forked."""
    try:
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass  # not Linux
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
