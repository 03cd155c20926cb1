"""What changed between two contents of one day, in words and amounts. Pure."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from takings.domain.day import DaySummary, Prices
from takings.domain.findings import Finding, Severity
from takings.domain.money import ZERO, show_amount


def difference_finding(posted: DaySummary, now: DaySummary) -> Finding:
    """Say how a day that was posted differs from what the source says now."""
    currency = now.site.currency
    total = now.counted_total - posted.counted_total
    parts = [
        f"{what} {show_amount(before, currency)} → {show_amount(after, currency)}"
        for what, before, after in compare_amounts(posted, now)
    ]
    more = f" {'more' if total > 0 else 'less'}" if total else ""
    return Finding(
        code="day.changed",
        what=f"{now.key} was posted and came again with other content: "
        f"a difference of {show_amount(abs(total), currency)} {currency}{more}",
        why=f"Revision {now.revision} came after revision {posted.revision} was posted: "
        f"{'; '.join(parts) or 'no amount differs'}",
        do="Nothing was changed in the ledger: decide to post the day again, to adjust it, or to leave it",
        where="day",
        severity=Severity.WARNING,
        subject=str(now.key),
    )


def compare_amounts(posted: DaySummary, now: DaySummary) -> list[tuple[str, Decimal, Decimal]]:
    """Return what has another amount now: accounts with their tax code, taxes on top of them, payment methods.

    Where none of these has, sales may have moved between departments, categories or parts of the day.
    """
    return _differing(_amounts(posted), _amounts(now)) or _differing(_tracked(posted), _tracked(now))


def _differing(before: dict[str, Decimal], after: dict[str, Decimal]) -> list[tuple[str, Decimal, Decimal]]:
    return [
        (what, before.get(what, ZERO), after.get(what, ZERO))
        for what in sorted({*before, *after})
        if before.get(what, ZERO) != after.get(what, ZERO)
    ]


def _amounts(day: DaySummary) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in day.lines:
        amounts[f"account {line.account}{f' ({line.tax_code})' if line.tax_code else ''}"] += line.amount
    for total in day.taxes if day.prices is Prices.EXCLUSIVE else ():
        amounts[f"tax {total.tax_code or total.account}".rstrip()] += total.amount
    for tender in day.tenders:
        amounts[f"payment method {tender.code}"] += tender.counted
    return amounts


def _tracked(day: DaySummary) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in day.lines:
        for what, name in (("department", line.department), ("category", line.category), ("day part", line.day_part)):
            amounts[f"{what} {name}"] += line.amount if name else ZERO
    return amounts
