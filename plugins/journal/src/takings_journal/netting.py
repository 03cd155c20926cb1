"""A unit's mapped days as the lines and tenders of one transaction: netted, described, taxed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from takings.plugin import (
    ZERO,
    Chart,
    DocumentLine,
    LedgerRef,
    LedgerTax,
    LineKind,
    MappedLine,
    Prices,
    Retaxed,
    Unit,
    show_amount,
    with_tax,
)
from takings_journal.options import IntegrationSettings

_NETTED = {LineKind.DISCOUNT: "discounts", LineKind.REFUND: "refunds"}


def net_lines(unit: Unit, chart: Chart, settings: IntegrationSettings) -> tuple[DocumentLine, ...]:
    """Return one line per day, source account and tax: sales, discounts and refunds netted, nothing of 0.00.

    The tax of each is rounded half up by itself, as a cloud ledger does with the lines of an invoice.
    """
    accounts = {one.id: one for one in chart.accounts}
    rates = {one.id: one for one in chart.taxes}
    groups: dict[tuple[int, str, str, str, str, str, str], list[MappedLine]] = {}
    apart = {LineKind.DISCOUNT: settings.discounts, LineKind.REFUND: settings.refunds}
    for number, day in enumerate(unit.days):
        for mapped in day.lines:
            account = accounts.get(mapped.account.id)
            # A source without taxes has its lines taxed as their account is by default.
            tax = mapped.tax.id if mapped.tax else account.tax if account else ""
            tax = tax if day.day.charges_tax else ""
            stands = mapped.line.kind.value if apart.get(mapped.line.kind) == "apart" else ""
            key = (number, stands, mapped.retaxed_by, mapped.line.account, mapped.tax_code, mapped.account.id, tax)
            groups.setdefault(key, []).append(mapped)
    several = len(unit.days) > 1
    lines = []
    for (number, *_, tax), group in groups.items():
        amount = sum((one.line.amount for one in group), ZERO)
        if amount:
            first, rate = group[0], rates.get(tax)
            with_tax, tax_amount = _taxed(amount, rate, prices=unit.days[number].day.prices, currency=chart.currency)
            prefix = f"{unit.days[number].day.business_date}: " if several else ""
            lines.append(
                DocumentLine(
                    account=first.account,
                    tax=(first.tax or LedgerRef(id=tax, name=rate.name if rate else "")) if tax else None,
                    description=prefix + _describe(group, chart.currency),
                    amount=with_tax,
                    tax_amount=tax_amount,
                    tax_codes=(first.tax_code,) if first.tax_code else (),
                    retaxed=_retaxed(
                        first, amount, rates=rates, prices=unit.days[number].day.prices, currency=chart.currency
                    ),
                )
            )
    return tuple(lines)


def _retaxed(
    mapped: MappedLine, amount: Decimal, *, rates: Mapping[str, LedgerTax], prices: Prices, currency: str
) -> Retaxed | None:
    """Return what a line's tax would be without the setting that gave it another rate."""
    if not mapped.retaxed_by:
        return None
    matched = rates.get(mapped.matched_tax.id) if mapped.matched_tax else None
    tax = _taxed(amount, matched, prices=prices, currency=currency)[1]
    return Retaxed(setting=mapped.retaxed_by, tax=mapped.matched_tax, tax_amount=tax)


def _taxed(amount: Decimal, rate: LedgerTax | None, *, prices: Prices, currency: str) -> tuple[Decimal, Decimal]:
    """Return an amount of the days with its tax, and the tax: contained in it, or on top."""
    return with_tax(amount, rate.rate if rate else ZERO, currency, prices=prices)


def rounding_line(
    lines: Iterable[DocumentLine], unit: Unit, chart: Chart, *, account: str
) -> tuple[DocumentLine | None, Decimal]:
    """Return the line that rounds prices without tax to what was counted, and by how much; no line without account.

    `account` is the id of one; where it is empty the chart's own account of the role `rounding` is taken.
    """
    if unit.days[0].day.prices is not Prices.EXCLUSIVE:
        return None, ZERO
    lacks = unit.counted - sum((line.amount for line in lines), ZERO)
    fitting = (one for one in chart.accounts if (one.id == account if account else one.role == "rounding"))
    found = next(fitting, None)
    if not lacks or found is None:
        return None, lacks
    ref = LedgerRef(id=found.id, code=found.code, name=found.name)
    line = DocumentLine(
        account=ref, tax=None, description="Rounding of tax", amount=lacks, tax_amount=ZERO, rounds=True
    )
    return line, lacks


def _describe(group: list[MappedLine], currency: str) -> str:
    line = group[0].line
    named = dict.fromkeys(part for part in (line.category, line.department, line.name) if part)
    text = ": ".join(named) or line.account
    parts = []
    if word := _NETTED.get(line.kind) if len({one.line.kind for one in group}) == 1 else None:
        return f"{word.capitalize()}: {text}"
    for kind, word in _NETTED.items():
        total = sum((one.line.amount for one in group if one.line.kind is kind), ZERO)
        if total and len(group) > 1:
            parts.append(f"{word} {show_amount(total, currency)}")
    return f"{text} (after {', '.join(parts)})" if parts else text
