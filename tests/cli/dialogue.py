"""Is responsible for dialogues at a terminal of its own: what is shown is waited for, then something is typed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support import warm

#: How long anything may take on a slow machine that does other things too.
_SECONDS = 120.0
_QUIET = 5.0
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

#: What a terminal sends for Ctrl-C and Ctrl-D.
CTRL_C, CTRL_D = "\x03", "\x04"


class Dialogue:
    """One call of the command line at a terminal. A context manager that ends it where it still runs."""

    def __init__(self, *arguments: str | Path, columns: int = 110) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"TERM": "xterm"}
        self._child = warm.start("takings.cli", arguments, [theirs] * 3, environment=environment, terminal=True)
        os.close(theirs)
        self.shown = ""
        self._seen = 0

    def until(self, pattern: str) -> re.Match[str]:
        """Wait until something is shown that was not there at the last wait."""
        found = self._wait(pattern, _SECONDS)
        assert found, f"no {pattern!r} in time:\n{self.shown}"
        return found

    def type(self, text: str = "", *, end: str = "\n") -> None:
        """Type a line; nothing is Enter alone."""
        os.write(self._ours, f"{text}{end}".encode())

    def press(self, key: str, *, until: str) -> None:
        """Press a key until this is shown; more than once where it takes long.

        A signal that comes just before the program waits for the terminal is only noticed at the next key.
        """
        end = time.monotonic() + _SECONDS
        self.type(key, end="")
        while not self._wait(until, _QUIET):
            assert time.monotonic() < end, f"no {until!r} in time:\n{self.shown}"
            self.type(key, end="")

    def answer(self, *steps: tuple[str, str]) -> None:
        """Wait for each of these and type what stands beside it."""
        for pattern, text in steps:
            self.until(pattern)
            self.type(text)

    def ended(self) -> int:
        """Read to the end and return the exit code."""
        end = time.monotonic() + _SECONDS
        while self._read(0.2):
            assert time.monotonic() < end, f"it does not end:\n{self.shown}"
        return self._child.wait()

    def _wait(self, pattern: str, seconds: float) -> re.Match[str] | None:
        end = time.monotonic() + seconds
        while (found := re.search(pattern, self.shown[self._seen :])) is None:
            if time.monotonic() > end:
                return None
            assert self._read(0.2), f"it ended before {pattern!r}:\n{self.shown}"
        self._seen += found.end()
        return found

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if not ready:
            return True
        try:
            part = os.read(self._ours, 65536)
        except OSError:  # the terminal is closed with its last user
            return False
        self.shown += _COLOURS.sub("", part.decode()).replace("\r\n", "\n")
        return bool(part)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.kill()
        os.close(self._ours)
