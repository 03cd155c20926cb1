"""Starts the stand-in server that a component declares, as a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any

from takings.plugin import Sandbox

#: How long a stand-in may take to say that it is ready, and to end, in seconds.
START, END = 30.0, 5.0


class SandboxFailed(Exception):
    """A stand-in did not start as the contract says; the text has what it said last."""


class RunningSandbox:
    """A declared stand-in while it runs; entering gives its ready line. It ends when the block does.

    >>> with RunningSandbox(declaration.sandbox, folder) as ready:  # doctest: +SKIP
    ...     ready["installation"]
    """

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox, self._folder = sandbox, folder
        self._child: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._lines: Queue[bytes] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)

    def start(self) -> dict[str, Any]:
        """Start it and return its ready line; raises `SandboxFailed`."""
        kept = ["--data", str(self._folder)] if self._sandbox.keeps_data else []
        self._folder.mkdir(parents=True, exist_ok=True)
        module = [self._sandbox.module, "--port", "0", "--until-stdin-closes", *kept, *self._sandbox.args]
        self._child = subprocess.Popen(  # noqa: S603 - the module that the plugin under test declares
            [sys.executable, "-m", *module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # A plugin that is tested from its sources is on our path, and must be on the child's.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            start_new_session=True,
        )
        self._reader.start()
        try:
            ready = json.loads(self._lines.get(timeout=START))
        except (Empty, ValueError):
            ready = None
        if not isinstance(ready, dict) or ready.get("ready") is not True:
            said = self._said()
            self.stop()
            raise SandboxFailed(f"python -m {self._sandbox.module} printed no ready line. {said}".strip())
        return ready

    def stop(self) -> None:
        """Close its standard input, which ends it, and wait."""
        child, self._child = self._child, None
        if child is not None:
            assert child.stdin is not None
            assert child.stdout is not None
            with suppress(BrokenPipeError):
                child.stdin.close()
            for harder in (child.terminate, child.kill):
                with suppress(subprocess.TimeoutExpired):
                    child.wait(END)
                    break
                harder()
            child.wait()
            self._reader.join()
            child.stdout.close()
        self._errors.close()

    def __enter__(self) -> dict[str, Any]:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._sandbox.module!r})"

    def _read(self) -> None:
        child = self._child
        assert child is not None
        assert child.stdout is not None
        for line in child.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def _said(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return f"It said: {lines[-1]}" if lines else ""
