"""Whether a day summary balances: its lines must come to what was counted."""

from __future__ import annotations

from takings.domain.day import DaySummary, Prices
from takings.domain.findings import Finding
from takings.domain.money import show_amount


def check_balance(day: DaySummary) -> tuple[Finding, ...]:
    """Return a finding when lines and counted tenders differ."""
    if not day.difference:
        return ()
    currency = day.site.currency
    on_top = f"{show_amount(day.tax_on_top, currency)} of tax on top among it, "
    among = on_top if day.prices is Prices.EXCLUSIVE else ""
    return (
        Finding(
            code="day.unbalanced",
            what=f"{day.key} does not balance: {show_amount(day.difference, currency)} {currency} more was "
            "counted than its lines come to"
            if day.difference > 0
            else f"{day.key} does not balance: its lines come to {show_amount(-day.difference, currency)} "
            f"{currency} more than was counted",
            why=f"The lines come to {show_amount(day.lines_total, currency)}, {among}the counted payment methods to "
            f"{show_amount(day.counted_total, currency)} {currency}",
            do="Correct the day in the POS, so that it sends a new revision",
            where="day",
            subject=str(day.key),
        ),
    )
