"""Mapped days over a ledger's own chart: one ordinary day, some awkward ones, and a strategy of all kinds of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from takings.plugin import (
    ZERO,
    Chart,
    CustomerShare,
    DaySummary,
    LedgerAccount,
    LedgerRef,
    LedgerTax,
    Line,
    LineKind,
    MappedDay,
    MappedLine,
    MappedTender,
    Site,
    TaxTotal,
    Tender,
    exponent,
    tax_added,
)

#: The kinds of lines that take from the takings.
_NEGATIVE = frozenset({LineKind.DISCOUNT, LineKind.REFUND, LineKind.PAID_OUT})
_MOST_CENTS = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What codes can be mapped to in a chart: accounts for lines with a fitting tax, accounts for payments."""

    lines: tuple[tuple[LedgerAccount, LedgerTax | None], ...]
    payments: tuple[LedgerAccount, ...]


def places_of(chart: Chart) -> Places:
    """Return what the chart offers; a ledger without any tax takes lines without one."""
    taxes = [one for one in chart.taxes if one.active]
    lines: list[tuple[LedgerAccount, LedgerTax | None]] = []
    for account in chart.accounts:
        if account.active and account.takes_lines:
            fitting = [one for one in taxes if not one.kinds or account.kind in one.kinds]
            lines += [(account, one) for one in fitting] if chart.taxes else [(account, None)]
    # Income first, where the ledger says which tax is for income: that is where sales go.
    lines.sort(key=lambda pair: not (pair[1] is None or pair[1].for_income))
    payments = [one for one in chart.accounts if one.active and one.takes_payments]
    # Clearing accounts first: in some settings payment methods are lines, which a bank account takes none of.
    payments.sort(key=lambda one: not one.takes_lines)
    return Places(lines=tuple(lines), payments=tuple(payments))


def ordinary_day(chart: Chart, day: date, *, sequence: int = 1) -> MappedDay:
    """Return a small day: two sales, paid in two ways where the chart has two accounts for it."""
    places, unit = places_of(chart), _smallest(chart)
    lines = [
        _line(LineKind.SALE, 11_000 * unit, places.lines[0]),
        _line(LineKind.SALE, 5_500 * unit, places.lines[-1]),
    ]
    accounts = places.payments[:2]
    shares = [10_000 * unit, 6_500 * unit] if len(accounts) > 1 else [16_500 * unit]
    tenders = [_tender(share, account) for share, account in zip(shares, accounts, strict=False)]
    return mapped_day(chart, lines, tenders, day=day, sequence=sequence)


def house_day(chart: Chart, day: date, *, sequence: int = 1) -> MappedDay:
    """Return a day of one sale, a part of which went on the house accounts of two customers."""
    places, unit = places_of(chart), _smallest(chart)
    shares = {"The kit's first customer": 4_000 * unit, "The kit's second customer": 2_500 * unit}
    account = next((one for one in reversed(places.payments) if one.takes_lines), places.payments[0])
    cash, house = _tender(10_000 * unit, places.payments[0]), _tender(sum(shares.values(), ZERO), account)
    named = replace(
        house.tender,
        code="House account",
        name="House account",
        customers=tuple(CustomerShare(customer=name, amount=amount) for name, amount in shares.items()),
    )
    sale = _line(LineKind.SALE, 16_500 * unit, places.lines[0])
    return mapped_day(chart, [sale], [cash, replace(house, tender=named)], day=day, sequence=sequence)


def awkward_days(chart: Chart, day: date, sequence: int = 1) -> dict[str, MappedDay]:
    """Return days that trip ledgers up, by what is awkward about them; the closes are counted on from `sequence`."""
    places, unit = places_of(chart), _smallest(chart)
    first, last = places.lines[0], places.lines[-1]
    one, other = places.payments[0], places.payments[1 if len(places.payments) > 1 else 0]

    def made(lines: list[tuple[int, tuple[LedgerAccount, LedgerTax | None]]], *paid: int) -> MappedDay:
        nonlocal sequence
        kinds = [LineKind.SALE if amount > 0 else LineKind.REFUND for amount, _ in lines]
        written = [_line(kind, amount * unit, place) for kind, (amount, place) in zip(kinds, lines, strict=True)]
        tenders = [_tender(amount * unit, account) for amount, account in zip(paid, (one, other), strict=False)]
        sequence += 1
        return mapped_day(chart, written, tenders, day=day, sequence=sequence - 1)

    days = {
        "more was given back than taken": made([(-22_000, first), (5_500, last)], -16_500),
        "it has a line of the smallest amount": made([(1, first), (11_000, last)], 11_001),
    }
    if other is not one:
        days["a payment method gave back more than it took"] = made([(11_000, first), (5_500, last)], 22_990, -6_490)
        days["below zero, and a payment method took"] = made([(-22_000, first)], -23_000, 1_000)
        days["it comes to nothing"] = made([(3_300, first), (-3_300, last)], 4_000, -4_000)
    return days


def priced_days(chart: Chart, day: date, sequence: int = 1) -> dict[str, MappedDay]:
    """Return a day whose prices are without tax, and one of a venue that charges none, by what they are."""
    places, unit = places_of(chart), _smallest(chart)
    lines = [_line(LineKind.SALE, cents * unit, places.lines[0]) for cents in (10_005, 4_995)]
    tax = places.lines[0][1]
    code, rate = lines[0].tax_code, tax.rate if tax else ZERO
    on_top = sum((tax_added(one.line.amount, rate, chart.currency) for one in lines), ZERO)
    stated = (TaxTotal(tax_code=code, amount=on_top, lines=2),) if code else ()
    paid = [_tender(15_000 * unit + on_top, places.payments[0])]
    exclusive = mapped_day(chart, lines, paid, day=day, sequence=sequence)
    untaxed = [replace(one, line=replace(one.line, tax_code=""), tax=None, tax_code="") for one in lines]
    no_tax = mapped_day(chart, untaxed, [_tender(15_000 * unit, places.payments[0])], day=day, sequence=sequence + 1)
    return {
        "prices without tax": replace(exclusive, day=replace(exclusive.day, prices_include_tax=False, taxes=stated)),
        "a venue that charges no tax": replace(no_tax, day=replace(no_tax.day, charges_tax=False)),
    }


@st.composite
def mapped_days(draw: st.DrawFn, chart: Chart, day: date = date(2026, 10, 5)) -> MappedDay:
    """Return a strategy of days that balance, mapped to places of the chart.

    Refunds, odd cents, open tenders; one in some is below zero, or has payment methods that gave back more than
    they took, or comes to nothing.
    """
    places, unit = places_of(chart), _smallest(chart)
    # Half of the days are such as most days are, so that a ledger that holds the awkward ones is tested too.
    awkward = draw(st.sampled_from(("no", "no", "no", "below zero", "given back", "nothing")))
    lines = []
    for _ in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(LineKind))
        cents = draw(st.integers(1, _MOST_CENTS))
        amount = -min(cents, 5_000) * unit if kind in _NEGATIVE else cents * unit
        lines.append(_line(kind, amount, draw(st.sampled_from(places.lines))))
    left = sum((one.line.amount for one in lines), ZERO)
    if awkward in ("below zero", "nothing"):
        further = -draw(st.integers(1, _MOST_CENTS)) * unit if awkward == "below zero" else ZERO
        lines.append(_line(LineKind.REFUND, further - left, draw(st.sampled_from(places.lines))))
        left = further
    tenders = []
    least = -_MOST_CENTS if awkward != "no" else -2_000
    for _ in range(draw(st.integers(0, 3))):
        share = draw(st.integers(least, _MOST_CENTS)) * unit
        tenders.append(_tender(share, draw(st.sampled_from(places.payments))))
        left -= share
    tenders.append(_tender(left, draw(st.sampled_from((*places.payments, *places.payments, None)))))
    counted = [one for one in tenders if one.tender.counted]
    return mapped_day(chart, [one for one in lines if one.line.amount], counted, day=day)


def mapped_day(
    chart: Chart, lines: Sequence[MappedLine], tenders: Sequence[MappedTender], *, day: date, sequence: int = 1
) -> MappedDay:
    """Return a mapped day of these lines and tenders, in the chart's currency."""
    site = Site(id="kit", name="The kit's venue", timezone=chart.timezone or "UTC", currency=chart.currency)
    summary = DaySummary(
        site=site,
        business_date=day,
        sequence=sequence,
        revision=1,
        lines=tuple(one.line for one in lines),
        tenders=tuple(one.tender for one in tenders),
    )
    return MappedDay(day=summary, lines=tuple(lines), tenders=tuple(tenders))


def _smallest(chart: Chart) -> Decimal:
    return Decimal(1).scaleb(-exponent(chart.currency))


def _line(kind: LineKind, amount: Decimal, place: tuple[LedgerAccount, LedgerTax | None]) -> MappedLine:
    account, tax = place
    code = f"T-{tax.id}" if tax else ""
    line = Line(kind=kind, account=f"S-{account.id}", amount=amount, name=f"To {account.name}", tax_code=code)
    ref = LedgerRef(id=tax.id, code=tax.code, name=tax.name) if tax else None
    return MappedLine(line=line, account=_ref(account), tax=ref, tax_code=code)


def _tender(amount: Decimal, account: LedgerAccount | None) -> MappedTender:
    code = account.name if account else "Collected elsewhere"
    tender = Tender(code=code, name=code, recorded=amount, counted=amount)
    return MappedTender(tender=tender, account=_ref(account) if account else None)


def _ref(account: LedgerAccount) -> LedgerRef:
    return LedgerRef(id=account.id, code=account.code, name=account.name)
