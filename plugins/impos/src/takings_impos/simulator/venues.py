"""Is responsible for what a simulated venue is: its hours, its codes, and the catalogue it publishes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from .holidays import holiday_on

Record = dict[str, Any]
SurchargeType = Literal["check", "payment", "holiday", "service"]


@dataclass(frozen=True)
class Account:
    """An ImPOS account: the code a money line carries, as the catalogue lists it."""

    code: str
    category: str
    name: str
    tax_code: str


@dataclass(frozen=True)
class Department:
    """Something sold: its account, its share of the day in thousandths and its usual price in cents."""

    account: Account
    share: int
    price: int


@dataclass(frozen=True)
class Tender:
    """A paymethod and its share of the sales in thousandths; the first of a venue takes what is left."""

    code: str
    name: str
    share: int = 0


@dataclass(frozen=True, kw_only=True)
class Surcharge:
    """A surcharge rule: on whole checks on some weekdays or holidays, or on what one paymethod pays."""

    account: Account
    label: str
    type: SurchargeType
    percent: Decimal
    weekdays: frozenset[int] = frozenset()
    on_holidays: bool = False
    tender: str = ""
    until: date | None = None

    def applies(self, day: date) -> bool:
        """Say whether the rule is in force on a trading day."""
        if self.until and day > self.until:
            return False
        if self.tender:
            return True
        if holiday_on(day):
            return self.on_holidays
        return day.weekday() in self.weekdays


@dataclass(frozen=True, kw_only=True)
class Venue:
    """A simulated site; `takings` holds usual gross dollars from Monday to Sunday."""

    key: str
    site_id: str
    name: str
    timezone: str
    tax_codes: tuple[tuple[str, str, str], ...]
    departments: tuple[Department, ...]
    tenders: tuple[Tender, ...]
    others: Mapping[str, Account]
    takings: tuple[int, int, int, int, int, int, int]
    opens: time
    closes: tuple[time, ...]
    surcharges: tuple[Surcharge, ...] = ()
    staff: tuple[str, ...] = ("Mel",)
    terminals: tuple[str, ...] = ("POS1",)
    shut_weekdays: frozenset[int] = frozenset()
    shut_holidays: frozenset[str] = frozenset()
    two_close_weekdays: frozenset[int] = frozenset()
    day_parts: tuple[tuple[str, int], ...] = ()
    house_customers: tuple[str, ...] = ()
    tip_tender: str = "EFTPOS"
    cash: str = "CASH"
    house_tender: str = ""
    cash_reasons: tuple[str, str] = ("Window cleaner", "Pool table")
    cash_tax_code: str = ""
    rates: Mapping[str, Decimal] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rates", {code: Decimal(rate) for code, _, rate in self.tax_codes})

    @property
    def zone(self) -> ZoneInfo:
        """The time zone whose wall clock the venue keeps."""
        return ZoneInfo(self.timezone)

    def site(self) -> Record:
        """Give the `site` object of records and catalogue."""
        return {"id": self.site_id, "name": self.name, "timezone": self.timezone, "currency": "AUD"}

    def accounts(self) -> Iterator[Account]:
        """Give every account once, sales first."""
        seen: set[str] = set()
        everything = (
            *(department.account for department in self.departments),
            *(surcharge.account for surcharge in self.surcharges),
            *self.others.values(),
        )
        for account in everything:
            if account.code not in seen:
                seen.add(account.code)
                yield account

    def catalogue(self, tenders: tuple[Tender, ...] | None = None) -> Record:
        """Give the catalogue that `GET /v1/catalogue` answers with."""
        return {
            "site": self.site(),
            "tax_codes": [{"code": c, "name": n, "rate": r} for c, n, r in self.tax_codes],
            "paymethods": [{"code": t.code, "name": t.name} for t in tenders or self.tenders],
            "accounts": [
                {"code": a.code, "category": a.category, "name": a.name, "tax_code": a.tax_code}
                for a in self.accounts()
            ],
        }
