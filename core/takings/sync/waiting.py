"""Reads what a sync works on: days that wait for posting or to be adjusted, and units of which a part is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlmodel import Session

from takings.domain.day import DaySummary
from takings.domain.findings import Finding
from takings.domain.period import Period
from takings.store.journal import UnitRow
from takings.sync.adjustments import Adjusting, load_adjustments, settle_adjusting
from takings.sync.combining import surveyed, widened_for
from takings.sync.intents import open_units
from takings.sync.joint import Joint, Services, load_table
from takings.sync.orders import Order
from takings.sync.planning import Candidate, load_candidates
from takings.sync.reaching import tell_beyond
from takings.sync.rechecking import held_no_more, recheck_held
from takings.sync.units import plannable
from takings.sync.windows import with_waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingWork:
    """Days to plan, units of which a part is `left`, and the ids of held days that are planned again (`mended`).

    `beyond` says what of it is not of the period that was asked for.
    """

    candidates: list[Candidate]
    left: list[UnitRow]
    mended: frozenset[int]
    beyond: tuple[Finding, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether there is something to plan."""
        return bool(self.candidates or self.left)

    def survey_period(self, today: date) -> Period:
        """Return the period that the ledger is surveyed for; something must wait."""
        dates = [one.key.business_date for one in self.candidates]
        dates += [day for unit in self.left for day in (unit.first, unit.last)]
        if any(one.adjusts is not None for one in self.candidates):  # dated today, beside what stands there
            dates.append(today)
        return surveyed(dates)


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
        reached = order.period
        if order.watching:
            reached = with_waiting(session, joint.integration, reached, mended=mended.values())
        found, adjusting = _read(session, joint, order.period, reached=reached, mended=mended, remembered=remembered)
    if adjusting.held or adjusting.nothing:
        with services.database.write() as session:
            settle_adjusting(session, adjusting, now)
    return found


def foresee_waiting(session: Session, joint: Joint, period: Period) -> WaitingWork:
    """Read what a sync of a period would work on; writes nothing."""
    return _read(session, joint, period, reached=period, mended=held_no_more(session, joint))[0]


def _read(
    session: Session,
    joint: Joint,
    period: Period,
    *,
    reached: Period,
    mended: Mapping[int, date],
    remembered: Mapping[int, DaySummary] = MappingProxyType({}),
) -> tuple[WaitingWork, Adjusting]:
    table, widened = load_table(session, joint), widened_for(joint.integration, reached)
    candidates = load_candidates(session, joint, table, period=widened, mended=mended, remembered=remembered)
    adjusting = load_adjustments(session, joint, table)
    candidates += adjusting.candidates
    left = plannable(session, open_units(session, joint))
    beyond = tell_beyond(candidates, left, period=period, reached=reached)
    return (
        WaitingWork(candidates=candidates, left=left, mended=frozenset(mended), beyond=tuple(beyond)),
        adjusting,
    )
