"""Plans and units of a venue that counts in a currency of three decimals, which no amount may lose."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.support.days import DATE, SITE, a_day, line, mapped, ref, tax, tender

from takings.domain.day import DaySummary, Line, TaxTotal, Tender
from takings.domain.mapping import MappedDay
from takings.domain.money import ZERO
from takings.plugin.documents import Document, DocumentLine, Movement, Operation, Plan, Unit
from takings.plugin.targets import Chart

KUWAIT = replace(SITE, currency="KWD")
BASE = "pos:eod/4417/2026-10-01.1"
KEY = f"{BASE}/g1"
CHART = Chart(organisation="o", organisation_name="O", accounts=(), taxes=(), currency="KWD")
REPORT = "Report this to the author of the ledger plugin; nothing was posted"


def kuwaiti(*parts: Line | Tender | TaxTotal, **more: Any) -> DaySummary:
    return a_day(*parts, site=KUWAIT, **more)


def a_unit(*days: MappedDay, **more: Any) -> Unit:
    return Unit(key=KEY, generation=1, number=None, days=days, **more)


def usual() -> Unit:
    return a_unit(mapped(kuwaiti(line("11.125"), tender("11.125"), tax("1.011"))))


def a_line(amount: str, tax_amount: str, *, rate: str = "OUTPUT", rounds: bool = False) -> DocumentLine:
    return DocumentLine(
        account=ref("860" if rounds else "201"),
        tax=ref(rate) if rate else None,
        description="Sales",
        amount=Decimal(amount),
        tax_amount=Decimal(tax_amount),
        rounds=rounds,
    )


def a_document(*lines: DocumentLine, key: str = f"{KEY}/invoice.1", total: str = "", **more: Any) -> Document:
    return Document(
        key=key,
        kind="invoice",
        number=None,
        day=more.pop("day", DATE),
        currency="KWD",
        total=Decimal(total) if total else sum((one.amount for one in lines), ZERO),
        tax=sum((one.tax_amount for one in lines), ZERO),
        lines=lines,
        payments=(),
        **more,
    )


def a_plan(*documents: Document, moved: str = "11.125", **more: Any) -> Plan:
    values: dict[str, Any] = {
        "operations": (Operation(key=f"{KEY}/invoice.1", kind="invoice", payload={}),),
        "documents": documents or (a_document(a_line("11.125", "1.011")),),
        "movements": (
            Movement(account="id-201", amount=-Decimal(moved)),
            Movement(account="id-611", amount=Decimal(moved)),
        ),
    }
    return Plan(**values | more)
