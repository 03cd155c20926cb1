"""Is responsible for what a simulator can be told when it is started, and for turning that into its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from .books import Books, GeneratedBooks, Key, NewPaymethod, RecordedBooks
from .clock import Clock
from .faults import Fault
from .quirks import SCHEDULES, Quirks
from .state import Revisions, State
from .venue_list import VENUES


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a simulator simulates.

    `records` is a folder of records to serve instead of made-up ones. `awkward` is none, few or all. `amend`
    says after how many reads a close is amended. `page_size` is at most 100.
    """

    venue: str = "anchor"
    seed: int = 1
    records: Path | None = None
    revisions: Revisions = "latest"
    awkward: str = "none"
    tenders: tuple[str, ...] = ()
    quirks: tuple[tuple[date, str], ...] = ()
    amend: tuple[tuple[Key, int], ...] = ()
    new_paymethods: tuple[NewPaymethod, ...] = ()
    faults: tuple[Fault, ...] = ()
    page_size: int = 100
    relative_next: bool = False
    data: Path | None = None
    stopped_at: datetime | None = None
    running: Callable[[], datetime] | None = field(default=None, compare=False)

    def clock(self) -> Clock:
        """Make the clock, stopped when a moment was given."""
        clock = Clock(self.running)
        clock.stop(self.stopped_at)
        return clock

    def books(self, now: Callable[[], datetime]) -> Books:
        """Make the books; raises ValueError for a folder, paymethod or quirk that is none."""
        if self.records:
            return RecordedBooks(self.records)
        quirks = Quirks(SCHEDULES[self.awkward])
        for day, name in self.quirks:
            quirks.add(day, name)
        return GeneratedBooks(
            VENUES[self.venue],
            now,
            seed=self.seed,
            only_tenders=self.tenders,
            quirks=quirks,
            new_paymethods=list(self.new_paymethods),
        )

    def state(self, now: Callable[[], datetime]) -> State:
        """Make the memory of a simulator, with what an earlier one kept in `data`."""
        file = self.data / "impos-simulator.json" if self.data else None
        state = State(self.books(now), self.revisions, file, list(self.faults))
        for key, reads in self.amend:
            state.amend(key, after_reads=reads)
        return state
