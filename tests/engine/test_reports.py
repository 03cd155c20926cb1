"""What a bookkeeper files agrees with the ledger's own books, and with the days."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from tests.engine.conftest import Ready, dearer
from tests.support.chain import OCTOBER, Venue
from tests.support.month import Month

from takings.engine.printing import print_csv, print_html
from takings.errors import NotFound
from takings.views import LOCAL


@pytest.fixture
def posted(ready: Ready) -> Venue:
    venue = ready(6)
    venue.sync()
    return venue


def test_a_months_accounts_moved_as_the_ledgers_trial_balance_says(posted: Venue) -> None:
    summary = posted.engine.month_summary(LOCAL, posted.name, date(2026, 10, 15))
    balances = posted.books.balances()
    chart = {one.id: one.code for one in posted.engine.refresh_ledger(LOCAL, posted.name).accounts}
    for one in summary.accounts:
        # The ledger keeps the tax of a line on its own account.
        assert balances.get(chart[one.id], Decimal(0)) == one.amount - one.tax, one.account
    assert sum((one.amount for one in summary.accounts), Decimal(0)) == 0
    assert balances["820"] == -summary.tax


def test_a_month_adds_up_its_days(posted: Venue) -> None:
    summary = posted.engine.month_summary(LOCAL, posted.name, date(2026, 10, 1))
    assert summary.taken == sum((one.total for one in summary.days), Decimal(0))
    assert summary.posted == summary.taken
    assert summary.waiting == 0
    assert summary.documents == len(posted.books.invoices())
    assert summary.tax == sum((one.amount for one in summary.taxes), Decimal(0))
    assert sum((one.counted for one in summary.tenders), Decimal(0)) == summary.taken


def test_payment_methods_are_no_supplies_where_they_are_lines(ready: Ready) -> None:
    venue = ready(2)
    venue.engine.configure(LOCAL, venue.name, target_settings={"shape": "balanced"})
    venue.sync()
    summary = venue.engine.month_summary(LOCAL, venue.name, date(2026, 10, 1))
    assert summary.documents == 2
    assert sum((one.gross for one in summary.taxes), Decimal(0)) == summary.taken
    assert all(one.gross >= 0 for one in summary.taxes)


def test_what_waits_is_told_apart_from_what_stands(posted: Venue, made_up: Month) -> None:
    more = [one for one in made_up.first if one["trading_day"] > "2026-10-06"][:1]
    assert posted.push(more).accepted
    summary = posted.engine.month_summary(LOCAL, posted.name, date(2026, 10, 1))
    assert summary.waiting == Decimal(str(sum(Decimal(one["counted"]) for one in more[0]["payments"])))
    assert summary.days[-1].state == "pending"
    assert summary.days[-1].posted == 0


def test_a_changed_day_still_counts_as_it_was_posted(posted: Venue, made_up: Month) -> None:
    before = posted.engine.month_summary(LOCAL, posted.name, date(2026, 10, 1))
    assert posted.push([dearer(made_up.first[0], revision=2)]).accepted
    after = posted.engine.month_summary(LOCAL, posted.name, date(2026, 10, 1))
    assert after.posted == before.posted
    assert after.taken == before.taken + Decimal("10.00")
    assert after.accounts == before.accounts
    assert after.days[0].state == "changed"


def test_a_day_sheet_shows_lines_payments_and_documents(posted: Venue) -> None:
    sheet = posted.engine.day_sheet(LOCAL, posted.name, date(2026, 10, 1))
    (close,) = sheet.closes
    assert close.total == sheet.total == sum((one.amount for one in close.lines), Decimal(0))
    assert [one.total for one in close.documents] == [Decimal(posted.books.invoices()[0]["Total"])]
    assert all(one.account for one in close.lines if one.amount)
    with pytest.raises(NotFound, match="There is no day 2025-01-01"):
        posted.engine.day_sheet(LOCAL, posted.name, date(2025, 1, 1))


def test_clearing_accounts_run_to_the_balance_that_the_ledger_has(posted: Venue) -> None:
    report = posted.engine.clearing_report(LOCAL, posted.name, OCTOBER)
    balances = posted.books.balances()
    chart = {one.id: one.code for one in posted.engine.refresh_ledger(LOCAL, posted.name).accounts}
    assert len(report.accounts) > 1
    for one in report.accounts:
        assert balances.get(chart[one.id], Decimal(0)) == one.total
        assert [row.balance for row in one.rows] == list(_running([row.amount for row in one.rows]))
    code = chart[report.accounts[0].id]
    only = posted.engine.clearing_report(LOCAL, posted.name, OCTOBER, account=code)
    assert only.accounts == report.accounts[:1]
    with pytest.raises(NotFound, match=r"There is no clearing account 99999\. There are: "):
        posted.engine.clearing_report(LOCAL, posted.name, OCTOBER, account="99999")


def _running(amounts: list[Decimal]) -> Iterator[Decimal]:
    total = Decimal(0)
    for one in amounts:
        total += one
        yield total


def test_every_report_is_printed_as_a_page_and_as_rows(posted: Venue) -> None:
    engine = posted.engine
    reports = (
        engine.day_sheet(LOCAL, posted.name, date(2026, 10, 1)),
        engine.month_summary(LOCAL, posted.name, date(2026, 10, 1)),
        engine.clearing_report(LOCAL, posted.name, OCTOBER),
    )
    for report in reports:
        page, rows = print_html(report), list(csv.reader(io.StringIO(print_csv(report))))
        assert page.startswith("<!doctype html>")
        assert report.venue in page
        assert {len(row) for row in rows} == {len(rows[0])}
        assert len(rows) > 2
    month = list(csv.reader(io.StringIO(print_csv(reports[1]))))
    assert sum(Decimal(row[2]) for row in month[1:] if row[2]) == reports[1].taken


def test_a_name_that_is_a_formula_or_a_tag_stays_a_name(posted: Venue) -> None:
    sheet = posted.engine.day_sheet(LOCAL, posted.name, date(2026, 10, 1))
    from dataclasses import replace

    close = sheet.closes[0]
    hostile = replace(close.lines[0], name='=HYPERLINK("x")<script>alert(1)</script>')
    changed = replace(sheet, closes=(replace(close, lines=(hostile,)),))
    assert "<script>" not in print_html(changed)
    assert "'=HYPERLINK" in print_csv(changed)


def test_another_owner_sees_no_report(posted: Venue) -> None:
    from takings.views import Principal

    other = Principal(owner="other")
    for ask in (
        lambda: posted.engine.month_summary(other, posted.name, date(2026, 10, 1)),
        lambda: posted.engine.day_sheet(other, posted.name, date(2026, 10, 1)),
        lambda: posted.engine.clearing_report(other, posted.name, OCTOBER),
    ):
        with pytest.raises(NotFound):
            ask()
