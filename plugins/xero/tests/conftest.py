"""Builders of mapped days and surveys, which every test of the plugin's deciding half uses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from takings.plugin import (
    Chart,
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
    StandingDocument,
    Survey,
    Tender,
    Unit,
)

SITE = Site(id="4417", name="The Anchor Hotel", timezone="Australia/Melbourne", currency="AUD")
DAY = date(2026, 10, 1)

ACCOUNTS = (
    LedgerAccount(id="a-food", code="201", name="Food Sales", kind="REVENUE", tax="OUTPUT"),
    LedgerAccount(id="a-beer", code="202", name="Beverage Sales", kind="REVENUE", tax="OUTPUT"),
    LedgerAccount(
        id="a-tips", code="807", name="Tips Payable", kind="LIABILITY", tax="BASEXCLUDED", takes_payments=True
    ),
    LedgerAccount(id="a-wages", code="477", name="Wages", kind="EXPENSE"),
    LedgerAccount(id="a-cash", code="611", name="Cash Clearing", kind="ASSET", takes_payments=True),
    LedgerAccount(
        id="a-bank", code="", name="Business Bank Account", kind="ASSET", takes_payments=True, takes_lines=False
    ),
    LedgerAccount(id="a-old", code="299", name="Old Sales", kind="REVENUE", active=False, takes_payments=True),
)
TAXES = (
    LedgerTax(id="OUTPUT", code="OUTPUT", name="GST on Income", rate=Decimal(10), kinds=("ASSET", "REVENUE")),
    LedgerTax(id="EXEMPTOUTPUT", code="EXEMPTOUTPUT", name="GST Free Income", rate=Decimal(0), kinds=("REVENUE",)),
    LedgerTax(id="BASEXCLUDED", code="BASEXCLUDED", name="BAS Excluded", rate=Decimal(0)),
    LedgerTax(id="OLD", code="OLD", name="Old GST", rate=Decimal("12.5"), active=False),
)


class Build:
    """Makes days, units and surveys; amounts are given as text."""

    DAY = DAY

    @staticmethod
    def ref(ident: str | None) -> LedgerRef | None:
        return LedgerRef(id=ident, code=ident, name=ident) if ident else None

    @classmethod
    def line(
        cls,
        amount: str | Decimal,
        account: str = "a-food",
        tax: str | None = "OUTPUT",
        *,
        source: str = "FOOD",
        kind: LineKind = LineKind.SALE,
        **fields: Any,
    ) -> MappedLine:
        ref = cls.ref(account)
        assert ref
        code = fields.pop("tax_code", tax or "")
        line = Line(kind=kind, account=source, amount=Decimal(amount), tax_code=code, **fields)
        return MappedLine(line=line, account=ref, tax=cls.ref(tax), tax_code=code)

    @classmethod
    def tender(cls, amount: str | Decimal, account: str | None = "a-cash", code: str = "CASH") -> MappedTender:
        counted = Decimal(amount)
        return MappedTender(
            tender=Tender(code=code, name=code.title(), recorded=counted, counted=counted), account=cls.ref(account)
        )

    @staticmethod
    def day(
        lines: Iterable[MappedLine], tenders: Iterable[MappedTender], day: date = DAY, **fields: Any
    ) -> MappedDay:
        lines, tenders = tuple(lines), tuple(tenders)
        summary = DaySummary(
            site=fields.pop("site", SITE),
            business_date=day,
            sequence=fields.pop("sequence", 1),
            revision=1,
            lines=tuple(one.line for one in lines),
            tenders=tuple(one.tender for one in tenders),
            **fields,
        )
        return MappedDay(day=summary, lines=lines, tenders=tenders)

    @staticmethod
    def unit(*days: MappedDay, number: str | None = None, generation: int = 1) -> Unit:
        first = min(one.day.key for one in days)
        key = f"impos:eod/4417/{first.business_date}.{first.sequence}/g{generation}"
        return Unit(key=key, generation=generation, number=number, days=days)

    @classmethod
    def simple(cls, number: str | None = None) -> Unit:
        """Return an ordinary small day: two sales, a tip, two payment methods."""
        return cls.unit(
            cls.day(
                [
                    cls.line("110.00", name="Kitchen", department="Food"),
                    cls.line("55.00", "a-beer", source="BEER", name="Tap Beer"),
                    cls.line("5.00", "a-tips", "BASEXCLUDED", source="TIPS", kind=LineKind.TIP, name="Tips"),
                ],
                [cls.tender("100.00"), cls.tender("70.00", "a-bank", "EFTPOS")],
            ),
            number=number,
        )

    @staticmethod
    def survey(
        *,
        locked_through: date | None = None,
        documents: tuple[StandingDocument, ...] = (),
        contact: str = "active",
        currency: str = "AUD",
    ) -> Survey:
        locks = {"period": locked_through.isoformat()} if locked_through else {}
        ident = "" if contact == "absent" else "c-1"
        return Survey(
            chart=Chart(
                organisation="t-1",
                organisation_name="The Anchor Hotel",
                currency=currency,
                accounts=ACCOUNTS,
                taxes=TAXES,
            ),
            locked_through=locked_through,
            documents=documents,
            extra={
                "contact": {"state": contact, "name": "POS sales", "id": ident},
                "short_code": "!abcde",
                "locks": locks,
            },
        )


@pytest.fixture(scope="session")
def build() -> type[Build]:
    """Builders for the deciding half."""
    return Build
