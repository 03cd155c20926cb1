"""Each thing that is wrong with a record is told: by its path, its value and what is expected."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.plugin import DaySummary, RawRecord, Severity

from .records import READER, a_record, change, encoded, leave_out, parse, refused

ONE_BAD_THING = [
    ("site.timezone", "Mars/Olympus", "impos.wrong_type"),
    ("site.timezone", "../../etc/passwd", "impos.wrong_type"),
    ("site.timezone", "Australia", "impos.wrong_type"),
    ("site.currency", "aud", "impos.wrong_type"),
    ("site.id", 4417, "impos.wrong_type"),
    ("site.id", "", "impos.wrong_type"),
    ("site.name", None, "impos.wrong_type"),
    ("site.name", "a\x00b", "impos.bad_text"),
    ("site", "4417", "impos.wrong_type"),
    ("trading_day", "09.10.2026", "impos.wrong_type"),
    ("trading_day", "2026-02-30", "impos.wrong_type"),
    ("trading_day", "0001-01-01", "impos.wrong_type"),
    ("trading_day", "2026-10-09T00:00:00", "impos.wrong_type"),
    ("sequence", 0, "impos.wrong_type"),
    ("sequence", "1", "impos.wrong_type"),
    ("sequence", True, "impos.wrong_type"),
    ("revision", 1.5, "impos.wrong_type"),
    ("revision", 10**20, "impos.wrong_type"),
    ("opened_at", "2026-10-09T10:58:12", "impos.wrong_type"),
    ("closed_at", "2026-10-10", "impos.wrong_type"),
    ("closed_at", "2026-10-10T25:00:00+11:00", "impos.wrong_type"),
    ("closed_by", 7, "impos.wrong_type"),
    ("terminals", "POS1", "impos.wrong_type"),
    ("terminals.1", 7, "impos.wrong_type"),
    ("prices_include_tax", "true", "impos.wrong_type"),
    ("sales", {}, "impos.wrong_type"),
    ("sales.1", "GST", "impos.wrong_type"),
    ("sales.0.account", "", "impos.wrong_type"),
    ("sales.0.account", ["FOOD-KIT"], "impos.wrong_type"),
    ("sales.0.tax_code", None, "impos.wrong_type"),
    ("sales.0.quantity", -1, "impos.negative_count"),
    ("sales.0.quantity", 1.5, "impos.wrong_type"),
    ("sales.0.gross", 632.4, "impos.float_money"),
    ("sales.0.gross", 632, "impos.float_money"),
    ("sales.0.gross", None, "impos.wrong_type"),
    ("sales.0.gross", True, "impos.wrong_type"),
    ("sales.0.gross", "632.4", "impos.money_format"),
    ("sales.0.gross", "632.400", "impos.money_format"),
    ("sales.0.gross", "1,632.40", "impos.money_format"),
    ("sales.0.gross", "0632.40", "impos.money_format"),
    ("sales.0.gross", "+632.40", "impos.money_format"),
    ("sales.0.gross", " 632.40", "impos.money_format"),
    ("sales.0.gross", "6e2", "impos.money_format"),
    ("sales.0.gross", "NaN", "impos.money_format"),
    ("sales.0.gross", "٦٣٢.٤٠", "impos.money_format"),
    ("sales.0.gross", "1234567890123.00", "impos.money_format"),
    ("sales.0.gross", "a lot", "impos.money_format"),
    ("sales.0.net", "617.01", "impos.arithmetic"),
    ("sales.0.tax", 56.09, "impos.float_money"),
    ("surcharges.0.type", "weekend", "impos.unknown_value"),
    ("surcharges.0.amount", 11, "impos.float_money"),
    ("tips.0.paymethod", "", "impos.wrong_type"),
    ("vouchers_sold.0.amount", "150", "impos.money_format"),
    ("deposits_taken.0.reference", 88, "impos.wrong_type"),
    ("account_payments.0.customer", "", "impos.wrong_type"),
    ("rounding", [], "impos.wrong_type"),
    ("rounding.amount", 0.02, "impos.float_money"),
    ("variance.account", "", "impos.wrong_type"),
    ("cash_movements.0.direction", "sideways", "impos.unknown_value"),
    ("cash_movements.0.direction", ["in"], "impos.unknown_value"),
    ("cash_movements.0.amount", "-45.00", "impos.sign"),
    ("cash_movements.0.amount", "0.00", "impos.sign"),
    ("cash_movements.0.tax", "4", "impos.money_format"),
    ("payments.0.count", -9, "impos.negative_count"),
    ("payments.0.recorded", "", "impos.money_format"),
    ("payments.1.counted", 1179, "impos.float_money"),
    ("statistics.covers", -1, "impos.negative_count"),
    ("statistics.checks", "26", "impos.wrong_type"),
    ("statistics", [], "impos.wrong_type"),
]


def as_path(dotted: str) -> str:
    return "$" + "".join(f"[{name}]" if name.isdigit() else f".{name}" for name in dotted.split("."))


@pytest.mark.parametrize(("path", "value", "code"), ONE_BAD_THING)
def test_one_bad_value_is_told_by_its_path(path: str, value: Any, code: str) -> None:
    (finding,) = refused(change(path, value))
    assert (finding.code, finding.where) == (code, as_path(path))
    assert as_path(path) in finding.what
    assert finding.why
    assert finding.do


def _required() -> list[str]:
    optional = {"house_account_sales", "day_part", "tax_code", "reference", "customer"}
    paths = []
    for name, value in a_record().items():
        rows = value[:1] if isinstance(value, list) else [value]
        inside = [f"{name}.0.{one}" if isinstance(value, list) else f"{name}.{one}" for row in rows
                  if isinstance(row, dict) for one in row if one not in optional]  # fmt: skip
        paths += [name, *inside]
    return [path for path in paths if path not in optional and path != "cash_movements.0.tax"]


@pytest.mark.parametrize("path", _required())
def test_a_missing_field_is_told_by_its_path(path: str) -> None:
    (finding,) = refused(leave_out(path))
    assert (finding.code, finding.where) == ("impos.missing_field", as_path(path))


@pytest.mark.parametrize("literal", ["632.40", "632.399999999999977", "6.324e2", "1" + "0" * 5000])
def test_a_number_for_money_is_shown_as_it_was_written(literal: str) -> None:
    text = encoded(a_record()).decode().replace('"gross": "632.40"', f'"gross": {literal}')
    (finding,) = refused(text)
    assert finding.code == "impos.float_money"
    assert literal[:50] in finding.what
    assert len(finding.what) < 200


@pytest.mark.parametrize("amount", ["99999999999999.99", "-1000000000000.00", "9" * 5000 + ".00"])
def test_an_amount_that_is_written_right_and_too_large_is_told_so(amount: str) -> None:
    (finding,) = refused(change("sales.0.gross", amount))
    assert (finding.code, finding.where) == ("impos.money_format", "$.sales[0].gross")
    assert finding.why == "That is too large: an amount has at most 12 digits before its decimals"


@pytest.mark.parametrize(
    "given", ["impos.end_of_day/2", "impos.end_of_day/11", "impos.end_of_day", "", 1, None, "x" * 999]
)
def test_another_format_is_refused_and_nothing_else_is_judged(given: Any) -> None:
    (finding,) = refused(change("format", given) | {"sales": "elsewhere now"})
    assert (finding.code, finding.where) == ("impos.format_unknown", "$.format")
    assert "impos.end_of_day/1" in finding.why, "it says which versions are read"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('"revision": 1', '"revision": 1, "revision": 2', "$.revision"),
        ('"quantity": 43', '"quantity": 43, "quantity": 43', "$.sales[0].quantity"),
        ('"checks": 26', '"checks": 26, "a b": 1, "a b": 1', '$.statistics["a b"]'),
    ],
)
def test_a_repeated_key_is_never_resolved_silently(old: str, new: str, path: str) -> None:
    (finding,) = refused(encoded(a_record()).decode().replace(old, new))
    assert (finding.code, finding.where) == ("impos.duplicate_key", path)


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity"])
def test_what_json_does_not_have_is_refused_wherever_it_stands(literal: str) -> None:
    text = encoded(a_record()).decode().replace('"checks": 26', f'"checks": 26, "mood": [{literal}]')
    (finding,) = refused(text)
    assert (finding.code, finding.where) == ("impos.not_json", "$.statistics.mood[0]")
    assert literal in finding.what


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"", "impos.not_json", "line 1, column 1"),
        (b"{\n  nonsense", "impos.not_json", "line 2, column 3"),
        (b"{} {}", "impos.not_json", "line 1, column 4"),
        (b'{"a": "\xff"}', "impos.not_utf8", "byte 8"),
        ('{"a": 1}'.encode("utf-16"), "impos.not_utf8", "byte 1"),
        (b"[" * 100_000, "impos.too_deep", "$"),
        (b'{"a":' * 100_000, "impos.too_deep", "$"),
        (b"[]", "impos.wrong_type", "$"),
        (b"12.5", "impos.wrong_type", "$"),
        (b"null", "impos.wrong_type", "$"),
        (b"{}", "impos.missing_field", "$.format"),
        (b"NaN", "impos.not_json", "$"),
    ],
)
def test_what_is_no_record_at_all_is_told(body: bytes, code: str, where: str) -> None:
    assert (refused(body)[0].code, refused(body)[0].where) == (code, where)


def test_half_of_a_surrogate_pair_is_refused_and_the_finding_can_be_stored() -> None:
    text = json.dumps(a_record()).replace('"Kitchen"', '"Kit\\ud83dchen"')
    (finding,) = refused(text)
    assert (finding.code, finding.where) == ("impos.bad_text", "$.sales[0].department")
    assert json.dumps(finding.as_dict(), ensure_ascii=False).encode()


def test_all_problems_of_a_record_are_told_at_once_with_their_day() -> None:
    record = change("sales.0.quantity", -1)
    record["payments"][0]["counted"] = 95.02
    del record["closed_by"]
    found = refused(record)
    assert [one.where for one in found] == ["$.closed_by", "$.sales[0].quantity", "$.payments[0].counted"]
    assert {one.subject for one in found} == {"2026-10-09/1"}


def test_fifty_problems_are_told_and_the_rest_counted() -> None:
    record = a_record()
    record["tips"] = [{"account": "TIPS", "paymethod": "CASH", "amount": 1}] * 70
    *told, last = refused(record)
    assert len(told) == 50
    assert (last.code, last.severity) == ("impos.more", Severity.INFO)
    assert "20" in last.what


def test_a_wrong_amount_is_told_once_and_not_as_arithmetic_too() -> None:
    (finding,) = refused(change("sales.0.discount", "10.00"))
    assert (finding.code, finding.where) == ("impos.sign", "$.sales[0].discount")
    (finding,) = refused(change("sales.0.refund", "0.01"))
    assert finding.code == "impos.sign"


def test_house_account_sales_that_come_to_no_tender_are_told() -> None:
    (finding,) = refused(change("house_account_sales", [{"customer": "Smith", "amount": "1.00"}]))
    assert (finding.code, finding.where) == ("impos.house_account_sum", "$.house_account_sales")


def test_an_unknown_currency_does_not_hide_other_problems() -> None:
    record = change("site.currency", "Dollars")
    record["tips"][0]["amount"] = 20
    assert [one.code for one in refused(record)] == ["impos.wrong_type", "impos.float_money"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(anything)
def test_no_json_makes_the_reader_raise(value: Any) -> None:
    assert isinstance(parse(json.dumps(value)), tuple)


@given(st.sampled_from([path for path, *_ in ONE_BAD_THING]), anything)
def test_no_value_in_any_place_makes_the_reader_raise(path: str, value: Any) -> None:
    outcome = parse(json.dumps(change(path, value)))
    assert isinstance(outcome, tuple | DaySummary)
    if isinstance(outcome, tuple):
        json.dumps([one.as_dict() for one in outcome], ensure_ascii=False).encode()


@given(st.binary())
def test_no_bytes_make_the_reader_raise(body: bytes) -> None:
    assert isinstance(READER.parse(RawRecord(body=body)), tuple)
