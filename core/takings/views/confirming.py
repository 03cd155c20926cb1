"""What the engine shows of days that somebody must look at before they are posted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from takings.views.work import DayView


@dataclass(frozen=True, slots=True, kw_only=True)
class ToConfirmView:
    """The held days that wait for somebody to say that they are right: of an unusual size, or looking posted.

    `count` is what has to be confirmed. `total` is what they come to; the findings of each day say why it is held.
    """

    integration: str
    period: str
    currency: str
    count: int
    total: Decimal
    days: tuple[DayView, ...] = ()

    def __str__(self) -> str:
        days = "1 day" if self.count == 1 else f"{self.count} days"
        when = f" of {self.period}" if self.period else ""
        look = "it looks" if self.count == 1 else "they look"
        return f"{days}{when}, {self.currency} {self.total:,} in all, would be posted although {look} unusual."
