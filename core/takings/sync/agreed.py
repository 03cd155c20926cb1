"""Which dates are posted without asking: what an integration posts by itself, and what somebody confirmed of it.

The rule stands here twice: for the dates of one integration, and as the condition of a query of the days of many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_

from takings.domain.period import Period
from takings.domain.starting import asks_nobody_from
from takings.store.query import fields
from takings.store.tables import Day, Integration

_DAY, _INTEGRATION = fields(Day), fields(Integration)


def confirmed_periods(integration: Integration) -> list[Period]:
    """Return the periods that somebody confirmed."""
    return [Period(date.fromisoformat(first), date.fromisoformat(last)) for first, last in integration.confirmed]


def is_in(day: date, confirmed: Iterable[Sequence[str]]) -> bool:
    """Whether a date is in one of the periods that somebody confirmed, as they are stored."""
    return any(first <= day.isoformat() <= last for first, last in confirmed)


def confirms(integration: Integration) -> Callable[[date], bool]:
    """Return what says whether a date is posted without asking."""
    start, confirmed = asks_nobody_since(integration), integration.confirmed
    return lambda day: (start is not None and day >= start) or is_in(day, confirmed)


def asks_nobody_since(integration: Integration) -> date | None:
    """Return the date from which on an integration's days are posted without asking; None for a draft."""
    return asks_nobody_from(integration.start_date, integration.active_from)


def is_before_that() -> ColumnElement[bool]:
    """Return the condition of days from before their integration asks nobody; a draft's are none of them."""
    later = or_(_DAY.business_date < _INTEGRATION.start_date, _DAY.business_date < _INTEGRATION.active_from)
    return and_(_DAY.integration_id == _INTEGRATION.id, _INTEGRATION.active_from.is_not(None), later)
