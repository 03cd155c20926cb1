"""A unit's mapped days as lines and tenders of one document: netted, described, taxed, tracked. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from takings.plugin import (
    ZERO,
    DocumentLine,
    LedgerOption,
    LedgerRef,
    LedgerTax,
    Line,
    LineKind,
    MappedLine,
    Prices,
    Retaxed,
    Unit,
    show_amount,
    with_tax,
)
from takings_xero.ledger_index import LedgerIndex
from takings_xero.options import (
    APART,
    BY_ACCOUNT,
    BY_CATEGORY,
    BY_DEPARTMENT,
    BY_TAX,
    FOR_ALL,
    NO_TRACKING,
    IntegrationSettings,
)

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


def net_lines(unit: Unit, index: LedgerIndex, settings: IntegrationSettings) -> tuple[DocumentLine, ...]:
    """Return the unit's lines as they are grouped: sales, discounts and refunds netted, nothing of 0.00.

    Days that become one document are joined; lines of different accounts, rates or tracking options never are, nor
    those whose rate a setting changed from different ones: what it changed is told of each line.
    """
    groups: dict[tuple[str, ...], list[MappedLine]] = {}
    grouped, prices = _GROUPS[settings.grouping], unit.days[0].day.prices
    currency = index.survey.chart.currency
    for day in unit.days:
        for mapped in day.lines:
            option = tracking_of(mapped.line, index, settings)
            group = grouped(mapped)
            matched = mapped.matched_tax.id if mapped.matched_tax else ""
            stands = (_apart(mapped, settings), mapped.retaxed_by, matched, mapped.account.id)
            key = (*group, *stands, tax_id(mapped, index, prices), option.id if option else "")
            groups.setdefault(key, []).append(mapped)
    lines = []
    for (*_, tax, _option), group_of in groups.items():
        amount = sum((mapped.line.amount for mapped in group_of), ZERO)
        if amount:
            priced = _Priced(amount=amount, prices=prices, currency=currency)
            lines.append(_line(group_of, priced, tax=tax, index=index, settings=settings))
    return tuple(lines)


_GROUPS: dict[str, Callable[[MappedLine], tuple[str, ...]]] = {
    BY_ACCOUNT: lambda mapped: (mapped.line.account, mapped.tax_code),
    BY_DEPARTMENT: lambda mapped: (mapped.line.department or mapped.line.account,),
    BY_CATEGORY: lambda mapped: (mapped.line.category or mapped.line.account,),
    BY_TAX: lambda mapped: (),
}


def tracking_name(line: Line, settings: IntegrationSettings) -> str:
    """Return the name of the tracking option that a line asks for, where its own words decide it."""
    if settings.tracking in (NO_TRACKING, FOR_ALL):
        return ""
    return str(getattr(line, settings.tracking))


def tracking_of(line: Line, index: LedgerIndex, settings: IntegrationSettings) -> LedgerOption | None:
    """Return the tracking option of a line; None where it has none, or its name is not among the options."""
    if settings.tracking == FOR_ALL:
        return index.options.get(settings.tracking_option)
    name = tracking_name(line, settings)
    return index.option_named(settings.tracking_category, name) if name else None


def tax_id(mapped: MappedLine, index: LedgerIndex, prices: Prices = Prices.INCLUSIVE) -> str:
    """Return the line's tax rate: the mapped one, or the account's own where the source has no taxes."""
    if prices is Prices.NO_TAX:
        return ""
    if mapped.tax is not None:
        return mapped.tax.id
    account = index.accounts.get(mapped.account.id)
    return account.tax if account else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Priced:
    """An amount of the days, and how it was priced."""

    amount: Decimal
    prices: Prices
    currency: str

    def with_tax(self, rate: Decimal) -> tuple[Decimal, Decimal]:
        """Return the amount with its tax, and the tax as Xero will compute it, at a rate in per cent."""
        return with_tax(self.amount, rate, self.currency, prices=self.prices)


def _line(
    group: list[MappedLine], priced: _Priced, *, tax: str, index: LedgerIndex, settings: IntegrationSettings
) -> DocumentLine:
    rate, first = index.taxes.get(tax), group[0]
    option = tracking_of(first.line, index, settings)
    matched = index.taxes.get(first.matched_tax.id) if first.matched_tax else None
    codes = dict.fromkeys(mapped.tax_code for mapped in group if mapped.tax_code)
    amount, tax_amount = priced.with_tax(rate.rate if rate else ZERO)
    return DocumentLine(
        account=first.account,
        tax=_tax_ref(first, tax, rate),
        description=_description(group, priced.currency, settings.grouping),
        amount=amount,
        tax_amount=tax_amount,
        tax_codes=tuple(codes),
        option=LedgerRef(id=option.id, code=option.category, name=option.name) if option else None,
        retaxed=Retaxed(
            setting=first.retaxed_by,
            tax=first.matched_tax,
            tax_amount=priced.with_tax(matched.rate if matched else ZERO)[1],
        )
        if first.retaxed_by
        else None,
    )


def _apart(mapped: MappedLine, settings: IntegrationSettings) -> str:
    """Name what stands on a line of its own by the settings."""
    kind = mapped.line.kind
    if kind is LineKind.DISCOUNT:
        return kind.value if settings.discounts == APART else ""
    return kind.value if kind is LineKind.REFUND and settings.refunds == APART else ""


def _tax_ref(mapped: MappedLine, tax: str, rate: LedgerTax | None) -> LedgerRef | None:
    if not tax:
        return None
    return mapped.tax or (LedgerRef(id=rate.id, code=rate.code, name=rate.name) if rate else None)


def _description(group: list[MappedLine], currency: str, grouping: str) -> str:
    text = _title(group, grouping)
    parts = []
    first = group[0].line.kind
    if first in _NETTED and all(mapped.line.kind is first for mapped in group):
        text = f"{_NETTED[first].capitalize()}: {text}"
    elif len(group) > 1:
        netted = [mapped.line for mapped in group if mapped.line.kind in _NETTED]
        for kind, word in _NETTED.items():
            total = sum((line.amount for line in netted if line.kind is kind), ZERO)
            if total:
                parts.append(f"{word} {show_amount(total, currency)}")
    if parts:
        text += f" (after {', '.join(parts)})"
    plain = _UNWRITABLE.sub(" ", text).strip()
    return plain[:LONGEST_DESCRIPTION] or _UNWRITABLE.sub("", group[0].line.account).strip() or "Takings"


def _title(group: list[MappedLine], grouping: str) -> str:
    """Name what a line stands for: the words that all of its group share."""
    line = group[0].line
    shared = dict.fromkeys(text for part in _NAMED[grouping] if (text := _shared(group, part)))
    if shared:
        return ": ".join(shared)
    if grouping == BY_TAX:
        return group[0].account.name or str(group[0].account)
    return line.name or _TITLES.get(line.kind) or line.account


_NAMED = {
    BY_ACCOUNT: ("category", "department", "name"),
    BY_DEPARTMENT: ("category", "department"),
    BY_CATEGORY: ("category",),
    BY_TAX: (),
}


def _shared(group: list[MappedLine], part: str) -> str:
    first = str(getattr(group[0].line, part))
    # Days may call a code differently, and a discount otherwise than its sale: the first name stands for all.
    return first if part == "name" or all(getattr(mapped.line, part) == first for mapped in group) else ""
