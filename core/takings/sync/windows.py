"""Which business dates a run reads when no period was named."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session

from takings.domain.period import Period
from takings.store.query import columns
from takings.store.tables import Day
from takings.sync.confirming import confirmed_periods
from takings.sync.joint import Joint


def usual_period(session: Session, joint: Joint, now: datetime) -> Period:
    """Return the trailing window, begun earlier where the newest day that is known is older."""
    integration = joint.integration
    today = joint.today(now)
    first = today - timedelta(days=integration.trailing_days)
    newest = session.execute(
        columns(func.max(Day.business_date)).where(Day.integration_id == integration.id)
    ).scalar_one()
    if newest:
        first = min(first, newest)
    if integration.start_date:
        begun = [integration.start_date, *(one.first for one in confirmed_periods(integration))]
        begun += [integration.history_from] if integration.history_from else []
        first = max(first, min(*begun, today))
    return Period(first, today)
