"""A unit's mapped days as the lines of one invoice and the payments on it: netted, described, taxed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from takings.plugin import (
    ZERO,
    DocumentLine,
    LedgerRef,
    LineKind,
    MappedDay,
    MappedLine,
    MappedTender,
    Unit,
    show_amount,
    tax_contained,
)
from takings_xero.ledger_index import LedgerIndex

#: Xero takes 1 to 4,000 characters.
LONGEST_DESCRIPTION = 4_000

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
# What lines are called that their source gives no name.
_TITLES = {
    LineKind.SURCHARGE: "Surcharge",
    LineKind.TIP: "Tips",
    LineKind.VOUCHER_SOLD: "Vouchers sold",
    LineKind.DEPOSIT: "Deposits taken",
    LineKind.ACCOUNT_PAYMENT: "House account payments",
    LineKind.ROUNDING: "Cash rounding",
    LineKind.PAID_OUT: "Cash paid out",
    LineKind.CASH_IN: "Cash put in",
    LineKind.VARIANCE: "Till over/short",
}
_NETTED = {LineKind.DISCOUNT: "discounts", LineKind.REFUND: "refunds"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderTotal:
    """What one payment method comes to over the unit; no account where it is left open.

    `place` counts the payment methods of the days themselves, from 1: a changed mapping does not move it.
    """

    place: int
    name: str
    account: LedgerRef | None
    amount: Decimal


def net_lines(unit: Unit, index: LedgerIndex, currency: str) -> tuple[DocumentLine, ...]:
    """Return one line per day, source account and tax: sales, discounts and refunds netted, nothing of 0.00."""
    groups: dict[tuple[int, str, str, str, str], list[MappedLine]] = {}
    for number, day in enumerate(unit.days):
        for mapped in day.lines:
            key = (number, mapped.line.account, mapped.tax_code, mapped.account.id, tax_id(mapped, index))
            groups.setdefault(key, []).append(mapped)
    several = len(unit.days) > 1
    lines = []
    for (number, *_, tax), group in groups.items():
        amount = sum((mapped.line.amount for mapped in group), ZERO)
        if amount:
            prefix = f"{unit.days[number].day.business_date}: " if several else ""
            lines.append(_line(group, amount, tax=tax, index=index, currency=currency, prefix=prefix))
    return tuple(lines)


def tax_id(mapped: MappedLine, index: LedgerIndex) -> str:
    """Return the line's tax rate: the mapped one, or the account's own where the source has no taxes."""
    if mapped.tax is not None:
        return mapped.tax.id
    account = index.accounts.get(mapped.account.id)
    return account.tax if account else ""


def net_tenders(days: Iterable[MappedDay]) -> tuple[TenderTotal, ...]:
    """Sum the counted tenders of all days by payment method, in the order of their first appearance."""
    groups: dict[str, list[MappedTender]] = {}
    places: dict[str, int] = {}
    for day in days:
        for tender in day.day.tenders:
            places.setdefault(tender.code, len(places) + 1)
        for mapped in day.tenders:
            groups.setdefault(mapped.tender.code, []).append(mapped)
    totals = (
        TenderTotal(
            place=places[group[0].tender.code],
            name=group[0].tender.name or group[0].tender.code,
            account=group[0].account,
            amount=sum((mapped.tender.counted for mapped in group), ZERO),
        )
        for group in groups.values()
    )
    return tuple(total for total in totals if total.amount)


def _line(
    group: list[MappedLine], amount: Decimal, *, tax: str, index: LedgerIndex, currency: str, prefix: str
) -> DocumentLine:
    rate = index.taxes.get(tax)
    first = group[0]
    return DocumentLine(
        account=first.account,
        tax=first.tax or (LedgerRef(id=rate.id, code=rate.code, name=rate.name) if rate else None),
        description=_description(group, currency, prefix),
        amount=amount,
        tax_amount=tax_contained(amount, rate.rate, currency) if rate else ZERO,
        tax_codes=(first.tax_code,) if first.tax_code else (),
    )


def _description(group: list[MappedLine], currency: str, prefix: str) -> str:
    line = group[0].line
    named = dict.fromkeys(part for part in (line.category, line.department, line.name) if part)
    text = prefix + (": ".join(named) or _TITLES.get(line.kind) or line.account)
    parts = []
    if len(group) > 1:
        for kind, word in _NETTED.items():
            total = sum((mapped.line.amount for mapped in group if mapped.line.kind is kind), ZERO)
            if total:
                parts.append(f"{word} {show_amount(total, currency)}")
    if parts:
        text += f" (after {', '.join(parts)})"
    plain = _UNWRITABLE.sub(" ", text).strip()
    return plain[:LONGEST_DESCRIPTION] or _UNWRITABLE.sub("", line.account).strip() or "Takings"
