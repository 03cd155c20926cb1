"""A worker that is killed while it reads: `python -m tests.runner.dying DATABASE RUN NOW`."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime

from tests.runner.conftest import Till

from takings.engine import Engine
from takings.store.secrets import KeyRing
from takings.testing import FakeTarget, FixedClock, fake_host


def main() -> None:
    """Begin a run and die as by `kill -9`."""
    place, run_id, now = sys.argv[1:]
    till = Till()
    till.on_read = lambda: os.kill(os.getpid(), signal.SIGKILL)
    host = fake_host(till.declaration(), FakeTarget().declaration())
    with Engine(place, host, keys=KeyRing.generate(), clock=FixedClock(datetime.fromisoformat(now))) as engine:
        engine.execute_run(run_id)


if __name__ == "__main__":
    main()
