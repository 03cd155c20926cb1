"""Ranking the suggestions of all providers, with the sample catalogue and with anything hypothesis finds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.host import PluginHost, suggest
from takings.host.suggestions import usable_ids
from takings.plugin import Chart, DimensionKind, LedgerAccount, LedgerTax, MappingRow, SourceCode

HOST = PluginHost.load(allow=set())
TARGET = "books:ledger"

BOTH = [
    "Cash clearing", "EFTPOS clearing", "AMEX clearing", "Uber Eats clearing", "Gift vouchers liability",
    "House accounts (debtors clearing)", "Petty cash",
]  # fmt: skip
LINES = [
    "Tips payable", "Function deposits", "Till over/short", "Rounding", "Food sales", "Beverage sales",
    "Merchandise sales", "Surcharge income",
]  # fmt: skip
CHART = Chart(
    organisation="1",
    organisation_name="The Anchor Hotel",
    currency="AUD",
    accounts=tuple(
        LedgerAccount(id=f"id-{code}", code=str(code), name=name, takes_payments=name in BOTH)
        for code, name in enumerate(BOTH + LINES, start=600)
    ),
    taxes=(
        LedgerTax(id="OUTPUT", name="GST on Income", rate=Decimal("10.0000"), kinds=("REVENUE",)),
        LedgerTax(id="INPUT", name="GST on Expenses", rate=Decimal(10), kinds=("EXPENSE",)),
        LedgerTax(id="EXEMPTOUTPUT", name="GST Free Income", rate=Decimal(0), kinds=("REVENUE",)),
        LedgerTax(id="BASEXCLUDED", name="BAS Excluded", rate=Decimal(0)),
        LedgerTax(id="OLD", name="GST on Income, old", rate=Decimal(10), active=False),
    ),
)
TENDERS = [
    ("CASH", "Cash", "Cash clearing"),
    ("EFTPOS", "EFTPOS (Tyro)", "EFTPOS clearing"),
    ("AMEX", "American Express", "AMEX clearing"),
    ("UBER", "Uber Eats", "Uber Eats clearing"),
    ("VOUCH", "Gift Voucher", "Gift vouchers liability"),
    ("ACCT", "House Account", "House accounts (debtors clearing)"),
]
ACCOUNTS = [
    ("FOOD-KIT", "Kitchen", "Food", "Food sales"),
    ("FOOD-BIS", "Bistro & Grill", "Food", "Food sales"),
    ("FOOD-TAK", "Takeaway bread, milk", "Food", "Food sales"),
    ("BEV-TAP", "Tap Beer", "Beverage", "Beverage sales"),
    ("BEV-WIN", "Wine – by the glass", "Beverage", "Beverage sales"),
    ("BEV-SPI", "Spirits", "Beverage", "Beverage sales"),
    ("BEV-SOF", "Soft drink", "Beverage", "Beverage sales"),
    ("MERCH", "T-shirts", "Merchandise", "Merchandise sales"),
    ("SUR-SUN", "Sunday surcharge", "Surcharges", "Surcharge income"),
    ("SUR-CARD", "AMEX surcharge", "Surcharges", "Surcharge income"),
    ("TIPS", "Tips", "Tips", "Tips payable"),
    ("VOUCH-SOLD", "Gift vouchers sold", "Vouchers", "Gift vouchers liability"),
    ("DEPOSIT", "Function deposits", "Deposits", "Function deposits"),
    ("ACCT-PAY", "House account payments", "Accounts", "House accounts (debtors clearing)"),
    ("ROUND", "Cash rounding", "Rounding", "Rounding"),
    ("VARIANCE", "Till over/short", "Variance", "Till over/short"),
    ("CASH-OUT", "Cash out reasons", "Cash movements", "Petty cash"),
    ("CASH-IN", "Cash in reasons", "Cash movements", "Petty cash"),
]


def row(kind: DimensionKind, code: str, name: str = "", **more: Any) -> MappingRow:
    return MappingRow(code=SourceCode(dimension=kind.value, code=code, name=name, **more), kind=kind)


@pytest.mark.parametrize(("code", "name", "expected"), TENDERS)
def test_every_payment_method_of_a_hotel_gets_its_account_first(code: str, name: str, expected: str) -> None:
    assert suggest(HOST, row(DimensionKind.TENDER, code, name), CHART, target=TARGET)[0].ref.name == expected


@pytest.mark.parametrize(("code", "name", "category", "expected"), ACCOUNTS)
def test_every_account_of_a_hotel_gets_its_account_first(code: str, name: str, category: str, expected: str) -> None:
    asked = row(DimensionKind.ACCOUNT, code, name, category=category)
    assert suggest(HOST, asked, CHART, target=TARGET)[0].ref.name == expected


@pytest.mark.parametrize(
    ("code", "name", "rate", "expected"),
    [("GST", "GST 10%", "10", "OUTPUT"), ("FRE", "GST Free", "0", "EXEMPTOUTPUT")],
)
def test_a_tax_code_gets_the_rate_for_income_first(code: str, name: str, rate: str, expected: str) -> None:
    asked = row(DimensionKind.TAX, code, name, rate=Decimal(rate))
    found = suggest(HOST, asked, CHART, target=TARGET)
    assert found[0].ref.id == expected
    assert "OLD" not in {one.ref.id for one in found}


def test_what_nothing_resembles_gets_no_suggestion() -> None:
    assert suggest(HOST, row(DimensionKind.TENDER, "DIDI", "Didi"), CHART, target=TARGET) == ()


def test_a_provider_that_fails_or_talks_nonsense_is_left_out(site: Any) -> None:
    site.add("bad", PROVIDER.format(answer="1 / 0", targets=()))
    site.add(
        "odd", PROVIDER.format(answer="[3, Suggestion(ref=LedgerRef(id='id-600'), reason='', score=101)]", targets=())
    )
    site.add("good", PROVIDER.format(answer=CASH, targets=()))
    found = suggest(site.load(), row(DimensionKind.TENDER, "X"), CHART, target=TARGET)
    assert [(one.ref.id, one.score) for one in found] == [("id-600", 40)]


def test_a_provider_for_other_targets_is_not_asked(site: Any) -> None:
    site.add("ours", PROVIDER.format(answer=CASH, targets=(TARGET,)))
    host = site.load()
    assert suggest(host, row(DimensionKind.TENDER, "X"), CHART, target=TARGET)
    assert not suggest(host, row(DimensionKind.TENDER, "X"), CHART, target="other:ledger")


CASH = "[Suggestion(ref=LedgerRef(id='id-600', name='Cash clearing'), reason='So said', score=40)]"
PROVIDER = """
@hookimpl
def takings_mappings():
    return [MappingType(key="own", title="Own", suggest=lambda row, chart: {answer}, targets={targets!r})]
"""

WORDS = ["cash", "clearing", "sales", "gift", "cards", "the", "GST", "Café", "2", "–"]
names = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
accounts = st.builds(
    LedgerAccount,
    id=st.sampled_from(["a", "b", "c", "d"]),
    code=st.sampled_from(["200", "CASH", ""]),
    name=names,
    active=st.booleans(),
    takes_payments=st.booleans(),
    takes_lines=st.booleans(),
)
taxes = st.builds(
    LedgerTax, id=names, name=names, rate=st.sampled_from([Decimal(0), Decimal(10)]), active=st.booleans()
)
charts = st.builds(
    Chart,
    organisation=st.just("1"),
    organisation_name=st.just("O"),
    currency=st.just("AUD"),
    accounts=st.lists(accounts, max_size=6, unique_by=lambda one: one.id).map(tuple),
    taxes=st.lists(taxes, max_size=4, unique_by=lambda one: one.id).map(tuple),
)
rows = st.builds(
    row,
    st.sampled_from(list(DimensionKind)),
    st.sampled_from(["CASH", "200", "GST"]),
    names,
    category=names,
    rate=st.none() | st.sampled_from([Decimal(0), Decimal(10)]),
)


@given(rows, charts)
def test_suggestions_are_usable_ranked_unique_and_always_the_same(asked: MappingRow, chart: Chart) -> None:
    found = suggest(HOST, asked, chart, target=TARGET)
    assert found == suggest(HOST, asked, chart, target=TARGET)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len({one.ref.id for one in found}) == len(found)
    assert {one.ref.id for one in found} <= usable_ids(asked.kind, chart)
    assert all(one.reason and 0 < one.score <= 100 for one in found)
