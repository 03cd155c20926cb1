"""Where the CPU goes: `python -m bench.profile backfill` runs takings in this process and lists its functions.

Functions of the main thread, by their own CPU time: reading, mapping, planning and the journal. The threads that wait
for the ledger are not in it. A profiler makes small functions look dearer than they are.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.contestants.with_takings import prepare
from bench.ledger import ledger
from bench.runs import LAST_DAY, takings_task
from bench.scenarios.bench import source

#: By name: days, venues, whether a day was posted before.
JOBS: dict[str, dict[str, Any]] = {
    "backfill": {"days": 365, "venues": 1},
    "nightly": {
        "days": 1,
        "venues": 20,
        "more": {"warm_up": (LAST_DAY - timedelta(days=1)).isoformat()},
    },
}


def main() -> int:
    """Profile one job."""
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("job", choices=tuple(JOBS))
    parser.add_argument("--lines", type=int, default=30, help="how many functions")
    parser.add_argument("--sort", choices=("tottime", "cumtime"), default="tottime", help="own time, or with callees")
    parser.add_argument("--callers", metavar="PATTERN", help="also list who calls functions of this name")
    options = parser.parse_args()
    profile = cProfile.Profile(time.thread_time)
    with TemporaryDirectory(prefix="bench-") as folder, ledger() as books, source() as till:
        job = prepare(takings_task(books, till, Path(folder), **JOBS[options.job]).order)
        profile.enable()
        job.run()
        profile.disable()
        job.afterwards()
    stats = pstats.Stats(profile).strip_dirs().sort_stats(options.sort)
    stats.print_stats(options.lines)
    if options.callers:
        stats.print_callers(options.callers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
