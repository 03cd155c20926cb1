"""The part of the engine that asks about days which look unusual, and takes the answer for many of them at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from takings.domain.money import ZERO
from takings.domain.period import Period
from takings.engine.base import EngineBase
from takings.engine.decided import show_decided
from takings.errors import ConfirmationNeeded, NotFound
from takings.setup.lookup import find_integration
from takings.store.states import DayState, Decision
from takings.store.tables import Day, Integration
from takings.sync import showing
from takings.sync.confirmed import confirmable
from takings.sync.deciding import decide_days
from takings.sync.joint import load_table
from takings.views import DayView, DecidedView, Principal, ToConfirmView


class Confirming(EngineBase):
    """Confirmations of held days that are right although they look unusual, or posted already."""

    def to_confirm(self, principal: Principal, ref: str, period: Period | None = None) -> ToConfirmView:
        """Show the held days that somebody can confirm, with their count and total; without a period, all of them."""
        with self.database.read() as session:
            row = find_integration(session, principal.owner, ref)
            return _to_confirm(session, row, period)

    def confirm_days(
        self,
        principal: Principal,
        ref: str,
        period: Period | None = None,
        *,
        reason: str,
        count: int | None = None,
    ) -> DecidedView:
        """Confirm all held days that can be confirmed (of a period), as `decide(…, "post_anyway")` does for one.

        The next sync posts them. `count` is how many somebody saw: raises ConfirmationNeeded where it is another
        number now, NotFound where there is nothing to confirm, and UsageError without a reason.
        """
        self._given(reason)
        with self.database.write() as session:
            joint = self._joint(session, principal, ref)
            waiting = _to_confirm(session, joint.integration, period)
            if not waiting.count:
                raise NotFound("day that waits to be confirmed in", waiting.period or joint.integration.name)
            if count is not None and count != waiting.count:
                raise ConfirmationNeeded(waiting.count, str(waiting), given=count)
            closes = {(one.business_date, one.sequence) for one in waiting.days}
            decide_days(
                session,
                joint,
                _held(session, joint.integration, period),
                decision=Decision.POST_ANYWAY,
                reason=reason,
                by=principal.name,
                table=load_table(session, joint),
                now=self.clock.now(),
                request_id=principal.request_id,
            )
            return show_decided(session, joint, closes, decision=Decision.POST_ANYWAY)


def _to_confirm(session: Session, row: Integration, period: Period | None) -> ToConfirmView:
    held = _held(session, row, period)
    days: Sequence[DayView] = ()
    if held:
        dates = [one.business_date for one in held]
        shown = showing.show_days(session, row, Period(min(dates), max(dates)), states=(DayState.HELD.value,))
        closes = {(one.business_date, one.sequence) for one in held}
        days = [one for one in shown if (one.business_date, one.sequence) in closes]
    return ToConfirmView(
        integration=row.name,
        period=str(period or (Period(days[0].business_date, days[-1].business_date) if days else "")),
        currency=days[0].currency if days else "",
        count=len(days),
        total=sum((one.total for one in days), ZERO),
        days=tuple(days),
    )


def _held(session: Session, row: Integration, period: Period | None) -> list[Day]:
    """Return the held days that have something to confirm, whatever else they have."""
    query = select(Day).where(Day.integration_id == row.id, Day.state == DayState.HELD.value)
    if period:
        query = query.where(Day.business_date >= period.first, Day.business_date <= period.last)
    query = query.order_by(col(Day.business_date), col(Day.sequence), col(Day.site))
    return [one for one in session.exec(query) if confirmable(one.findings)]
