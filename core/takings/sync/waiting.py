"""Reads what a sync works on: days that wait for posting or to be adjusted, and units of which a part is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from takings.domain.day import DaySummary
from takings.store.journal import UnitRow
from takings.sync.adjustments import load_adjustments, settle_adjusting
from takings.sync.combining import widened_for
from takings.sync.intents import open_units
from takings.sync.joint import Joint, Services, load_table
from takings.sync.orders import Order
from takings.sync.planning import Candidate, load_candidates
from takings.sync.rechecking import recheck_held
from takings.sync.units import plannable
from takings.sync.windows import with_waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingWork:
    """Days to plan, units of which a part is `left`, and the ids of held days that are planned again (`mended`)."""

    candidates: list[Candidate]
    left: list[UnitRow]
    mended: frozenset[int]


def load_waiting(
    services: Services, joint: Joint, order: Order, *, remembered: Mapping[int, DaySummary]
) -> WaitingWork:
    """Read what waits; held days whose content is right are among it, since what holds them may have changed.

    `remembered` has days by the ids of their records, which need not be read again.
    """
    now = services.clock.now()
    with services.database.write() as session:
        mended = recheck_held(session, joint, now)
    with services.database.read() as session:
        table, period = load_table(session, joint), order.period
        if order.watching:
            period = with_waiting(session, joint.integration, period, mended=mended.values())
        period = widened_for(joint.integration, period)
        candidates = load_candidates(session, joint, table, period=period, mended=mended, remembered=remembered)
        adjusting = load_adjustments(session, joint, table)
        left = plannable(session, open_units(session, joint))
    if adjusting.held or adjusting.nothing:
        with services.database.write() as session:
            settle_adjusting(session, adjusting, now)
    return WaitingWork(candidates=candidates + adjusting.candidates, left=left, mended=frozenset(mended))
