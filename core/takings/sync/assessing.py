"""Decides, without any I/O, whether a day can be posted, is to be held, or has nothing to post."""

from __future__ import annotations

from dataclasses import dataclass

from takings.domain.balance import check_balance
from takings.domain.day import DaySummary
from takings.domain.findings import Finding, Severity
from takings.domain.mapping import MappedDay, MappingTable, map_day
from takings.domain.money import ZERO, show_amount
from takings.store.states import DayState


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a day comes to: `mapped` is given exactly when the state is pending."""

    state: DayState
    findings: tuple[Finding, ...] = ()
    mapped: MappedDay | None = None


def assess(day: DaySummary, table: MappingTable, *, conflicts: int = 0) -> Assessment:
    """Say where a day stands by its content and the mapping; `conflicts` counts other contents of its revision."""
    warnings = (beside_finding(day, conflicts),) if conflicts else ()
    if day.is_empty:
        return Assessment(state=DayState.NOTHING, findings=warnings)
    findings = (*_taxes_stated(day), *check_balance(day))
    mapped = map_day(day, table)
    if not isinstance(mapped, MappedDay):
        return Assessment(state=DayState.HELD, findings=(*findings, *mapped, *warnings))
    if findings:
        return Assessment(state=DayState.HELD, findings=(*findings, *warnings))
    return Assessment(state=DayState.PENDING, findings=warnings, mapped=mapped)


def beside_finding(day: DaySummary, conflicts: int) -> Finding:
    """Return the finding for a day beside whose content others of the same revision are kept."""
    others = "another content" if conflicts == 1 else f"{conflicts} other contents"
    return Finding(
        code="record.conflict",
        what=f"{day.key} came with {others} under the same revision {day.revision}",
        why="A changed day must have a higher revision; the first content stands, the other is kept beside it",
        do="Ask the POS's support which one is right, and have it send that one with a higher revision",
        where="day",
        severity=Severity.WARNING,
        subject=str(day.key),
    )


def _taxes_stated(day: DaySummary) -> tuple[Finding, ...]:
    tax = sum((one.amount for one in day.taxes), ZERO)
    if day.charges_tax or not tax:
        return ()
    currency = day.site.currency
    return (
        Finding(
            code="day.tax_not_charged",
            what=f"{day.key} is of a venue without tax, and states {show_amount(tax, currency)} {currency} of it",
            why="One of the two is wrong, and a document without tax would not show it",
            do="Have the POS say whether the venue charges tax, and send the day again as a new revision",
            where="day",
            subject=str(day.key),
        ),
    )


def conflict_finding(day: DaySummary, *, older_than: int) -> Finding:
    """Return the finding for a record that can't replace the one that stands with revision `older_than`."""
    if day.revision < older_than:
        return Finding(
            code="record.older",
            what=f"Revision {day.revision} of {day.key} came after revision {older_than}",
            why="It is kept, and the newer one stands",
            where="day",
            severity=Severity.INFO,
            subject=str(day.key),
        )
    return beside_finding(day, 1)
