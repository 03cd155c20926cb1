"""The chart file: what it says is what can be mapped, and a line that is not understood is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from beancount import loader

from takings_journal.chart import ChartFile, read_chart
from takings_journal.default_chart import default_chart


def read(text: str) -> ChartFile:
    return read_chart(text, "takings.accounts.beancount")


def test_the_default_chart_is_understood_by_us_and_by_beancount() -> None:
    chart = read(default_chart("north-bar"))
    assert chart.problems == []
    assert (chart.title, chart.journal, chart.locked_through) == ("Takings: north-bar", "north-bar", None)
    entries, errors, _ = loader.load_string(default_chart("north-bar"))
    assert errors == []
    opened = {entry.account for entry in entries if type(entry).__name__ == "Open"}
    assert opened == set(chart.accounts)
    for account in chart.accounts.values():
        assert account.meta["name"]
        assert account.meta.get("tax", "NONE") in chart.rates
    assert {one.account for one in chart.rates.values() if one.account} <= set(chart.accounts)


def test_each_account_takes_what_fits_it(journal: Any) -> None:
    accounts = {one.id: one for one in journal.target.chart().accounts}
    assert not accounts["Income:Sales:Food"].takes_payments
    assert accounts["Liabilities:GiftVouchers"].takes_payments
    gst = accounts["Liabilities:GST"]
    assert not gst.takes_lines
    assert not gst.takes_payments
    assert accounts["Liabilities:Tips"].role == "tip"
    assert {one.id: one.rate for one in journal.target.chart().taxes} == {
        "GST": Decimal(10), "GST-FREE": Decimal(0), "NONE": Decimal(0),
    }  # fmt: skip


def test_an_edited_chart_is_read(journal: Any) -> None:
    text = """\ufeffoption "title" "The \\"Anchor\\""   ; a comment
2026/07/01 custom "locked" 2026-06-30
2026-08-01 custom "locked" 2026-07-31
2026-08-01 custom "fava-option" "language" "de"
2000-01-01 open Assets:Überweisung AUD, NZD "STRICT" ; for both
  name: "Bank"
  iban: "DE00"
\tnumber: 12
2000-01-01 open Income:Old
2026-07-01 close Income:Old
2000-01-01 custom "tax" "GST" "GST on sales" 12.5 Liabilities:GST
2000-01-01 open Liabilities:GST
"""
    chart = read(text)
    assert chart.problems == []
    assert chart.title == 'The "Anchor"'
    assert chart.locked_through == date(2026, 7, 31)
    bank = chart.accounts["Assets:Überweisung"]
    assert (bank.currencies, bank.meta["name"]) == (("AUD", "NZD"), "Bank")
    assert chart.rates["GST"].rate == Decimal("12.5")
    journal.edit_chart(text)
    assert {one.id: one.active for one in journal.target.chart().accounts}["Income:Old"] is False
    _, errors, _ = loader.load_string(text.removeprefix("\ufeff"))
    assert errors == []


@pytest.mark.parametrize(
    "line",
    [
        "2026-13-01 open Assets:Bank",
        "2026-01-01 open assets:bank",
        "2026-01-01 open Assets:Bank aud",
        "2026-01-01 open",
        "2026-01-01 close Assets:Unknown",
        '2026-01-01 custom "tax" "GST" 10 Liabilities:GST',
        '2026-01-01 custom "tax" "GST" "GST" 10',
        '2026-01-01 custom "tax" "GST" "GST" ten Liabilities:GST',
        '2026-01-01 custom "locked" "yesterday"',
        '2026-01-01 custom "journal"',
    ],
)
def test_a_line_that_is_not_understood_is_told_with_its_number(journal: Any, line: str) -> None:
    journal.edit_chart(journal.default() + line + "\n")
    (finding,) = journal.target.check()
    number = journal.chart_text.rstrip("\n").count("\n") + 1
    assert (finding.code, finding.verbatim, finding.severity) == ("journal.chart_line", line, "warning")
    assert finding.where == f"takings.accounts.beancount:{number}"
