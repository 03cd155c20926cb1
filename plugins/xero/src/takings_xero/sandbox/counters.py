"""What the sandbox has been asked: calls by method and resource, answers by status, bytes, connections."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Counters:
    """Counts since the start or the last reset."""

    calls: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    bytes_in: int = 0
    bytes_out: int = 0
    connections: int = 0
    dropped: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def connected(self) -> None:
        """A client opened a TCP connection."""
        with self._lock:
            self.connections += 1

    def started(self, name: str, size: int) -> None:
        """A call came in, for example `PUT Invoices`."""
        with self._lock:
            self.calls[name] += 1
            self.bytes_in += size
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def ended(self, status: int | None, size: int) -> None:
        """A call was answered; status None means that its connection was cut."""
        with self._lock:
            self.in_flight -= 1
            if status is None:
                self.dropped += 1
                return
            self.statuses[str(status)] += 1
            self.bytes_out += size

    def snapshot(self) -> dict[str, Any]:
        """Return all counts as plain JSON."""
        with self._lock:
            return {
                "calls": dict(sorted(self.calls.items())),
                "total_calls": self.calls.total(),
                "statuses": dict(sorted(self.statuses.items())),
                "rate_limited": self.statuses["429"],
                "bytes_in": self.bytes_in,
                "bytes_out": self.bytes_out,
                "connections": self.connections,
                "dropped": self.dropped,
                "in_flight": self.in_flight,
                "most_in_flight": self.most_in_flight,
            }

    def reset(self) -> None:
        """Start counting anew; calls in work stay counted as in flight."""
        with self._lock:
            self.calls.clear()
            self.statuses.clear()
            self.bytes_in = self.bytes_out = self.connections = self.dropped = 0
            self.most_in_flight = self.in_flight
