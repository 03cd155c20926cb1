"""Starts a plugin's stand-in server as a child process, and ends it whatever happens."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

from takings.errors import InstallationError
from takings.plugin import Sandbox

#: How long a sandbox may take to say that it is ready, and to end by itself, in seconds.
START, END = 20.0, 3.0


class RunningSandbox:
    """A sandbox as a child process; `ready` is its ready line. A context manager that ends it."""

    def __init__(self, component: str, sandbox: Sandbox, data: Path) -> None:
        self.component = component
        self._errors: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._child = subprocess.Popen(  # noqa: S603 - the module is one that an installed plugin declares
            _arguments(sandbox, data),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # Ctrl-C is for us: it must not end the ledger before the last call to it is answered.
            start_new_session=True,
        )
        self._lines: Queue[bytes] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_ready(self) -> dict[str, Any]:
        """Return the ready line; raises `InstallationError` that says why it does not come."""
        try:
            line = self._lines.get(timeout=START)
        except Empty:
            raise InstallationError(
                f"The stand-in server of {self.component} did not start within {START:.0f} seconds.{self._said()}"
            ) from None
        try:
            ready = json.loads(line)
        except ValueError:
            ready = None
        if not isinstance(ready, dict) or not ready.get("ready"):
            self._end()
            raise InstallationError(f"The stand-in server of {self.component} did not start.{self._said()}")
        return ready

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._errors.close()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def _said(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return f" It said: {lines[-1]}" if lines else ""

    def _end(self) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        if not self._child.stdin.closed:
            with suppress(BrokenPipeError):
                self._child.stdin.close()
        for harder in (self._child.terminate, self._child.kill):
            try:
                self._child.wait(END)
                break
            except subprocess.TimeoutExpired:
                harder()
        self._child.wait()
        self._reader.join()
        self._child.stdout.close()


def _arguments(sandbox: Sandbox, data: Path) -> list[str]:
    kept = ["--data", str(data)] if sandbox.keeps_data else []
    if sandbox.keeps_data:
        data.mkdir(parents=True, exist_ok=True)
    return [sys.executable, "-m", sandbox.module, "--port", "0", "--until-stdin-closes", *kept, *sandbox.args]
