"""Child processes: servers that end with this one, and contestants that are ended when their time is over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
#: With two cores or more, servers keep off the contestants' core.
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
CONTESTANT_CORES, SERVER_CORES = (set(CORES[:1]), set(CORES[1:])) if len(CORES) > 1 else (set(), set())


class ContestantFailed(Exception):
    """A contestant ended early, or not at all."""


def environment() -> dict[str, str]:
    """Return the environment of a child: compiled files may be written, nothing of takings is set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAKINGS_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def _pin(process: subprocess.Popen[str], cores: set[int]) -> None:
    if cores:
        os.sched_setaffinity(process.pid, cores)


@contextmanager
def server(*arguments: str) -> Iterator[dict[str, Any]]:
    """Run a server of the project, and give its ready line; it ends when its stdin closes."""
    command = [sys.executable, "-m", *arguments, "--port", "0", "--until-stdin-closes"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
    )
    assert process.stdin
    assert process.stdout
    try:
        _pin(process, SERVER_CORES)
        line = process.stdout.readline()
        if not line:
            raise ContestantFailed(f"{arguments[0]} did not start")
        yield json.loads(line)
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


class Contestant:
    """One contestant's process, spoken to line by line; killed after `limit` seconds."""

    def __init__(self, module: str, *, python: Path | None = None, limit: float, options: Sequence[str] = ()) -> None:
        command = [str(python or sys.executable), *options, "-m", module]
        self.name = module.rpartition(".")[2]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
        )
        _pin(self._process, CONTESTANT_CORES)
        self._over = threading.Timer(limit, self._process.kill)
        self._over.daemon = True
        self._over.start()

    def ask(self, message: object) -> dict[str, Any]:
        """Send a line and wait for the answer; raises ContestantFailed when none comes."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise ContestantFailed(f"{self.name} ended early") from None
        line = self._process.stdout.readline()
        if not line:
            raise ContestantFailed(f"{self.name} gave no answer (see its error above), or its time was over")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._over.cancel()
        self._process.stdout.close()
