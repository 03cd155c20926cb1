"""The figures that explain the money are those of the day that the page names."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import httpx
import pytest
from tests.docs.pages import DOCS

from takings.plugin import DaySummary, RawRecord, show_amount
from takings_impos.plugin import takings_sources
from takings_impos.simulator import Options, Simulator

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


def shown(amount: Decimal) -> str:
    return show_amount(amount, "AUD")
