"""Nothing is posted unless each line and tender has its place; every other outcome says what to do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from tests.support.days import (
    DIMENSIONS,
    SITE,
    a_day,
    a_table,
    any_day,
    entry,
    line,
    mapped,
    ref,
    steady,
    tax,
    tender,
)

from takings.domain.catalogue import DimensionKind
from takings.domain.day import DaySummary, LineKind
from takings.domain.findings import Finding, Severity
from takings.domain.mapping import Choice, LedgerRef, MappedDay, MappingEntry, MappingTable, map_day


def problems(day: DaySummary, table: MappingTable) -> tuple[Finding, ...]:
    found = map_day(day, table)
    assert not isinstance(found, MappedDay)
    assert all(one.what and one.why and one.do and one.severity is Severity.ERROR for one in found)
    return found


def test_each_line_and_tender_gets_its_account_and_rate() -> None:
    day = mapped(a_day(line("11.00"), line("5.00", "BEER", "FRE"), tender("10.00"), tender("6.00", "CARD")))
    assert [(one.account, one.tax, one.tax_code) for one in day.lines] == [
        (ref("201"), ref("OUTPUT"), "GST"),
        (ref("202"), ref("EXEMPT"), "FRE"),
    ]
    assert [one.account for one in day.tenders] == [ref("611"), ref("612")]
    assert (day.total, day.open_total) == (Decimal("16.00"), Decimal(0))


@pytest.mark.parametrize(
    ("day", "where", "code", "stands_for"),
    [
        (a_day(line("11.00", "WINE"), tender("11.00")), "map:accounts", "WINE", "11.00"),
        (a_day(line("11.00"), tender("11.00", "DIDI")), "map:tenders", "DIDI", "11.00"),
        (a_day(line("11.00", tax="VAT"), tender("11.00")), "map:taxes", "VAT", "11.00"),
    ],
)
def test_a_code_without_a_decision_is_told_with_what_it_stands_for(
    day: DaySummary, where: str, code: str, stands_for: str
) -> None:
    (found,) = problems(day, a_table())
    assert (found.code, found.where, found.subject) == ("mapping.open", where, code)
    assert f"stands for {stands_for} AUD" in found.why


def test_every_open_code_is_told_once_however_often_it_occurs() -> None:
    day = a_day(
        line("11.00", "WINE", "VAT"), line("-1.00", "WINE", "VAT", LineKind.DISCOUNT), line("2.00", "RUM"),
        tender("5.00", "DIDI"), tender("7.00", "DOOR"),
    )  # fmt: skip
    found = problems(day, a_table())
    assert sorted((one.where, one.subject) for one in found) == [
        ("map:accounts", "RUM"), ("map:accounts", "WINE"), ("map:taxes", "VAT"),
        ("map:tenders", "DIDI"), ("map:tenders", "DOOR"),
    ]  # fmt: skip
    assert "10.00 AUD" in next(one.why for one in found if one.subject == "WINE")
    assert {one.do for one in found if one.where == "map:taxes"} == {"Map it to a tax rate"}


def test_amounts_of_zero_need_no_decision() -> None:
    day = mapped(a_day(line("11.00"), line("0.00", "WINE", "VAT"), tender("11.00"), tender("0.00", "DIDI")))
    assert (len(day.lines), len(day.tenders)) == (1, 1)


def test_what_is_not_posted_leaves_line_and_tender_out_where_they_cancel() -> None:
    table = a_table(
        entry("accounts", "STAFF", choice=Choice.DO_NOT_POST), entry("tenders", "STAFF", choice=Choice.DO_NOT_POST)
    )
    day = mapped(a_day(line("11.00"), line("4.00", "STAFF"), tender("11.00"), tender("4.00", "STAFF")), table)
    assert [one.line.account for one in day.lines] == ["FOOD"]
    assert [one.tender.code for one in day.tenders] == ["CASH"]


@pytest.mark.parametrize("dimension", ["accounts", "tenders"])
def test_what_is_not_posted_and_does_not_cancel_holds_the_day(dimension: str) -> None:
    table = a_table(
        entry("accounts", "STAFF", "201"), entry("tenders", "STAFF", "611"),
        entry(dimension, "STAFF", choice=Choice.DO_NOT_POST),
    )  # fmt: skip
    day = a_day(line("11.00"), line("4.00", "STAFF"), tender("11.00"), tender("4.00", "STAFF"))
    (found,) = problems(day, table)
    assert found.code == "mapping.left_out_does_not_cancel"
    assert "11.00" in found.why
    assert "15.00" in found.why


@pytest.mark.parametrize(
    ("currency", "paid", "whole"),
    [
        ("JPY", "2202", True), ("JPY", "2203", True), ("JPY", "2204", False),
        ("KWD", "2201.924", True), ("KWD", "2201.925", True), ("KWD", "2201.928", False),
    ],
)  # fmt: skip
def test_shares_of_tax_on_top_are_rounded_to_the_currencys_smallest_amount(
    currency: str, paid: str, whole: bool
) -> None:
    staff = [entry(one, "STAFF", choice=Choice.DO_NOT_POST) for one in ("accounts", "tenders")]
    day = a_day(
        line("1000"), line("40", "STAFF"), line("1000", tax="FRE"), line("40", "STAFF", "FRE"),
        tax("105"), tax("105", "FRE"), tender(paid), tender(str(2290 - Decimal(paid)), "STAFF"),
        prices_include_tax=False, site=replace(SITE, currency=currency),
    )  # fmt: skip
    assert not day.difference
    assert isinstance(map_day(day, a_table(*staff)), MappedDay) == whole


def test_a_day_out_of_balance_is_not_blamed_on_the_mapping() -> None:
    assert isinstance(map_day(a_day(line("11.00"), tender("12.00")), a_table()), MappedDay)


def test_a_line_that_is_not_posted_needs_no_tax() -> None:
    table = a_table(
        entry("accounts", "STAFF", choice=Choice.DO_NOT_POST), entry("tenders", "STAFF", choice=Choice.DO_NOT_POST)
    )
    day = a_day(line("11.00"), line("4.00", "STAFF", tax=""), tender("11.00"), tender("4.00", "STAFF"))
    assert len(mapped(day, table).lines) == 1


def test_a_tender_collected_elsewhere_is_left_open_on_the_document() -> None:
    table = a_table(entry("tenders", "UBER", choice=Choice.LEAVE_OPEN))
    day = mapped(a_day(line("11.00"), tender("4.00"), tender("7.00", "UBER")), table)
    assert [one.account for one in day.tenders] == [ref("611"), None]
    assert (day.total, day.open_total) == (Decimal("11.00"), Decimal("7.00"))


def test_a_line_cannot_be_left_open() -> None:
    (found,) = problems(a_day(), a_table(entry("accounts", "FOOD", choice=Choice.LEAVE_OPEN)))
    assert (found.code, found.where) == ("mapping.leave_open_is_for_tenders", "map:accounts")


def test_a_line_without_a_tax_code_takes_its_accounts_from_the_catalogue() -> None:
    day = mapped(a_day(line("11.00", tax=""), tender("11.00")), a_table(account_taxes={"FOOD": "FRE"}))
    assert (day.lines[0].tax, day.lines[0].tax_code) == (ref("EXEMPT"), "FRE")


def test_a_lines_own_tax_code_goes_before_its_accounts() -> None:
    assert mapped(a_day(), a_table(account_taxes={"FOOD": "FRE"})).lines[0].tax_code == "GST"


def test_no_tax_code_anywhere_holds_the_day() -> None:
    (found,) = problems(a_day(line("11.00", tax=""), tender("11.00")), a_table())
    assert (found.code, found.subject) == ("mapping.no_tax_code", "FOOD")


def test_an_open_tax_code_from_the_catalogue_is_told_with_what_it_stands_for() -> None:
    table = a_table(account_taxes={"FOOD": "VAT"})
    (found,) = problems(a_day(line("11.00", tax=""), tender("11.00")), table)
    assert (found.code, found.subject) == ("mapping.open", "VAT")
    assert "stands for 11.00 AUD" in found.why


def test_a_source_without_taxes_has_lines_without_rates() -> None:
    dimensions = [one for one in DIMENSIONS if one.kind is not DimensionKind.TAX]
    table = MappingTable(dimensions, [entry("accounts", "FOOD", "201"), entry("tenders", "CASH", "611")])
    assert mapped(a_day(line("11.00", tax=""), tender("11.00")), table).lines[0].tax is None


def test_a_reference_belongs_to_what_is_posted_only() -> None:
    with pytest.raises(ValueError, match="a ledger reference belongs to"):
        MappingEntry(dimension="accounts", code="FOOD", choice=Choice.POST)
    with pytest.raises(ValueError, match="a ledger reference belongs to"):
        MappingEntry(dimension="accounts", code="FOOD", choice=Choice.DO_NOT_POST, ref=ref("201"))


def test_a_reference_is_shown_by_code_and_name_and_else_by_its_id() -> None:
    assert str(LedgerRef(id="x", code="201", name="Sales")) == "201 Sales"
    assert str(LedgerRef(id="x", name="Bank")) == "Bank"
    assert str(LedgerRef(id="x")) == "x"


@steady
@given(any_day(currency="AUD"))
def test_a_mapped_day_has_every_amount_and_an_unmapped_one_says_why(day: DaySummary) -> None:
    entries = [entry("accounts", one.account, "201") for one in day.lines]
    entries += [entry("tenders", one.code, "611") for one in day.tenders]
    entries += [entry("taxes", one.tax_code, "OUTPUT") for one in day.lines]
    found = map_day(day, MappingTable(DIMENSIONS, entries))
    if isinstance(found, MappedDay):
        assert found.total == day.lines_total
        assert sum((one.tender.counted for one in found.tenders), Decimal(0)) == day.counted_total
    else:
        assert {one.code for one in found} == {"mapping.no_tax_code"}
    nothing = map_day(day, MappingTable(DIMENSIONS, []))
    assert isinstance(nothing, MappedDay) == day.is_empty
