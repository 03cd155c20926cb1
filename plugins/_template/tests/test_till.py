"""Reading Corner Till, from files and by calling it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from takings.plugin import DaySummary, LineKind, Misconfigured, Period, RawRecord

from takings_example.sandbox import days
from takings_example.sandbox.till import TillSandbox
from takings_example.till import TillInstallation, open_till
from takings_example.till_reader import TillReader
from takings_example.till_source import TillSource

from .calling import context

READER = TillReader()
MONDAY = date(2026, 10, 5)


@pytest.fixture
def source() -> Iterator[Any]:
    with TillSandbox() as running, context("") as given:
        yield open_till(TillInstallation(till_url=running.url + "/"), None, given)


def read_day(day: date) -> DaySummary:
    read = READER.parse(RawRecord(body=days.line(day).encode()))
    assert isinstance(read, DaySummary), read
    return read


def parse(data: Any) -> Any:
    return READER.parse(RawRecord(body=json.dumps(data).encode(), where="line 7"))


def good() -> Any:
    return json.loads(days.line(MONDAY))


def test_a_line_becomes_a_day_that_balances() -> None:
    day = read_day(MONDAY)
    assert day.difference == 0
    assert (day.site.id, day.business_date, day.revision) == ("corner-1", MONDAY, 1)
    assert [line.kind for line in day.lines][-1] is LineKind.DISCOUNT
    assert day.lines[-1].amount == Decimal("-5.50")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"date": "2026-13-01"}, "$.date"),
        ({"date": None}, "$.date"),
        ({"revision": 0}, "$.revision"),
        ({"revision": True}, "$.revision"),
        ({"shop": []}, "$.shop"),
        ({"shop": {"id": "x"}}, "$.shop.name"),
        ({"sold": {}}, "$.sold"),
        ({"sold": [3]}, "$.sold[0]"),
        ({"sold": [{"group": "A", "name": "A", "tax": "GST", "amount": 12.5}]}, "$.sold[0].amount"),
        ({"sold": [{"group": "A", "name": "A", "tax": "GST", "amount": "12.5"}]}, "$.sold[0].amount"),
        ({"sold": [{"group": "A", "name": "A", "tax": "GST", "amount": "1.00", "kind": "gift"}]}, "$.sold[0].kind"),
        ({"paid": [{"method": "CASH", "amount": "1.00"}]}, "$.paid[0].name"),
        ({"taxes": [{"tax": "GST", "amount": "1.00"}]}, "$.taxes[0].lines"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: dict[str, Any], path: str) -> None:
    (finding,) = parse(good() | change)
    assert (finding.code, finding.where) == ("example.line_wrong", path)
    assert "line 7" in finding.what


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_line_that_is_no_object_is_refused(body: bytes) -> None:
    assert not isinstance(READER.parse(RawRecord(body=body)), DaySummary)


def test_a_file_gives_its_days_and_codes() -> None:
    body = "\n".join([days.codes(), "", days.line(MONDAY)]).encode()
    content = READER.read_file(body, "october.jsonl")
    assert [record.where for record in content.records] == ["line 3"]
    assert content.records[0].body == days.line(MONDAY).encode()
    assert content.catalogue
    assert {code.code for code in content.catalogue.codes} >= {"GST", "CASH", "COFFEE"}


def test_a_file_that_was_cut_off_is_refused_as_a_whole() -> None:
    content = READER.read_file(days.line(MONDAY).encode()[:-5], "october.jsonl")
    assert content.records == ()
    assert "october.jsonl, line 1" in content.findings[0].what


def test_a_rate_that_is_none_refuses_the_codes() -> None:
    codes = json.loads(days.codes()) | {"taxes": [{"code": "GST", "name": "GST", "rate": "ten"}]}
    assert READER.read_file(json.dumps(codes).encode(), "codes").findings[0].where == "$.taxes[0].rate"


def test_pulling_gives_every_day_once_from_any_cursor(source: TillSource) -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 31))
    batches = list(source.read(period, None))
    assert batches[-1].cursor is None
    read = [record.body.decode() for batch in batches for record in batch.records]
    assert read == [days.line(day) for day in period]
    resumed = [record for batch in source.read(period, batches[0].cursor) for record in batch.records]
    assert [record.body.decode() for record in resumed] == read[len(batches[0].records) :]


def test_the_codes_of_every_made_up_day_are_in_the_catalogue(source: TillSource) -> None:
    known = {code.code for code in source.catalogue().codes}
    for day in Period(date(2026, 10, 1), date(2026, 10, 14)):
        assert {line.account for line in read_day(day).lines} <= known
    assert source.check() == ()


def test_pulling_without_an_address_names_the_setting() -> None:
    source = TillSource("", None)  # type: ignore[arg-type]
    with pytest.raises(Misconfigured) as wrong:
        source.catalogue()
    assert wrong.value.field == "till_url"
    assert source.check()[0].code == "example.till_unreadable"
