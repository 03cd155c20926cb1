"""Everything one sandbox consists of: its file, clock, switches, limits, faults and counters."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from takings_xero.sandbox.counters import Counters
from takings_xero.sandbox.faults import Faults
from takings_xero.sandbox.limits import Limits
from takings_xero.sandbox.starting import CannotStart, Claim
from takings_xero.sandbox.store import Store
from takings_xero.sandbox.switches import Switches, changed

Clock = Callable[[], float]


class World:
    """The state of one sandbox; the data folder holds what survives a restart. Raises CannotStart."""

    def __init__(self, data: Path, clock: Clock = time.time) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._claim = Claim(data)
        try:
            self.store = Store(data / "xero-sandbox.sqlite3")
            self.switches = changed(Switches(), self.store.note("switches", {}))
        except (sqlite3.Error, msgspec.ValidationError) as error:
            self._claim.release()
            raise CannotStart(f"The Xero sandbox cannot use what {data} holds: {error}.") from error
        self.clock = clock
        self.limits = Limits()
        self.faults = Faults()
        self.counters = Counters()
        self.url = ""
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return the sandbox's time in seconds since 1970."""
        return self.clock() + self.switches.clock_offset

    def switch(self, **changes: Any) -> Switches:
        """Change switches and keep them; raises msgspec.ValidationError for an unknown name or wrong value."""
        with self._lock:
            self.switches = changed(self.switches, changes)
            self.store.remember("switches", msgspec.to_builtins(self.switches))
            return self.switches

    def close(self) -> None:
        """Release held calls and close the file."""
        self.faults.close()
        self.store.close()
        self._claim.release()
