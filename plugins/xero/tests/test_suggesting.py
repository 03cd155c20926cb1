"""Suggestions for the codes of a hospitality venue on Xero's Australian chart."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from takings.plugin import Chart, DimensionKind, LedgerAccount, LedgerTax, LineKind, MappingRow, SourceCode
from takings_xero.suggesting import suggest


def account(code, name, kind, *, pays=False, active=True):
    return LedgerAccount(id=f"id-{code}", code=code, name=name, kind=kind, takes_payments=pays, active=active)


def tax(ident, rate, *, active=True):
    return LedgerTax(id=ident, code=ident, name=ident.title(), rate=Decimal(rate), active=active)


CHART = Chart(
    organisation="t",
    organisation_name="Tavern",
    currency="AUD",
    accounts=(
        account("205", "Surcharge Income", "REVENUE"),
        account("421", "Petty Cash Expenses", "EXPENSE"),
        account("422", "Till Over/Short", "EXPENSE", pays=True),
        account("611", "Cash Clearing", "ASSET", pays=True),
        account("612", "EFTPOS Clearing", "ASSET", pays=True),
        account("613", "AMEX Clearing", "ASSET", pays=True),
        account("614", "Uber Eats Clearing", "ASSET", pays=True),
        account("615", "House Accounts", "ASSET", pays=True),
        account("616", "Petty Cash", "ASSET", pays=True),
        account("805", "Old Tips Payable", "LIABILITY", active=False),
        account("806", "Gift Vouchers", "LIABILITY", pays=True),
        account("807", "Tips Payable", "LIABILITY", pays=True),
        account("808", "Function Deposits", "LIABILITY", pays=True),
        account("860", "Rounding", "LIABILITY"),
    ),
    taxes=(
        tax("OUTPUT", "10.0000"),
        tax("INPUT", "10.0000"),
        tax("EXEMPTOUTPUT", "0"),
        tax("EXEMPTEXPORT", "0"),
        tax("BASEXCLUDED", "0"),
        tax("OUTPUT2", "12.5", active=False),
    ),
)


def best(kind, code, name="", **fields):
    row = MappingRow(code=SourceCode(dimension="d", code=code, name=name, **fields), kind=kind)
    found = suggest(row, CHART)
    assert all(one.reason and 0 <= one.score <= 100 for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    return found[0].ref.code if found else None


@pytest.mark.parametrize(
    ("code", "name", "rate", "expected"),
    [
        ("GST", "GST 10%", "10", "OUTPUT"),
        ("FRE", "GST Free", "0", "EXEMPTOUTPUT"),
        ("N-T", "No Tax", "0", "BASEXCLUDED"),
        ("NO-TAX", "Sold without tax", "0", "EXEMPTOUTPUT"),
        ("EXP", "Export sales", "0", "EXEMPTEXPORT"),
        ("ODD", "Something", "0", None),
        ("OLD", "Old GST", "12.5", None),
        ("X", "No rate told", None, None),
    ],
)
def test_tax_codes_go_to_the_sales_rate_of_the_same_height(code, name, rate, expected):
    assert best(DimensionKind.TAX, code, name, rate=Decimal(rate) if rate else None) == expected


@pytest.mark.parametrize(
    ("role", "code", "name", "expected"),
    [
        (LineKind.TIP, "TIPS", "Tips", "807"),
        (LineKind.VOUCHER_SOLD, "VOUCH-SOLD", "Gift vouchers sold", "806"),
        (LineKind.DEPOSIT, "DEPOSIT", "Function deposits", "808"),
        (LineKind.ACCOUNT_PAYMENT, "ACCT-PAY", "House account payments", "615"),
        (LineKind.ROUNDING, "ROUND", "Cash rounding", "860"),
        (LineKind.VARIANCE, "VARIANCE", "Till over/short", "422"),
        (LineKind.SURCHARGE, "SUR-SUN", "Sunday surcharge", "205"),
        ("", "TIPS", "Tips", "807"),
        ("", "FOOD-KIT", "Kitchen", None),
        (LineKind.TIP, "DEPOSIT", "called like another", "807"),
        (LineKind.SALE, "TIP-TOP", "Tip Top tips", None),
    ],
)
def test_lines_that_are_no_income_go_where_bookkeepers_put_them(role, code, name, expected):
    assert best(DimensionKind.ACCOUNT, code, name, role=str(role)) == expected


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("CASH", "Cash", "611"),
        ("EFTPOS", "EFTPOS (Tyro)", "612"),
        ("AMEX", "American Express", "613"),
        ("UBER", "Uber Eats", "614"),
        ("VOUCH", "Gift Voucher", "806"),
        ("ACCT", "House Account", "615"),
        ("DIDI", "DiDi Food", None),
    ],
)
def test_payment_methods_go_to_their_clearing_accounts(code, name, expected):
    assert best(DimensionKind.TENDER, code, name) == expected


BY_SQUARE = "Settled by Square with the cards"


@pytest.mark.parametrize(
    ("code", "name", "category", "expected"),
    [
        ("CARD", "Cards", BY_SQUARE, "612"),
        ("CASH", "Cash", "Cash and cheques", "611"),
        ("WALLET", "Wallets", BY_SQUARE, "612"),
        ("GIFT_CARD", "Gift cards redeemed", "Owed to their holders until then", "806"),
        ("GIFT_CARD", "Gift cards redeemed", BY_SQUARE, "806"),
        ("BANK_ACCOUNT", "Bank transfers", BY_SQUARE, "612"),
        ("EXTERNAL-CHECK", "Cheques", "Cash and cheques", None),
        ("EXTERNAL-OTHER", "Other, taken outside Square", "On account with others", None),
        ("OTHER", "Other, taken by Square", BY_SQUARE, "612"),
    ],
)
def test_how_the_money_comes_decides_for_what_is_paid_out_with_the_cards_alone(code, name, category, expected):
    assert best(DimensionKind.TENDER, code, name, category=category) == expected


def test_vouchers_are_redeemed_from_the_liability_that_those_sold_went_to():
    asset = account("617", "Gift Voucher Clearing", "ASSET", pays=True)
    chart = replace(CHART, accounts=(asset, *CHART.accounts))
    sold = SourceCode(dimension="d", code="GIFT-CARDS", name="Gift cards sold", role=LineKind.VOUCHER_SOLD)
    redeemed = SourceCode(dimension="d", code="GIFT_CARD", name="Gift cards redeemed")
    rows = (MappingRow(code=sold, kind=DimensionKind.ACCOUNT), MappingRow(code=redeemed, kind=DimensionKind.TENDER))
    assert [[one.ref.code for one in suggest(row, chart)] for row in rows] == [["806"], ["806"]]


def test_archived_accounts_are_never_suggested():
    row = MappingRow(code=SourceCode(dimension="d", code="TIPS", role=LineKind.TIP), kind=DimensionKind.ACCOUNT)
    assert [one.ref.code for one in suggest(row, CHART)] == ["807"]
