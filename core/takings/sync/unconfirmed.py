"""Which days wait for somebody to confirm them: those of the past of which nobody has seen the counts and totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from takings.domain.findings import Finding, Severity
from takings.domain.period import Period
from takings.store.query import columns, fields
from takings.store.states import DayState
from takings.store.tables import Day, Integration
from takings.sync.agreed import is_before_that, is_in
from takings.sync.joint import Joint

_DAY, _INTEGRATION = fields(Day), fields(Integration)
_CODE = "run.waits_for_confirmation"


def past_days(*wanted: Any) -> Any:
    """Return a query of the pending days from before integrations post by themselves, confirmed or not, in order.

    Its rows have `wanted`, then the date and the periods that somebody confirmed, for `is_unconfirmed`. A day that is
    posted anew is none of them: somebody decided about it.
    """
    return (
        columns(*wanted, _DAY.business_date, _INTEGRATION.confirmed)
        .where(
            is_before_that(),
            _DAY.state == DayState.PENDING.value,
            _DAY.generation == 1,
        )
        .order_by(_DAY.business_date, _DAY.sequence)
    )


def is_unconfirmed(day: date, confirmed: Iterable[Sequence[str]]) -> bool:
    """Whether a date is in none of the periods that somebody confirmed."""
    return not is_in(day, confirmed)


def tell_unconfirmed(session: Session, joint: Joint, told: Iterable[Finding]) -> list[Finding]:
    """Tell of the days that wait to be confirmed, however old they are, but for those that a run has `told` of."""
    rows = session.execute(past_days().where(_DAY.integration_id == joint.integration.id))
    subjects = [one.subject.split(" to ") for one in told if one.code == _CODE and one.subject]
    known = [(ends[0], ends[-1]) for ends in subjects]
    left = [day for day, confirmed in rows if is_unconfirmed(day, confirmed) and is_unconfirmed(day, known)]
    return [_days_wait(left)] if left else []


def _days_wait(dates: Sequence[date]) -> Finding:
    period, count = Period(dates[0], dates[-1]), len(dates)
    return Finding(
        code="run.waits_for_confirmation",
        what=f"{count} day{'s' if count != 1 else ''} of the past ({period}) wait{'s' if count == 1 else ''} to be "
        "confirmed",
        why="Nothing of the past is posted before somebody has seen its counts and totals",
        do="Sync these days by hand, look at what would be posted, and confirm its count; or never post them",
        severity=Severity.WARNING,
        subject=str(period),
    )
