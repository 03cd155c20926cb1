"""Which business dates a run reads and posts when no period was named."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlmodel import Session, col

from takings.domain.period import Period
from takings.store.query import columns
from takings.store.states import DayState, Decision
from takings.store.tables import Day, Integration
from takings.sync.agreed import asks_nobody_since, confirmed_periods, confirms
from takings.sync.changes import decided_as
from takings.sync.joint import Joint


def usual_period(session: Session, joint: Joint, now: datetime) -> Period:
    """Return the trailing window, begun earlier where the newest day that is known is older."""
    integration = joint.integration
    today = joint.today(now)
    first = today - timedelta(days=integration.trailing_days)
    posted = case((col(Day.unit_id).is_not(None), Day.business_date))
    newest, oldest_posted = session.execute(
        columns(func.max(Day.business_date), func.min(posted)).where(Day.integration_id == integration.id)
    ).one()
    if newest:
        first = min(first, newest)
    if integration.start_date:
        begun = [integration.start_date, *(one.first for one in confirmed_periods(integration))]
        begun += [one for one in (integration.history_from, oldest_posted) if one]
        first = max(first, min(*begun, today))
    return Period(first, today)


def whatever_the_period() -> ColumnElement[bool]:
    """Return the condition of days that each sync takes in: half posted, or decided to be posted anew or adjusted."""
    return or_(
        col(Day.state) == DayState.PARTLY.value,
        and_(col(Day.state) == DayState.HELD.value, col(Day.generation) > 1),
        and_(col(Day.state) == DayState.CHANGED.value, decided_as(Decision.REPOST, Decision.ADJUST)),
    )


def with_waiting(
    session: Session, integration: Integration, period: Period, *, mended: Collection[date] = ()
) -> Period:
    """Return a usual period, begun earlier where a day that needs no more asking waits from before it.

    A day may be mended, or pushed, long after it left the window that is read again; `mended` are such dates besides.
    """
    since = asks_nobody_since(integration)
    if since is None:
        return period
    is_confirmed = confirms(integration)
    allowed = [col(Day.business_date) >= since]
    allowed += [col(Day.business_date).between(one.first, one.last) for one in confirmed_periods(integration)]
    oldest = session.execute(
        columns(func.min(Day.business_date)).where(
            Day.integration_id == integration.id,
            Day.state == DayState.PENDING.value,
            Day.business_date < period.first,
            or_(*allowed),
        )
    ).scalar_one()
    dates = [one for one in (oldest, *mended) if one and one < period.first and is_confirmed(one)]
    return Period(min(dates), period.last) if dates else period
