"""A correct record becomes the day summary that it says."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from takings.plugin import DaySummary, LineKind, Prices, RawRecord, TaxTotal

from .records import (
    READER,
    SAMPLE,
    a_record,
    change,
    encoded,
    leave_out,
    made_up,
    needs_sample,
    parse,
    read_day,
    sample_files,
)


def test_a_record_keeps_who_when_and_which_close() -> None:
    day = read_day(a_record())
    assert (day.site.id, day.site.name, day.site.timezone, day.site.currency) == (
        "4417", "The Anchor Hotel", "Australia/Melbourne", "AUD",
    )  # fmt: skip
    assert (day.business_date, day.sequence, day.revision) == (date(2026, 10, 9), 1, 1)
    assert day.closed_at is not None
    assert day.closed_at.date() == date(2026, 10, 10), "the close is after midnight, the day is not"
    assert day.closed_at.utcoffset() == timedelta(hours=11)
    assert (day.closed_by, day.prices_include_tax) == ("Zoë", True)
    assert day.statistics == {"checks": 26, "covers": 43}


def test_a_record_balances_as_the_contract_says() -> None:
    day = read_day(a_record())
    assert day.difference == 0
    assert day.lines_total == Decimal("1274.02")


def test_a_sale_becomes_sale_discount_and_refund_of_one_account() -> None:
    sale, discount, refund, *_ = read_day(a_record()).lines
    assert [(line.kind, line.amount) for line in (sale, discount, refund)] == [
        (LineKind.SALE, Decimal("632.40")),
        (LineKind.DISCOUNT, Decimal("-10.00")),
        (LineKind.REFUND, Decimal("-5.40")),
    ]
    for line in (sale, discount, refund):
        assert (line.account, line.tax_code, line.category, line.department, line.day_part, line.name) == (
            "FOOD-KIT", "GST", "Food", "Kitchen", "Dinner", "Kitchen",
        )  # fmt: skip
    assert (sale.quantity, discount.quantity, refund.quantity) == (43, 0, 0)


@pytest.mark.parametrize(
    ("kind", "account", "total"),
    [
        (LineKind.SURCHARGE, "SUR-SUN", "11.00"),
        (LineKind.TIP, "TIPS", "20.00"),
        (LineKind.VOUCHER_SOLD, "VOUCH-SOLD", "150.00"),
        (LineKind.DEPOSIT, "DEPOSIT", "500.00"),
        (LineKind.ACCOUNT_PAYMENT, "ACCT-PAY", "12.00"),
        (LineKind.ROUNDING, "ROUND", "0.02"),
        (LineKind.VARIANCE, "VARIANCE", "-5.00"),
        (LineKind.PAID_OUT, "CASH-OUT", "-45.00"),
        (LineKind.CASH_IN, "CASH-IN", "5.00"),
    ],
)
def test_everything_else_becomes_one_line_of_its_kind(kind: LineKind, account: str, total: str) -> None:
    (line,) = (line for line in read_day(a_record()).lines if line.kind is kind)
    assert (line.account, line.amount) == (account, Decimal(total))


def test_details_of_lines_are_kept() -> None:
    lines = {line.kind: line for line in read_day(a_record()).lines}
    assert (lines[LineKind.SURCHARGE].name, lines[LineKind.SURCHARGE].subtype) == ("Sunday", "check")
    assert lines[LineKind.TIP].payment_method == "EFTPOS"
    assert lines[LineKind.DEPOSIT].reference == "Function 88"
    assert lines[LineKind.ACCOUNT_PAYMENT].customer == "O'Brien & Sons"
    assert (lines[LineKind.PAID_OUT].name, lines[LineKind.CASH_IN].name) == ("Window cleaner", "Float")


def test_tax_is_summed_by_code_and_cash_out_takes_its_tax_away() -> None:
    assert set(read_day(a_record()).taxes) == {
        TaxTotal(tax_code="GST", amount=Decimal("53.00"), lines=3),
        TaxTotal(tax_code="", account="FOOD-TAK", amount=Decimal("0.00"), lines=1),
    }


def test_a_line_without_tax_code_leaves_it_to_the_catalogue() -> None:
    assert [line.tax_code for line in read_day(a_record()).lines if line.account == "FOOD-TAK"] == [""]


def test_a_day_without_trade_has_no_lines_and_is_no_problem() -> None:
    record = a_record()
    for name, value in record.items():
        if isinstance(value, list) and name != "terminals":
            record[name] = []
    record["rounding"]["amount"] = record["variance"]["amount"] = "0.00"
    day = read_day(record)
    assert day.is_empty
    assert day.lines == ()


def test_a_record_that_does_not_balance_is_read_as_it_is() -> None:
    assert read_day(change("payments.0.counted", "105.02")).difference == 10


def test_fields_of_a_newer_minor_version_are_not_looked_at() -> None:
    record = change("format", "impos.end_of_day/1.3") | {"weather": {"celsius": 31.5}}
    assert read_day(record) == read_day(a_record())


def test_a_byte_order_mark_changes_nothing() -> None:
    assert parse(b"\xef\xbb\xbf" + encoded(a_record())) == read_day(a_record())


@pytest.mark.parametrize(("currency", "text"), [("JPY", "-5"), ("KWD", "-5.000")])
def test_other_currencies_have_their_own_decimals(currency: str, text: str) -> None:
    record = json.loads(json.dumps(a_record()))
    record["site"]["currency"] = currency
    for name in (
        "sales",
        "surcharges",
        "tips",
        "vouchers_sold",
        "deposits_taken",
        "account_payments",
        "cash_movements",
    ):
        record[name] = []
    record["payments"] = []
    record["rounding"]["amount"], record["variance"]["amount"] = text.replace("5", "0").lstrip("-"), text
    assert read_day(record).lines_total == -5


@pytest.mark.parametrize("total", ["95.02", "1179.00"])
def test_house_account_sales_come_to_a_tender(total: str) -> None:
    assert read_day(change("house_account_sales", [{"customer": "Smith", "amount": total}]))


@pytest.mark.parametrize(
    "path", ["house_account_sales", "sales.0.day_part", "sales.0.tax_code", "cash_movements.0.tax"]
)
def test_what_is_optional_can_be_left_out(path: str) -> None:
    assert read_day(leave_out(path))


def test_a_venue_without_tax_says_so_and_one_with_tax_need_not() -> None:
    assert read_day(change("charges_tax", False)).prices is Prices.NO_TAX
    assert read_day(change("prices_include_tax", False)).prices is Prices.EXCLUSIVE
    assert read_day(change("charges_tax", True)).prices is Prices.INCLUSIVE


@given(made_up)
def test_a_made_up_record_moves_exactly_what_it_says(record: dict) -> None:
    day = read_day(record)
    expected = sum(Decimal(row["net"]) for row in record["sales"])
    for name in ("surcharges", "tips", "vouchers_sold", "deposits_taken", "account_payments"):
        expected += sum(Decimal(row["amount"]) for row in record[name])
    expected += Decimal(record["rounding"]["amount"]) + Decimal(record["variance"]["amount"])
    for row in record["cash_movements"]:
        expected += Decimal(row["amount"]) * (1 if row["direction"] == "in" else -1)
    taxed = [*record["sales"], *record["surcharges"]]
    tax = sum(Decimal(row["tax"]) for row in taxed)
    for row in record["cash_movements"]:
        tax += Decimal(row.get("tax", "0")) * (1 if row["direction"] == "in" else -1)
    assert day.lines_total == expected + (0 if record["prices_include_tax"] else tax)
    assert day.counted_total == sum(Decimal(row["counted"]) for row in record["payments"])
    assert all(line.amount for line in day.lines)


@needs_sample
@pytest.mark.parametrize("file", sample_files(), ids=lambda file: file.stem)
def test_the_sample_month_comes_to_what_is_expected_of_it(file: Path) -> None:
    expected = json.loads((SAMPLE / "expected.json").read_text())[file.stem]
    day = READER.parse(RawRecord(body=file.read_bytes()))
    assert isinstance(day, DaySummary)
    assert day.lines_total == Decimal(expected["lines_total"])
    assert day.counted_total == Decimal(expected["counted_total"])
    assert (day.difference == 0) is expected["balances"]
    assert {one.code: one.counted for one in day.tenders} == {
        code: Decimal(text) for code, text in expected["payments"].items()
    }
