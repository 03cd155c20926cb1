"""What changed between two contents of one day, in words and amounts. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from takings.domain.adjusting import named_customers
from takings.domain.day import DaySummary, Prices
from takings.domain.findings import Finding, Severity
from takings.domain.money import ZERO, show_amount


def difference_finding(posted: DaySummary, now: DaySummary) -> Finding:
    """Say how a day that was posted differs from what the source says now."""
    currency = now.site.currency
    total = now.counted_total - posted.counted_total
    amounts = _shown(compare_amounts(posted, now), currency)
    parts = amounts or ["no amount differs", *_differing_words(posted, now)]
    more = f" {'more' if total > 0 else 'less'}" if total else ""
    return Finding(
        code="day.changed",
        what=f"{now.key} was posted and came again with other content: "
        f"a difference of {show_amount(abs(total), currency)} {currency}{more}",
        why=f"Revision {now.revision} came after revision {posted.revision} was posted: {'; '.join(parts)}",
        do="Nothing was changed in the ledger: decide to post the day again, to adjust it, or to leave it",
        where="day",
        severity=Severity.WARNING,
        subject=str(now.key),
    )


def compare_amounts(posted: DaySummary, now: DaySummary) -> list[tuple[str, Decimal, Decimal]]:
    """Return what has another amount: accounts with their tax code, taxes on top, payment methods, customers.

    Where none of these has, sales may have moved between departments, categories or parts of the day.
    """
    found = [*_differing(_amounts(posted), _amounts(now)), *_differing(_customers(posted), _customers(now))]
    return found or _differing(_tracked(posted), _tracked(now))


def changed_besides(posted: DaySummary, now: DaySummary) -> tuple[str, ...]:
    """Say what changed besides amounts of accounts, taxes and payment methods: customers' shares, names, times."""
    currency = now.site.currency
    amounts = _differing(_customers(posted), _customers(now))
    if not _differing(_amounts(posted), _amounts(now)):
        amounts += _differing(_tracked(posted), _tracked(now))
    return (*_shown(amounts, currency), *_differing_words(posted, now))


def _shown(amounts: Iterable[tuple[str, Decimal, Decimal]], currency: str) -> list[str]:
    return [
        f"{what} {show_amount(before, currency)} → {show_amount(after, currency)}" for what, before, after in amounts
    ]


def _differing_words(posted: DaySummary, now: DaySummary) -> list[str]:
    """Return what is written otherwise, like `name of payment method CASH Cash → Notes`."""
    counted = {one.code: one.counted for one in posted.tenders}
    same = {one.code for one in now.tenders if counted.get(one.code) == one.counted}
    was, is_ = dict(_words(posted, same)), dict(_words(now, same))
    found = [
        f"{what} {was.get(what) or 'nothing'} → {is_.get(what) or 'nothing'}"
        for what in dict.fromkeys((*was, *is_))
        if was.get(what, "") != is_.get(what, "")
    ]
    amounts = _amounts(posted) != _amounts(now) or _customers(posted) != _customers(now)
    if found or amounts or _tracked(posted) != _tracked(now) or posted == replace(now, revision=posted.revision):
        return found
    return ["only details of its lines, like quantities or references"]


def _words(day: DaySummary, same: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what a day says in words; how payment methods were recorded only of those `same` in what was counted."""
    yield "name of the venue", day.site.name
    yield "prices", day.prices.value.replace("_", " ")
    yield "opened", day.opened_at.isoformat(" ", "minutes") if day.opened_at else ""
    yield "closed", day.closed_at.isoformat(" ", "minutes") if day.closed_at else ""
    yield "closed by", day.closed_by
    yield "number", day.number
    names: dict[str, set[str]] = defaultdict(set)
    for line in day.lines:
        names[f"names on account {line.account}"].add(line.name)
    yield from ((what, ", ".join(sorted(filter(None, some)))) for what, some in names.items())
    for tender in day.tenders:
        yield f"name of payment method {tender.code}", tender.name
        if tender.code not in same:
            continue
        yield f"recorded of payment method {tender.code}", show_amount(tender.recorded, day.site.currency)
        yield f"payments of payment method {tender.code}", str(tender.count)


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


def _customers(day: DaySummary) -> dict[str, Decimal]:
    return {f"customer {name} ({code})": amount for (code, name), amount in named_customers(day).items()}


def _tracked(day: DaySummary) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in day.lines:
        for what, name in (("department", line.department), ("category", line.category), ("day part", line.day_part)):
            amounts[f"{what} {name}"] += line.amount if name else ZERO
    return amounts
