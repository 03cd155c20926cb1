"""What a bookkeeper files: the sheet of a day, the summary of a month, and how clearing accounts moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from takings.domain.findings import Finding
from takings.views.taxes import TaxComparison


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One line of a day as the point of sale has it, and the ledger account and tax rate that it goes to."""

    kind: str
    code: str
    name: str
    amount: Decimal
    account: str
    tax: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderSum:
    """What a payment method came to: recorded by the till, counted, and the account that receives it.

    One that was received in several accounts has a row for each.
    """

    code: str
    name: str
    recorded: Decimal
    counted: Decimal
    account: str

    @property
    def difference(self) -> Decimal:
        """Counted minus recorded."""
        return self.counted - self.recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSum:
    """What was posted at one tax rate of the ledger: with tax, and the tax in it."""

    tax: str
    gross: Decimal
    amount: Decimal

    @property
    def net(self) -> Decimal:
        """Without tax."""
        return self.gross - self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSum:
    """How one ledger account moved by what was posted: `amount` tax included, debit positive, and the tax in it.

    One that `is_open` has no id: it is what documents leave open, on the ledger's account of what is owed.
    """

    id: str
    account: str
    amount: Decimal
    tax: Decimal
    is_clearing: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetDocument:
    """One document of a day in the ledger; `period` has the dates of one that holds more than this one.

    A `draft` waits for approval there: it counts in no sum.
    """

    kind: str
    number: str
    day: date
    total: Decimal
    tax: Decimal
    state: str
    period: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseView:
    """One close of a day; `tax_on_top` is what the point of sale adds to lines that are without tax."""

    sequence: int
    revision: int
    state: str
    opened_at: datetime | None
    closed_at: datetime | None
    lines: tuple[SheetLine, ...]
    tenders: tuple[TenderSum, ...]
    total: Decimal
    documents: tuple[SheetDocument, ...]
    findings: tuple[Finding, ...]
    tax_on_top: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySheet:
    """One trading day of one venue, whole: what was taken, how it was paid, what was posted."""

    integration: str
    venue: str
    organisation: str
    business_date: date
    currency: str
    closes: tuple[CloseView, ...]
    taxes: tuple[TaxSum, ...]
    accounts: tuple[AccountSum, ...]
    total: Decimal
    tax_compared: TaxComparison | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """One date of a month: what was taken, the tax posted, and where it stands; `unapproved` is what is in drafts."""

    business_date: date
    state: str
    total: Decimal
    posted: Decimal
    tax: Decimal
    numbers: tuple[str, ...]
    unapproved: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedDocument:
    """A document that the ledger has on the date `day`, for the `days`."""

    number: str
    kind: str
    day: date
    days: str
    total: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSummary:
    """One month of one venue; sums are of what stands in the ledger, `waiting` is what was taken and does not.

    It goes by trading days. What is `dated_elsewhere` is in it and in another month of the ledger; what is
    `dated_here` is in this month of the ledger and for days of another one. `drift` says what the last
    check found to differ. Drafts are in no sum: `unapproved` is what was taken and waits in them for approval.
    """

    integration: str
    venue: str
    organisation: str
    month: date
    currency: str
    days: tuple[MonthDay, ...]
    missing: tuple[date, ...]
    accounts: tuple[AccountSum, ...]
    taxes: tuple[TaxSum, ...]
    tenders: tuple[TenderSum, ...]
    taken: Decimal
    posted: Decimal
    waiting: Decimal
    tax: Decimal
    documents: int
    tax_compared: TaxComparison | None = None
    dated_elsewhere: tuple[DatedDocument, ...] = ()
    dated_here: tuple[DatedDocument, ...] = ()
    drift: tuple[Finding, ...] = ()
    unapproved: Decimal = Decimal(0)
    drafts: tuple[DatedDocument, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingRow:
    """One movement of a clearing account by a posted document, and the balance after it."""

    business_date: date
    document: str
    about: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingAccount:
    """One account that payment methods are received in: what the bank's lines must come to.

    `opening` is what documents dated before the period brought it, `total` what those of the period do, and `balance`
    is both. They are of documents posted from here alone: what was paid out to the bank is in none of them.
    """

    id: str
    account: str
    opening: Decimal
    rows: tuple[ClearingRow, ...]
    total: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingReport:
    """The clearing accounts of one venue over a period, to be compared with what the bank and the acquirers paid.

    The `drafts` of the period are not in them: they move nothing until they are approved.
    """

    integration: str
    venue: str
    organisation: str
    first: date
    last: date
    currency: str
    accounts: tuple[ClearingAccount, ...]
    drafts: tuple[DatedDocument, ...] = ()
