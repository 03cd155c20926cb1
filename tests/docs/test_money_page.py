"""The figures that explain the money are those of the day that the page names."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import httpx
import pytest
from tests.docs.pages import DOCS

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
    RawRecord,
    Site,
    Survey,
    TaxTotal,
    Tender,
    Unit,
    show_amount,
)
from takings.sync.checking import check_plan
from takings_impos.plugin import takings_sources
from takings_impos.simulator import Options, Simulator
from takings_xero.ledger_index import LedgerIndex
from takings_xero.options import IntegrationSettings
from takings_xero.planning import plan_unit

PAGE = (DOCS / "explanation" / "money.md").read_text("utf-8")


@pytest.fixture(scope="module")
def day() -> DaySummary:
    """The first of October 2026 of the simulator's pub."""
    with Simulator(Options(venue="anchor")) as simulator:
        simulator.enter_token("token-of-this-test-only")
        address = f"{simulator.url}/v1/end-of-day?from=2026-10-01&to=2026-10-01&page=1"
        headers = {"Authorization": "Bearer token-of-this-test-only"}
        (record,) = httpx.get(address, headers=headers, trust_env=False).json()["items"]
    (source,) = takings_sources()
    read = source.reader.parse(RawRecord(body=httpx.Request("POST", "http://x", json=record).content))
    assert isinstance(read, DaySummary)
    return read


def test_the_day_balances_as_the_page_says(day: DaySummary):
    assert day.difference == 0
    assert f"**{shown(day.lines_total)}** | **together** | **{shown(day.counted_total)}**" in PAGE


def test_each_kind_of_line_and_each_tender_is_on_the_page(day: DaySummary):
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for line in day.lines:
        amounts[line.kind] += line.amount
    for tender in day.tenders:
        amounts[tender.code] += tender.counted
    assert [name for name, amount in amounts.items() if f"| {shown(amount)} |" not in PAGE] == []


def test_the_tax_and_its_bound_are_on_the_page(day: DaySummary):
    stated = next(one for one in day.taxes if one.tax_code == "GST")
    assert f"**{shown(stated.amount)}**" in PAGE
    assert stated.lines == 8
    assert "eight rows of the point of sale" in PAGE


def test_the_example_of_prices_without_tax_is_posted_as_the_page_says():
    row = Line(kind=LineKind.SALE, account="FOOD", amount=Decimal("3.33"), tax_code="GST")
    cash = Tender(code="CASH", name="Cash", recorded=Decimal("18.30"), counted=Decimal("18.30"))
    site = Site(id="1", name="Pub", timezone="Australia/Melbourne", currency="AUD")
    stated = TaxTotal(tax_code="GST", amount=Decimal("1.65"), lines=5)
    day = DaySummary(
        site=site,
        business_date=date(2026, 10, 1),
        sequence=1,
        revision=1,
        lines=(row,) * 5,
        tenders=(cash,),
        taxes=(stated,),
        prices_include_tax=False,
    )
    sales, clearing = LedgerRef(id="sales"), LedgerRef(id="cash")
    taxed = [MappedLine(line=one, account=sales, tax=LedgerRef(id="OUTPUT"), tax_code="GST") for one in day.lines]
    mapped = MappedDay(day=day, lines=tuple(taxed), tenders=(MappedTender(tender=cash, account=clearing),))
    unit = Unit(key="a:b/1/2026-10-01.1/g1", generation=1, number=None, days=(mapped,))
    plan = plan_unit(unit, LedgerIndex(SURVEY), IntegrationSettings())
    (document,) = plan.documents
    assert day.difference == 0
    assert [shown(one.amount - one.tax_amount) for one in document.lines] == ["16.65", "-0.02"]
    assert (shown(document.tax), shown(document.total)) == ("1.67", "18.30")
    assert {one.code for one in check_plan(unit, plan)} == {"tax.rounding"}
    for amount in ("| 16.65 | 16.65 |", "| 1.65 | 1.67 |", "| | -0.02 |", "| **18.30** | **18.30** |"):
        assert amount in PAGE


SURVEY = Survey(
    chart=Chart(
        organisation="1",
        organisation_name="Pub",
        currency="AUD",
        accounts=(
            LedgerAccount(id="sales", code="200", name="Sales", kind="REVENUE"),
            LedgerAccount(id="cash", code="611", name="Cash", kind="ASSET", takes_payments=True),
            LedgerAccount(id="round", code="860", name="Rounding", kind="EXPENSE", role="rounding"),
        ),
        taxes=(
            LedgerTax(id="OUTPUT", name="GST on Income", rate=Decimal(10)),
            LedgerTax(id="BASEXCLUDED", name="BAS Excluded", rate=Decimal(0)),
        ),
    ),
    extra={"contact": {"state": "active", "name": "POS sales", "id": "c"}, "locks": {}, "through": "2026-12-01"},
)


def shown(amount: Decimal) -> str:
    return show_amount(amount, "AUD")
