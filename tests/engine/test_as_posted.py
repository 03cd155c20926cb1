"""Reports show what was posted as it was posted, whatever is mapped and set since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from tests.engine.conftest import Ready, dearer
from tests.support.chain import OCTOBER, Venue
from tests.support.month import Month

from takings.domain.period import Period
from takings.views.reports import DaySheet, MonthSummary

FIRST = date(2026, 10, 1)
SETTINGS = {"variance_account": "421", "rounding_account": "201", "tips_tax": "GST on Income"}


@pytest.fixture
def posted(ready: Ready) -> Venue:
    venue = ready(3)
    venue.sync()
    return venue


def remap(venue: Venue, code: str, to: str, dimension: str = "payment_methods") -> None:
    venue.engine.set_mapping(venue.principal, venue.name, dimension=dimension, code=code, to=to)


def keep(venue: Venue, code: str, choice: str, dimension: str = "payment_methods") -> None:
    venue.engine.set_mapping(venue.principal, venue.name, dimension=dimension, code=code, choice=choice)


def cash_account(venue: Venue) -> str:
    return next(one.account for one in sheet_of(venue).closes[0].tenders if one.code == "CASH")


def sheet_of(venue: Venue, day: date = FIRST) -> DaySheet:
    return venue.engine.day_sheet(venue.principal, venue.name, day)


def month_of(venue: Venue) -> MonthSummary:
    return venue.engine.month_summary(venue.principal, venue.name, FIRST)


def places(sheet: DaySheet) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.code, one.account, one.tax) for close in sheet.closes for one in close.lines if one.amount]


def test_a_clearing_account_is_reported_after_its_payment_method_went_elsewhere(posted: Venue) -> None:
    engine, code = posted.engine, cash_account(posted).split()[0]
    before = engine.clearing_report(posted.principal, posted.name, OCTOBER, account=code).accounts
    remap(posted, "CASH", "617")
    assert engine.clearing_report(posted.principal, posted.name, OCTOBER, account=code).accounts == before
    all_of_them = engine.clearing_report(posted.principal, posted.name, OCTOBER).accounts
    assert before[0] in all_of_them
    assert any(one.account.startswith("617") for one in all_of_them)
    later = Period(date(2026, 10, 20), date(2026, 10, 21))
    assert engine.clearing_report(posted.principal, posted.name, later, account=code).accounts[0].id == before[0].id
    received = {one.account for one in month_of(posted).accounts if one.is_clearing}
    assert cash_account(posted) in received


def test_payment_methods_among_the_lines_stay_no_supplies_after_they_went_elsewhere(ready: Ready) -> None:
    venue = ready(2)
    venue.engine.configure(venue.principal, venue.name, target_settings={"shape": "balanced"})
    venue.sync()
    before = month_of(venue).taxes
    remap(venue, "CASH", "617")
    assert month_of(venue).taxes == before


def test_a_posted_day_shows_the_places_that_it_was_posted_to(posted: Venue) -> None:
    before = sheet_of(posted)
    page = posted.engine.day(posted.principal, posted.name, FIRST)
    tips = next(one for one in before.closes[0].lines if one.kind == "tip" and one.amount)
    sale = next(one for one in before.closes[0].lines if one.kind == "sale" and one.amount)
    for code in (tips.code, sale.code):
        remap(posted, code, "205", "accounts")
    remap(posted, "CASH", "617")
    after = sheet_of(posted)
    assert places(after) == places(before)
    assert [one.account for one in after.closes[0].tenders] == [one.account for one in before.closes[0].tenders]
    assert after.tax_compared == before.tax_compared
    shown = posted.engine.day(posted.principal, posted.name, FIRST)
    assert (shown.lines, shown.tenders) == (page.lines, page.tenders)


def test_what_was_left_out_stays_left_out(ready: Ready) -> None:
    venue = ready(1)
    before = sheet_of(venue)
    tips = next(one for one in before.closes[0].lines if one.kind == "tip" and one.amount)
    venue.sync()
    keep(venue, tips.code, "do_not_post", "accounts")
    assert places(sheet_of(venue)) == places(before)


def test_a_month_tells_the_accounts_that_a_payment_method_was_received_in_apart(
    posted: Venue, made_up: Month
) -> None:
    was = cash_account(posted)
    remap(posted, "CASH", "617")
    assert posted.push(made_up.first[3:4]).accepted
    posted.sync()
    month = month_of(posted)
    cash = {one.account: one for one in month.tenders if one.code == "CASH"}
    assert len(cash) == 2
    now = next(one for one in cash if one != was)
    assert now.startswith("617")
    moved = {one.account: one.amount for one in month.accounts}
    for account in (was, now):
        assert cash[account].counted == moved[account], account
    assert sum((one.counted for one in month.tenders), Decimal(0)) == month.taken


def test_what_settings_rule_stands_where_they_put_it(ready: Ready) -> None:
    venue = ready(3)
    venue.engine.configure(venue.principal, venue.name, target_settings=SETTINGS)
    asked = {day: sheet_of(venue, day) for day in (FIRST, date(2026, 10, 2), date(2026, 10, 3))}
    assert dict(ruled(asked.values())) == {"variance": "421", "rounding": "201", "tip": "OUTPUT GST on Income"}
    venue.sync()
    on_documents = {line.account.split()[0] for sheet in asked.values() for line in documents_lines(venue, sheet)}
    assert {"421", "201"} <= on_documents
    venue.engine.configure(venue.principal, venue.name, target_settings=dict.fromkeys(SETTINGS, ""))
    for day, before in asked.items():
        assert places(sheet_of(venue, day)) == places(before)


def ruled(sheets: Iterator[DaySheet]) -> Iterator[tuple[str, str]]:
    for sheet in sheets:
        for kind, _, account, tax in places(sheet):
            if kind in ("variance", "rounding"):
                yield kind, account.split()[0]
            elif kind == "tip":
                yield kind, tax


def documents_lines(venue: Venue, sheet: DaySheet) -> Iterator:
    for document in venue.engine.day(venue.principal, venue.name, sheet.business_date).documents:
        yield from document.lines


def test_an_adjusted_day_stands_where_the_adjustment_moved_it(posted: Venue, made_up: Month) -> None:
    was = cash_account(posted)
    remap(posted, "CASH", "617")
    assert posted.push([dearer(made_up.first[0], revision=2)]).accepted
    assert cash_account(posted) == was, "it waits for a decision"
    posted.engine.decide(posted.principal, posted.name, [FIRST], decision="adjust", reason="A late sale")
    posted.sync()
    assert posted.states()["2026-10-01/1"] == "posted"
    assert cash_account(posted).startswith("617")
    month = month_of(posted)
    cash = {one.account: one.counted for one in month.tenders if one.code == "CASH"}
    assert {one.account: one.amount for one in month.accounts if one.account in cash} == cash


@pytest.mark.parametrize("shape", ["payments", "balanced"])
def test_accounts_foot_where_a_payment_method_is_left_open(shape: str, ready: Ready) -> None:
    venue = ready(2)
    venue.engine.configure(venue.principal, venue.name, target_settings={"shape": shape})
    keep(venue, "EFTPOS", "leave_open")
    venue.sync()
    month = month_of(venue)
    owed = next(one for one in month.accounts if one.is_open)
    assert owed.amount == venue.books.balances()["610"] != 0
    assert sum(one.amount for one in month.accounts) == 0
    assert sum(one.amount for one in sheet_of(venue).accounts) == 0
