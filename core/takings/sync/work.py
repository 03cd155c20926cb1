"""The order of posting: which operations can go now, which wait for another, which can't go any more. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence

from takings.sync.operations import Pending


class Work:
    """Operations that are still to be sent, handed out in batches of one kind, first kind first."""

    def __init__(self, pending: Iterable[Pending], done: Collection[str], kinds: Sequence[str]) -> None:
        self._kinds = tuple(kinds)
        self._ready: dict[str, deque[Pending]] = {kind: deque() for kind in kinds}
        self._blocked: dict[str, tuple[Pending, set[str]]] = {}
        self._dependents: dict[str, list[str]] = defaultdict(list)
        self._blocked_of_kind: dict[str, int] = defaultdict(int)
        self._out: set[str] = set()
        known = {one.key: one for one in pending}
        hopeless: list[str] = []
        for one in known.values():
            missing = {key for key in one.operation.depends_on if key not in done}
            if not missing:
                self._ready[one.operation.kind].append(one)
                continue
            self._blocked[one.key] = (one, missing)
            self._blocked_of_kind[one.operation.kind] += 1
            for key in missing:
                self._dependents[key].append(one.key)
            hopeless += [key for key in missing if key not in known]
        for key in hopeless:
            self.failed(key)

    def take(self, largest: dict[str, int]) -> list[Pending]:
        """Return the next batch: a full one, or what is left of a kind where no more can join it; else nothing.

        What waits for operations that are ready themselves, with none on its way, is not waited for.
        """
        for kind in self._kinds:
            ready = self._ready[kind]
            if len(ready) >= largest[kind] or (ready and not self._blocked_of_kind[kind]):
                return self._hand_out(ready, largest[kind])
        if self._out:
            return []
        kind = next((kind for kind in self._kinds if self._ready[kind]), "")
        return self._hand_out(self._ready[kind], largest[kind]) if kind else []

    def _hand_out(self, ready: deque[Pending], most: int) -> list[Pending]:
        batch = [ready.popleft() for _ in range(min(len(ready), most))]
        self._out.update(one.key for one in batch)
        return batch

    def give_back(self, batch: Sequence[Pending]) -> None:
        """Take operations back that were not sent or not accepted; they go first."""
        self._out.difference_update(one.key for one in batch)
        for one in reversed(batch):
            self._ready[one.operation.kind].appendleft(one)

    def done(self, key: str) -> None:
        """Free what waited for this operation."""
        self._out.discard(key)
        for dependent in self._dependents.pop(key, ()):
            entry = self._blocked.get(dependent)
            if entry is None:
                continue
            one, missing = entry
            missing.discard(key)
            if not missing:
                del self._blocked[dependent]
                self._blocked_of_kind[one.operation.kind] -= 1
                self._ready[one.operation.kind].append(one)

    def failed(self, key: str) -> None:
        """Drop what waited for this operation, and what waited for that: it can't be sent in this run."""
        self._out.discard(key)
        for dependent in self._dependents.pop(key, ()):
            entry = self._blocked.pop(dependent, None)
            if entry is not None:
                self._blocked_of_kind[entry[0].operation.kind] -= 1
                self.failed(dependent)
