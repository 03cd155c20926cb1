"""Files: JSON, JSON Lines and CSV give the same days; what is wrong is told by line and column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takings.plugin import Content, DaySummary
from takings_impos.csvwrite import write_csv

from .records import (
    READER,
    SAMPLE,
    a_record,
    change,
    encoded,
    made_up,
    needs_sample,
    parse,
    read_day,
    sample_files,
)


def days(content: Content) -> list[DaySummary]:
    assert not content.findings, content.findings
    return [read_day(one.body) for one in content.records]


def lines(*records: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(one) for one in records).encode()


# --- JSON --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["day.json", "-", "day.txt", "day"])
def test_one_record_in_json_is_one_record_whatever_the_file_is_called(name: str) -> None:
    assert days(READER.read_file(encoded(a_record()), name)) == [read_day(a_record())]


def test_an_array_in_json_says_element_and_line() -> None:
    body = b"[\n" + encoded(a_record()) + b",\n" + encoded(change("revision", 2)) + b"\n]"
    content = READER.read_file(body, "days.json")
    assert len(days(content)) == 2
    second = encoded(a_record()).count(b"\n") + 3
    assert [one.where for one in content.records] == ["[0], line 2", f"[1], line {second}"]


def test_a_file_may_hold_more_than_a_push() -> None:
    assert len(READER.read_file(encoded([a_record()] * 300), "year.json").records) == 300


@pytest.mark.parametrize("name", ["days.jsonl", "days.ndjson", "days.json", "-"])
def test_json_lines_are_recognised_by_name_or_content(name: str) -> None:
    content = READER.read_file(lines(a_record(), change("revision", 2)) + b"\r\n\n", name)
    assert [one.revision for one in days(content)] == [1, 2]
    assert [one.where for one in content.records] == ["line 1", "line 2"]


def test_a_broken_line_refuses_the_file_and_says_line_and_column() -> None:
    content = READER.read_file(lines(a_record()) + b'\n{"a": }\n[]\n', "days.jsonl")
    assert [one.where for one in content.findings] == ["line 2, column 7", "line 3, column 1"]
    assert not content.records


@pytest.mark.parametrize(
    ("body", "name", "code"),
    [
        (b"", "days.json", "impos.empty"),
        (b" \n", "-", "impos.empty"),
        (b"[]", "days.json", "impos.empty"),
        (b"{", "days.json", "impos.not_json"),
        (b"hello", "days.json", "impos.not_json"),
        (b"\xff\xfe", "days.csv", "impos.not_utf8"),
    ],
)
def test_a_file_without_records_is_refused(body: bytes, name: str, code: str) -> None:
    content = READER.read_file(body, name)
    assert [one.code for one in content.findings] == [code]


# --- CSV ---------------------------------------------------------------------------------------------------


def rows(*records: dict[str, Any]) -> list[str]:
    return write_csv(records).split("\r\n")


def read(text: str) -> Content:
    return READER.read_file(text.encode(), "days.csv")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["days.csv", "DAYS.CSV", "-"])
def test_csv_gives_the_same_day_as_json(mark: bytes, name: str) -> None:
    record = a_record() | {"house_account_sales": [{"customer": "Smith", "amount": "95.02"}]}
    content = READER.read_file(mark + write_csv([record]).encode(), name)
    assert days(content) == [read_day(record)]
    assert json.loads(content.records[0].body) == record
    assert content.records[0].where == "line 2"


def test_unix_line_ends_and_other_column_orders_are_read() -> None:
    header, *others = rows(a_record())
    text = "\n".join(",".join(reversed(line.split(","))) for line in [header, *others] if '"' not in line)
    assert read(text).records


@given(st.lists(made_up, min_size=1, max_size=3, unique_by=lambda one: one["site"]["id"]))
def test_made_up_days_survive_csv(records: list[dict[str, Any]]) -> None:
    assert days(READER.read_file(write_csv(records).encode(), "days.csv")) == [read_day(one) for one in records]


@needs_sample
def test_the_sample_month_survives_csv() -> None:
    records = [json.loads(file.read_bytes()) for file in sample_files()]
    assert days(READER.read_file(write_csv(records).encode(), "month.csv")) == [read_day(one) for one in records]


def _changed(column: str, value: str, row: str) -> tuple[str, int, int]:
    """Put a value in a cell of the first row of a kind; return the text, the line and the column."""
    header, *others = rows(a_record())
    names = header.split(",")
    for at, line in enumerate(others):
        if f",{row}," in line:
            cells = next(__import__("csv").reader([line]))
            cells[names.index(column)] = value
            others[at] = ",".join(f'"{cell}"' for cell in cells)
            return "\r\n".join([header, *others]), at + 2, names.index(column) + 1
    raise AssertionError(row)


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        ("sale", "gross", "632.4", "impos.money_format"),
        ("sale", "gross", "", "impos.missing_field"),
        ("sale", "quantity", "1.5", "impos.wrong_type"),
        ("sale", "quantity", "-1", "impos.negative_count"),
        ("sale", "net", "1.00", "impos.arithmetic"),
        ("sale", "discount", "10.00", "impos.money_format"),
        ("sale", "trading_day", "9/10/2026", "impos.wrong_type"),
        ("sale", "amount", "5.00", "impos.csv_cell"),
        ("payment", "currency", "NZD", "impos.csv_cell"),
        ("payment", "count", "many", "impos.wrong_type"),
        ("surcharge", "type", "weekend", "impos.unknown_value"),
        ("tip", "row", "gratuity", "impos.csv_cell"),
        ("rounding", "amount", "0,02", "impos.money_format"),
    ],
)
def test_a_bad_cell_is_told_by_line_and_column(row: str, column: str, value: str, code: str) -> None:
    if (row, column) == ("sale", "discount"):
        code = "impos.sign"
    text, line, at = _changed(column, value, row)
    content = read(text)
    assert not content.records
    found = {one.code: one for one in content.findings}
    if column == "trading_day":
        # The other rows of the day no longer say the same, so that they are a day of their own.
        assert found[code].where.startswith(f"line {line}, column {at}")
        return
    assert set(found) == {code}
    assert found[code].where == f"line {line}, column {at} ({column})"


@pytest.mark.parametrize(
    ("header", "where"),
    [
        (lambda names: names[1:], "line 1, column"),
        (lambda names: [*names, "gross"], "line 1, column"),
        (lambda names: [*names, "discuont"], "line 1, column"),
        (lambda names: [";".join(names)], "line 1, column 1"),
    ],
)
def test_a_header_that_is_not_right_is_told(header: Any, where: str) -> None:
    names, *others = rows(a_record())
    content = read("\n".join([",".join(header(names.split(","))), *others]))
    assert {one.code for one in content.findings} == {"impos.csv_header"}
    assert content.findings[0].where.startswith(where)


def test_a_row_with_an_unquoted_comma_is_told() -> None:
    header, first, *others = rows(a_record())
    content = read("\r\n".join([header, first + ",5", *others]))
    assert [(one.code, one.where.split(",")[0]) for one in content.findings] == [("impos.csv_width", "line 2")]


def test_a_quote_that_is_never_closed_is_told_where_its_row_begins() -> None:
    header, *others = rows(a_record())
    content = read("\r\n".join([header, *others[:3], '"' + others[3]]))
    assert [(one.code, one.where) for one in content.findings] == [("impos.csv_syntax", "line 5")]


def test_a_file_put_together_twice_does_not_double_a_day() -> None:
    header, *others = rows(a_record())
    body = [one for one in others if one]
    assert {one.code for one in read("\r\n".join([header, *body, *body])).findings} == {"impos.csv_day_twice"}
    _, *between = rows(change("sequence", 2))
    apart = read("\r\n".join([header, *body, *(one for one in between if one), *body]))
    assert "impos.csv_day_twice" in {one.code for one in apart.findings}


def test_lines_are_counted_through_texts_with_line_ends() -> None:
    record = change("sales.0.department", 'Kit"chen\r\nand\nBar')
    assert days(read(write_csv([record]))) == [read_day(record)]
    text = write_csv([record]).replace("11.00,", "eleven,")
    assert [one.where.split(",")[0] for one in read(text).findings] == ["line 6"]


def test_revisions_of_a_day_may_come_in_any_order() -> None:
    content = read(write_csv([change("revision", 2), a_record()]))
    assert [one.revision for one in days(content)] == [2, 1]


def test_a_header_alone_holds_no_record() -> None:
    assert [one.code for one in read(rows(a_record())[0]).findings] == ["impos.empty"]


@given(st.text(), st.sampled_from(["-", "days.csv", "days.json", "days.jsonl"]))
def test_no_text_makes_a_file_raise(text: str, name: str) -> None:
    content = READER.read_file(text.encode("utf-8", "replace"), name)
    assert content.records or content.findings or content.catalogue


@given(st.lists(st.lists(st.text(max_size=5), max_size=40), max_size=5))
def test_no_cells_make_a_csv_file_raise(cells: list[list[str]]) -> None:
    body = "\n".join([rows(a_record())[0], *(",".join(row) for row in cells)])
    content = READER.read_file(body.encode("utf-8", "replace"), "days.csv")
    assert content.records or content.findings


# --- The catalogue -----------------------------------------------------------------------------------------


@needs_sample
def test_the_catalogue_of_the_sample_is_recognised_and_read() -> None:
    content = READER.read_file((SAMPLE / "catalogue.json").read_bytes(), "anything.json")
    assert content.catalogue is not None
    assert not content.records
    assert (content.catalogue.site_id, content.catalogue.timezone) == ("4417", "Australia/Melbourne")
    counted = [sum(one.dimension == name for one in content.catalogue.codes)
               for name in ("tax_codes", "payment_methods", "accounts")]  # fmt: skip
    assert counted == [3, 6, 18]


def test_a_record_is_not_taken_for_a_catalogue() -> None:
    assert parse(a_record())
    assert READER.read_file(encoded(a_record() | {"accounts": []}), "-").catalogue is None


def test_the_documented_example_is_a_correct_file() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "how-to" / "impos-files.md").read_text()
    (day,) = days(read(page.split("```csv\n")[1].split("```")[0]))
    assert (day.difference, day.lines_total) == (0, 45)
