"""A clock that several processes share, and that moves on by waiting: nobody sits through a ledger's minute."""

from __future__ import annotations

import mmap
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

_SHIFT = struct.Struct("d")


class MovingClock:
    """The machine's clock, put forward by what all who hold the same file have waited."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_SHIFT.pack(0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _SHIFT.size)

    def now(self) -> datetime:
        """Return the shifted instant, in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def seconds(self) -> float:
        """Return it in seconds since 1970, as a ledger's stand-in wants it."""
        return time.time() + self._shift()

    def wait(self, seconds: float) -> None:
        """Move on instead of waiting."""
        self._shared[:] = _SHIFT.pack(self._shift() + seconds)

    def close(self) -> None:
        """Let the file go."""
        self._shared.close()

    def _shift(self) -> float:
        (shift,) = _SHIFT.unpack(self._shared[:])
        return float(shift)
