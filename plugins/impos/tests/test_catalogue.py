"""The catalogue gives the codes of three dimensions, in ImPOS's words and the order of the wizard."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from takings.plugin import Catalogue, DimensionKind, Finding, LineKind, SourceCode
from takings_impos.plugin import END_OF_DAY
from takings_impos.reader import catalogue_of

from .records import encoded

CATALOGUE: dict[str, Any] = {
    "site": {"id": "4417", "name": "The Anchor Hotel", "timezone": "Australia/Melbourne", "currency": "AUD"},
    "tax_codes": [{"code": "GST", "name": "GST 10%", "rate": "10"}],
    "paymethods": [{"code": "CASH", "name": "Cash"}],
    "accounts": [{"code": "BEV-TAP", "category": "Beverage", "name": "Tap Beer", "tax_code": "GST"}],
}


def read(data: Any) -> Catalogue:
    found = catalogue_of(encoded(data))
    assert isinstance(found, Catalogue), found
    return found


def refused(data: Any) -> tuple[Finding, ...]:
    found = catalogue_of(encoded(data))
    assert isinstance(found, tuple)
    return found


def test_the_dimensions_come_in_the_order_of_the_wizard() -> None:
    assert [(one.key, one.title, one.kind) for one in END_OF_DAY.dimensions] == [
        ("tax_codes", "Tax codes", DimensionKind.TAX),
        ("payment_methods", "Payment methods", DimensionKind.TENDER),
        ("accounts", "Accounts", DimensionKind.ACCOUNT),
    ]


def test_codes_keep_what_the_catalogue_says_of_them() -> None:
    assert read(CATALOGUE).codes == (
        SourceCode(dimension="tax_codes", code="GST", name="GST 10%", rate=Decimal(10)),
        SourceCode(dimension="payment_methods", code="CASH", name="Cash"),
        SourceCode(dimension="accounts", code="BEV-TAP", name="Tap Beer", category="Beverage", tax_code="GST"),
    )


@pytest.mark.parametrize(
    ("category", "name", "role"),
    [
        ("Surcharges", "Sunday", LineKind.SURCHARGE),
        ("Tips", "Tips", LineKind.TIP),
        ("Vouchers", "Gift vouchers sold", LineKind.VOUCHER_SOLD),
        ("Deposits", "Function deposits", LineKind.DEPOSIT),
        ("Accounts", "House account payments", LineKind.ACCOUNT_PAYMENT),
        ("Rounding", "Cash rounding", LineKind.ROUNDING),
        ("Variance", "Till over/short", LineKind.VARIANCE),
        ("Cash movements", "Cash out reasons", LineKind.PAID_OUT),
        ("Cash movements", "Cash in reasons", LineKind.CASH_IN),
        ("Cash movements", "Petty cash", ""),
        ("Food", "Surcharges", ""),
        ("Tips and tricks", "Books", ""),
    ],
)
def test_only_imposs_own_categories_say_what_an_account_is_for(category: str, name: str, role: str) -> None:
    data = CATALOGUE | {"accounts": [{"code": "X", "category": category, "name": name}]}
    assert read(data).codes[-1].role == role


@pytest.mark.parametrize(
    ("where", "field", "value", "code"),
    [
        ("site", "timezone", "Nowhere", "impos.wrong_type"),
        ("tax_codes", "rate", 10, "impos.rate_format"),
        ("tax_codes", "rate", "10%", "impos.rate_format"),
        ("tax_codes", "code", "", "impos.wrong_type"),
        ("paymethods", "name", None, "impos.wrong_type"),
        ("accounts", "category", 1, "impos.wrong_type"),
        ("accounts", "tax_code", "", "impos.wrong_type"),
    ],
)
def test_one_bad_value_is_told_by_its_path(where: str, field: str, value: Any, code: str) -> None:
    data = copy.deepcopy(CATALOGUE)
    (data[where] if where == "site" else data[where][0])[field] = value
    (finding,) = refused(data)
    path = f"$.{where}.{field}" if where == "site" else f"$.{where}[0].{field}"
    assert (finding.code, finding.where) == (code, path)


def test_a_code_that_is_listed_twice_is_told() -> None:
    (finding,) = refused(CATALOGUE | {"paymethods": [{"code": "CASH", "name": "Cash"}] * 2})
    assert (finding.code, finding.where, finding.subject) == ("impos.duplicate_code", "$.paymethods[1].code", "CASH")


@pytest.mark.parametrize("data", [[], None, {"accounts": []}, "catalogue"])
def test_what_is_no_catalogue_is_refused(data: Any) -> None:
    assert refused(data)
