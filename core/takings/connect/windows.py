"""The arithmetic of call budgets: pure, in seconds since 1970.

A ledger counts calls in fixed windows that begin when it likes. Whatever their beginning, none of them is ever
overrun by calls of which no more than the limit lie in *any* stretch of that length. So calls are remembered in
blocks, each counted until the whole length after its last call has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

#: A window of 60 s, and one more: the ledger counts a call when it arrives, which is later than it was sent.
LENGTH = 61.0
DAY = 86_400.0
#: Seconds for which what the ledger said can show that its window began anew.
FRESH = 5.0
#: So many blocks are remembered for one organisation; more are merged.
PLACES = 16


@dataclass(frozen=True, slots=True)
class Refusal:
    """No call now: the limit that stands in the way, and until when."""

    scope: str
    until: float


@dataclass(frozen=True, slots=True)
class Block:
    """Some calls that were made, or may still be made, not later than `last`; `place` is where it is stored."""

    last: float
    used: int
    place: int = -1


@dataclass(frozen=True, slots=True)
class Seen:
    """What the ledger said is left at one moment, less the calls that it may not have counted yet."""

    left: int
    at: float


def live(blocks: Iterable[Block], now: float) -> list[Block]:
    """Return the blocks that still count."""
    return [block for block in blocks if block.used > 0 and block.last + LENGTH > now]


def counted(blocks: Iterable[Block], now: float) -> int:
    """Return how many calls count at a moment."""
    return sum(block.used for block in live(blocks, now))


def opens_at(blocks: Iterable[Block], now: float, limit: int) -> float:
    """Return the first moment, not before `now`, at which one more call is within the limit."""
    over = counted(blocks, now) + 1 - limit
    if over <= 0:
        return now
    for block in sorted(live(blocks, now), key=lambda one: one.last):
        over -= block.used
        if over <= 0:
            return block.last + LENGTH
    return now + LENGTH  # a limit below one call


def corrected(blocks: Sequence[Block], *, limit: int, seen: Seen | None, now: float, evidence: int) -> list[Block]:
    """Believe the ledger where it counts otherwise.

    It counted more: somebody else calls too. It has just said that it has so much more left that `evidence` calls
    can't explain it: its window began anew, and what was called before is forgotten.
    """
    alive = live(blocks, now)
    if seen is None or seen.at + LENGTH <= now:
        return alive
    used = max(0, limit - seen.left)
    if seen.at + FRESH >= now and counted(alive, now) - used >= evidence:
        return [Block(now, used)] if used else []
    foreign = used - counted(blocks, seen.at)
    return [*alive, Block(seen.at, foreign)] if foreign > 0 else alive


def settled(blocks: Sequence[Block], *, reserved: Block, used: int, last: float) -> list[Block]:
    """Replace what was reserved by what was used of it; a block that is no longer there stays away."""
    return [
        replace(block, last=last, used=used) if (block.last, block.used) == (reserved.last, reserved.used) else block
        for block in blocks
    ]


def placed(blocks: Sequence[Block]) -> list[Block]:
    """Give each block a place of its own; where there are too many, the oldest are counted with the next older."""
    kept = sorted(blocks, key=lambda one: one.last)
    while len(kept) > PLACES:
        first, second, *rest = kept
        kept = [Block(second.last, first.used + second.used, second.place), *rest]
    taken = {block.place for block in kept}
    free = iter([place for place in range(PLACES) if place not in taken])
    return [block if block.place >= 0 else replace(block, place=next(free)) for block in kept]
