"""What the payment methods of several mapped days come to together. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from takings.domain.mapping import LedgerRef, MappedDay, MappedTender
from takings.domain.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderTotal:
    """What one payment method comes to over some days; no account where it is left open on the document.

    `place` counts the payment methods of the days themselves, from 1: a changed mapping does not move it, so that the
    key of a payment can be made of it.
    """

    place: int
    name: str
    account: LedgerRef | None
    amount: Decimal


def net_tenders(days: Iterable[MappedDay]) -> tuple[TenderTotal, ...]:
    """Sum the counted tenders of days by payment method, in the order of their first appearance; nothing of 0.00."""
    groups: dict[str, list[MappedTender]] = {}
    places: dict[str, int] = {}
    for day in days:
        for tender in day.day.tenders:
            places.setdefault(tender.code, len(places) + 1)
        for mapped in day.tenders:
            groups.setdefault(mapped.tender.code, []).append(mapped)
    totals = (
        TenderTotal(
            place=places[code],
            name=group[0].tender.name or code,
            account=group[0].account,
            amount=sum((one.tender.counted for one in group), ZERO),
        )
        for code, group in groups.items()
    )
    return tuple(total for total in totals if total.amount)
