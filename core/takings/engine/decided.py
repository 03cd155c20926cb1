"""What is shown of days that somebody has just decided about, whichever verb it was."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlmodel import Session

from takings.domain.period import Period
from takings.store.states import Decision
from takings.sync import showing
from takings.sync.deciding import TO_DO
from takings.sync.joint import Joint
from takings.views import DecidedView

#: A close: its business date, and which close of that date.
Close = tuple[date, int]


def show_decided(session: Session, joint: Joint, closes: Collection[Close], *, decision: Decision) -> DecidedView:
    """Show these closes as they are after a decision, which may wait for a sync."""
    session.flush()
    shown = showing.show_days(session, joint.integration, Period(min(closes)[0], max(closes)[0]))
    return DecidedView(
        integration=joint.integration.name,
        decision=decision.value,
        to_do=decision.value in TO_DO,
        days=tuple(one for one in shown if (one.business_date, one.sequence) in closes),
    )
