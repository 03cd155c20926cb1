"""The day summary: the canonical end-of-day record of one venue and business date.

Every amount of a line is signed by its effect on the takings: a sale is positive, a discount, a
refund and a paid-out are negative. The sum of all lines of a correct day is the sum of its counted
tenders (`difference` is then zero).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from takings.domain.money import ZERO


class LineKind(StrEnum):
    """What a money line of a day is."""

    SALE = "sale"
    DISCOUNT = "discount"
    REFUND = "refund"
    SURCHARGE = "surcharge"
    TIP = "tip"
    VOUCHER_SOLD = "voucher_sold"
    DEPOSIT = "deposit"
    ACCOUNT_PAYMENT = "account_payment"
    ROUNDING = "rounding"
    PAID_OUT = "paid_out"
    CASH_IN = "cash_in"
    VARIANCE = "variance"


class Prices(StrEnum):
    """What the amounts of a day's lines are: with their tax, without it, or of a venue that charges none."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"
    NO_TAX = "no_tax"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The venue: the POS's id and name of it, IANA time zone, ISO 4217 currency."""

    id: str
    name: str
    timezone: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One money line; `account` and `tax_code` are the source's codes, `amount` is signed.

    `subtype` refines the kind (a surcharge's `check`, `payment`, `holiday`, `service`).
    """

    kind: LineKind
    account: str
    amount: Decimal
    name: str = ""
    tax_code: str = ""
    subtype: str = ""
    category: str = ""
    department: str = ""
    day_part: str = ""
    payment_method: str = ""
    quantity: int = 0
    reference: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerShare:
    """What one customer has in a payment method's counted total, as on a house account."""

    customer: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One payment method's totals: what the POS recorded, and what was counted; counted is posted.

    `customers` are whose account it went to, where the source says so; together they come to `counted`.
    """

    code: str
    name: str
    recorded: Decimal
    counted: Decimal
    count: int = 0
    customers: tuple[CustomerShare, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTotal:
    """The tax that the source itself states for one tax code, over `lines` lines of the source.

    For lines that carry no tax code of their own, `tax_code` is empty and `account` names the lines' account. A total
    that names neither is for all lines of the day.
    """

    tax_code: str
    amount: Decimal
    lines: int
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DayKey:
    """Identity of a day summary: the POS's site id, the business date, and the close of that date."""

    site: str
    business_date: date
    sequence: int = 1

    def __str__(self) -> str:
        return f"{self.business_date.isoformat()}/{self.sequence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """What one venue took on one business date (and close), ready to be mapped.

    Lines of one source row (a sale, its discount, its refund) stand apart and share account and tax
    code. `taxes` is the source's own tax per code, to be compared with the ledger's. With `prices_include_tax` false
    it comes on top of the lines, and a day that `charges_tax` to nobody states none.
    """

    site: Site
    business_date: date
    sequence: int
    revision: int
    lines: tuple[Line, ...]
    tenders: tuple[Tender, ...]
    taxes: tuple[TaxTotal, ...] = ()
    prices_include_tax: bool = True
    charges_tax: bool = True
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    number: str = ""
    statistics: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> DayKey:
        """The identity of this day."""
        return DayKey(site=self.site.id, business_date=self.business_date, sequence=self.sequence)

    @property
    def prices(self) -> Prices:
        """What the amounts of the lines are."""
        if not self.charges_tax:
            return Prices.NO_TAX
        return Prices.INCLUSIVE if self.prices_include_tax else Prices.EXCLUSIVE

    @property
    def tax_on_top(self) -> Decimal:
        """The source's own tax where the lines are without it, else nothing."""
        if self.prices is not Prices.EXCLUSIVE:
            return ZERO
        return sum((total.amount for total in self.taxes), ZERO)

    @property
    def lines_total(self) -> Decimal:
        """The sum of all lines with their tax: what should have been counted."""
        return sum((line.amount for line in self.lines), self.tax_on_top)

    @property
    def counted_total(self) -> Decimal:
        """The sum of all counted tenders."""
        return sum((tender.counted for tender in self.tenders), ZERO)

    @property
    def difference(self) -> Decimal:
        """Counted minus lines; zero when the day balances."""
        return self.counted_total - self.lines_total

    @property
    def is_empty(self) -> bool:
        """Whether every line and tender is zero, so that there is nothing to post."""
        amounts = (*(line.amount for line in self.lines), *(one.counted for one in self.tenders), self.tax_on_top)
        return not any(amounts)
