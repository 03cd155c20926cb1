"""The arithmetic of budgets, for any order of calls."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from takings.connect import windows
from takings.connect.windows import LENGTH, PLACES, Block, Seen

LIMIT = 12
MOMENTS = st.floats(0, 500, allow_nan=False)
BLOCKS = st.lists(st.builds(Block, last=MOMENTS, used=st.integers(0, 10), place=st.just(-1)), max_size=30)


@given(BLOCKS, MOMENTS)
def test_a_call_opens_at_the_first_moment_within_the_limit(blocks: list[Block], now: float) -> None:
    opens = windows.opens_at(blocks, now, LIMIT)
    assert opens >= now
    assert windows.counted(blocks, opens) < LIMIT
    if opens > now:
        assert windows.counted(blocks, opens - 1e-6) >= LIMIT


@given(BLOCKS, MOMENTS)
def test_placing_keeps_every_call_counted(blocks: list[Block], now: float) -> None:
    alive = windows.live(blocks, now)
    placed = windows.placed(alive)
    assert windows.counted(placed, now) >= windows.counted(alive, now) - 0
    assert sum(one.used for one in placed) == sum(one.used for one in alive)
    assert len(placed) <= PLACES
    assert len({one.place for one in placed}) == len(placed)
    assert all(0 <= one.place < PLACES for one in placed)


@given(BLOCKS, st.integers(0, LIMIT), MOMENTS)
def test_after_a_correction_no_more_is_free_than_the_ledger_said(blocks: list[Block], left: int, now: float) -> None:
    found = windows.corrected(blocks, limit=LIMIT, seen=Seen(left, now), now=now, evidence=3)
    assert LIMIT - windows.counted(found, now) <= left
    # Nor is more withheld than what replies in flight can explain.
    ours = LIMIT - windows.counted(blocks, now)
    assert LIMIT - windows.counted(found, now) >= min(left, ours)


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 10), st.integers(0, 10)), max_size=60))
def test_no_stretch_of_a_window_holds_more_calls_than_the_limit(steps: list[tuple[float, int, int]]) -> None:
    """Reserve, use a part at once, give back the rest: as the rows do."""
    now, blocks, calls, previous = 0.0, list[Block](), list[float](), None
    for pause, wanted, used in steps:
        now += pause
        if previous is not None:
            reserved, spent, last = previous
            blocks = windows.settled(blocks, reserved=reserved, used=spent, last=last)
        blocks = windows.live(blocks, now)
        free = LIMIT - windows.counted(blocks, now)
        if free <= 0:
            previous = None
            now = windows.opens_at(blocks, now, LIMIT)
            continue
        block = Block(now + 2.0, min(free, wanted))
        blocks = windows.placed([*blocks, block])
        spent = min(used, block.used)
        calls += [now] * spent
        previous = (block, spent, now)
    for first in calls:
        assert sum(first <= at < first + LENGTH - 1e-6 for at in calls) <= LIMIT


@given(MOMENTS, st.integers(1, 10), st.integers(0, 10))
def test_settling_twice_changes_nothing_more(at: float, reserved: int, used: int) -> None:
    block = Block(at + 2, reserved, 0)
    once = windows.settled([block], reserved=block, used=min(used, reserved), last=at)
    assert windows.settled(once, reserved=block, used=0, last=0.0) == once or used >= reserved
