"""Starts syncs in processes of their own, and ends them by SIGKILL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]

#: Seconds after which a process counts as hanging, and fails its test.
PATIENCE = 120.0


class SyncStarter:
    """Starts processes from one that has everything imported, `module`; a context manager."""

    def __init__(self, folder: Path, module: str = "tests.support.sync_process") -> None:
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._folder, self._count = folder, 0
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", module],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert self._answer() == "ready"
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, by force after fifteen seconds."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=60)
        process.stdout.close()

    def start(self, order: dict[str, Any]) -> SyncProcess:
        """Start one sync."""
        self._count += 1
        result = self._folder / f"result-{self._count}.json"
        return SyncProcess(self, int(self.ask({**order, "result": str(result)})), result)

    def ask(self, order: dict[str, Any]) -> Any:
        """Send an order and return its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


class SyncProcess:
    """One started sync; it must be waited for."""

    def __init__(self, starter: SyncStarter, pid: int, result: Path) -> None:
        self._starter, self._pid, self._result = starter, pid, result

    def kill(self) -> None:
        """Kill it with -9 and wait for its end."""
        os.kill(self._pid, signal.SIGKILL)
        self.wait_killed()

    def wait_killed(self) -> None:
        """Wait until it was killed; fails when it ended otherwise."""
        code = self._wait()
        assert code == -signal.SIGKILL, f"the sync ended with {code}: {self.said()}"

    def ended(self) -> bool:
        """Say whether it has ended."""
        return bool(self._starter.ask({"poll": self._pid}))

    def end(self) -> dict[str, Any]:
        """Wait for its end, however it comes, and return what the sync came to."""
        assert self._wait() in {0, -signal.SIGKILL}
        return self.said()

    def finish(self) -> dict[str, Any]:
        """Wait for its end and return what the sync came to."""
        code = self._wait()
        assert code == 0, f"the sync ended with {code}"
        return self.said()

    def said(self) -> dict[str, Any]:
        """Return what the sync wrote about itself, if it came that far."""
        found: dict[str, Any] = json.loads(self._result.read_text()) if self._result.exists() else {}
        return found

    def _wait(self) -> int:
        code = self._starter.ask({"wait": self._pid, "timeout": PATIENCE})
        assert code is not None, f"a sync did not end within {PATIENCE} s"
        return int(code)
