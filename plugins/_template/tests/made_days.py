"""Days as the core hands them to a ledger plugin: read from some point of sale, and mapped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from takings.plugin import (
    DaySummary,
    LedgerRef,
    Line,
    LineKind,
    MappedDay,
    MappedLine,
    MappedTender,
    Site,
    Tender,
    Unit,
)

SITE = Site(id="corner-1", name="Corner Shop", timezone="Australia/Melbourne", currency="AUD")
ACCOUNTS: Mapping[str, str] = {"COFFEE": "a4000", "FOOD": "a4010", "BREAD": "a4010"}
PAID_INTO: Mapping[str, str] = {"CASH": "a1000", "CARD": "a1010"}


def sold(amount: str, group: str = "COFFEE", tax: str = "GST") -> Line:
    return Line(kind=LineKind.SALE, account=group, amount=Decimal(amount), tax_code=tax)


def paid(amount: str, code: str = "CASH") -> Tender:
    return Tender(code=code, name=code.capitalize(), recorded=Decimal(amount), counted=Decimal(amount))


def made_day(day: date) -> DaySummary:
    """Return the takings of a day; they always balance."""
    lines = (sold(f"{200 + day.day}.55"), sold("99.10", "FOOD"), sold("12.50", "BREAD", "FREE"))
    total = sum(line.amount for line in lines)
    return DaySummary(
        site=SITE,
        business_date=day,
        sequence=1,
        revision=1,
        lines=lines,
        tenders=(paid("100.00"), paid(str(total - 100), "CARD")),
    )


def mapped(day: DaySummary) -> MappedDay:
    return MappedDay(
        day=day,
        lines=tuple(
            MappedLine(
                line=one,
                account=LedgerRef(id=ACCOUNTS[one.account]),
                tax=LedgerRef(id=one.tax_code),
                tax_code=one.tax_code,
            )
            for one in day.lines
        ),
        tenders=tuple(MappedTender(tender=one, account=LedgerRef(id=PAID_INTO[one.code])) for one in day.tenders),
    )


def unit(*days: DaySummary, number: str | None = None) -> Unit:
    first = days[0]
    key = f"some:till/{first.site.id}/{first.key.business_date}.1/g1"
    return Unit(key=key, generation=1, number=number, days=tuple(mapped(day) for day in days))
