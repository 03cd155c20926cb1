"""What a command costs before it does anything: subprocesses in turn, the quickest of each counts."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from bench.processes import environment
from bench.report import Finding, at_most
from bench.scenarios.bench import Bench


def measure(bench: Bench) -> Finding:
    """Time `takings --help` and `takings status` beside Python and an import of click."""
    takings = str(Path(sys.executable).with_name("takings"))
    commands = {
        'python -c "pass"': (sys.executable, "-c", "pass"),
        'python -c "import click"': (sys.executable, "-c", "import click"),
        "takings --help": (takings, "--help"),
        "takings status": (takings, "status"),
    }
    environ = environment() | {"TAKINGS_DATABASE": str(bench.folder / "start.db")}
    subprocess.run(
        (takings, "provision", "anchor", "--source", "impos", "--target", "xero"),
        env=environ, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(5 if bench.quick else 15):
        for name, command in commands.items():
            times[name].append(_milliseconds(command, environ))
    least = {name: min(found) for name, found in times.items()}
    base = least['python -c "import click"']
    return Finding(
        scenario="start",
        title="Start of the command line (least of fresh processes)",
        columns=("Command", "Wall ms", "× import click"),
        rows=[[name, found, found / base] for name, found in least.items()],
        checks=[
            at_most("start: takings --help", least["takings --help"] / base, 1.4, unit=" ×"),
            at_most("start: takings status", least["takings status"] / base, 1.7, unit=" ×"),
        ],
    )


def _milliseconds(command: tuple[str, ...], environ: dict[str, str]) -> float:
    before = time.perf_counter()
    subprocess.run(command, env=environ, check=True, capture_output=True, timeout=60)
    return (time.perf_counter() - before) * 1000
