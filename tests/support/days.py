"""Days for tests: small ones written by hand, with amounts as text, and any that hypothesis thinks of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from takings.domain.catalogue import Dimension, DimensionKind
from takings.domain.day import CustomerShare, DayKey, DaySummary, Line, LineKind, Site, TaxTotal, Tender
from takings.domain.mapping import Choice, LedgerRef, MappedDay, MappingEntry, MappingTable, map_day

#: Every run of the tests tries the same examples.
steady = settings(derandomize=True, deadline=None, database=None, max_examples=30)

SITE = Site(id="4417", name="The Anchor Hotel", timezone="Australia/Melbourne", currency="AUD")
DATE = date(2026, 10, 1)
DIMENSIONS = (
    Dimension(key="taxes", title="Tax codes", kind=DimensionKind.TAX),
    Dimension(key="tenders", title="Payment methods", kind=DimensionKind.TENDER),
    Dimension(key="accounts", title="Accounts", kind=DimensionKind.ACCOUNT),
)


def line(amount: str, account: str = "FOOD", tax: str = "GST", kind: LineKind = LineKind.SALE, **more: Any) -> Line:
    return Line(kind=kind, account=account, amount=Decimal(amount), tax_code=tax, **more)


def tender(counted: str, code: str = "CASH", recorded: str = "") -> Tender:
    return Tender(code=code, name=code.title(), recorded=Decimal(recorded or counted), counted=Decimal(counted))


def on_account(code: str = "HOUSE", **customers: str) -> Tender:
    """A payment method of which the source says what each customer took on it."""
    shares = tuple(CustomerShare(customer=one, amount=Decimal(amount)) for one, amount in customers.items())
    counted = sum((one.amount for one in shares), Decimal(0))
    return Tender(code=code, name=code.title(), recorded=counted, counted=counted, customers=shares)


def tax(amount: str, code: str = "GST", lines: int = 1) -> TaxTotal:
    return TaxTotal(tax_code=code, amount=Decimal(amount), lines=lines)


def a_day(*parts: Line | Tender | TaxTotal, **more: Any) -> DaySummary:
    """A day of these lines, tenders and tax totals; by default one sale of 11.00, paid in cash."""
    parts = parts or (line("11.00"), tender("11.00"), tax("1.00"))
    fixed: dict[str, Any] = {"site": SITE, "business_date": DATE, "sequence": 1, "revision": 1, **more}
    return DaySummary(
        lines=tuple(one for one in parts if isinstance(one, Line)),
        tenders=tuple(one for one in parts if isinstance(one, Tender)),
        taxes=tuple(one for one in parts if isinstance(one, TaxTotal)),
        **fixed,
    )


def ref(code: str) -> LedgerRef:
    return LedgerRef(id=f"id-{code}", code=code, name=f"Account {code}")


def entry(dimension: str, code: str, to: str = "", choice: Choice = Choice.POST) -> MappingEntry:
    return MappingEntry(dimension=dimension, code=code, choice=choice, ref=ref(to) if choice is Choice.POST else None)


def a_table(*entries: MappingEntry, account_taxes: dict[str, str] | None = None) -> MappingTable:
    """FOOD and BEER to sales, CASH and CARD to clearing, GST and FRE to rates, with further or other decisions."""
    usual = [
        entry("accounts", "FOOD", "201"),
        entry("accounts", "BEER", "202"),
        entry("tenders", "CASH", "611"),
        entry("tenders", "CARD", "612"),
        entry("taxes", "GST", "OUTPUT"),
        entry("taxes", "FRE", "EXEMPT"),
    ]
    return MappingTable(DIMENSIONS, [*usual, *entries], account_taxes)


def mapped(day: DaySummary, table: MappingTable | None = None) -> MappedDay:
    found = map_day(day, table or a_table())
    assert isinstance(found, MappedDay), found
    return found


# --- Anything ------------------------------------------------------------------------------------------------

_EXPONENTS = {"AUD": 2, "JPY": 0, "KWD": 3}
currencies = st.sampled_from(sorted(_EXPONENTS))
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
codes = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
zones = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=zones | st.just(UTC))  # noqa: DTZ001


def amounts(currency: str, *, least: int = -(10**7), most: int = 10**7) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(lambda units: Decimal(units).scaleb(-_EXPONENTS[currency]))


@st.composite
def any_day(draw: st.DrawFn, currency: str = "") -> DaySummary:
    """A day of any content; it need not balance."""
    currency = currency or draw(currencies)
    amount = amounts(currency)
    lines = st.builds(
        Line,
        kind=st.sampled_from(LineKind),
        account=codes,
        amount=amount,
        name=texts,
        tax_code=texts,
        subtype=texts,
        category=texts,
        department=texts,
        day_part=texts,
        payment_method=texts,
        quantity=st.integers(0, 5000),
        reference=texts,
        customer=texts,
    )
    shares = st.lists(st.builds(CustomerShare, customer=texts, amount=amount), max_size=2).map(tuple)
    tenders = st.builds(
        Tender, code=codes, name=texts, recorded=amount, counted=amount, count=st.integers(0, 999), customers=shares
    )
    taxes = st.builds(TaxTotal, tax_code=texts, amount=amount, lines=st.integers(0, 50), account=texts)
    return DaySummary(
        site=Site(id=draw(codes), name=draw(texts), timezone="Australia/Melbourne", currency=currency),
        business_date=draw(st.dates(date(2000, 1, 1), date(2060, 1, 1))),
        sequence=draw(st.integers(1, 9)),
        revision=draw(st.integers(1, 99)),
        lines=tuple(draw(st.lists(lines, max_size=5))),
        tenders=tuple(draw(st.lists(tenders, max_size=4))),
        taxes=tuple(draw(st.lists(taxes, max_size=3))),
        prices_include_tax=draw(st.booleans()),
        charges_tax=draw(st.booleans()),
        opened_at=draw(st.none() | instants),
        closed_at=draw(st.none() | instants),
        closed_by=draw(texts),
        number=draw(texts),
        statistics=draw(st.dictionaries(texts, st.integers(0, 9999), max_size=3)),
    )


day_keys = st.builds(
    DayKey,
    site=codes,
    business_date=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    sequence=st.integers(1, 9),
)
