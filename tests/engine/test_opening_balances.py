"""The report of clearing accounts goes on where the one of the time before ended, also where closes come late."""

from __future__ import annotations

import copy
import csv
import io
from datetime import date
from decimal import Decimal

from tests.engine.conftest import Ready, dearer
from tests.engine.test_payments_after_approval import drafts
from tests.support.chain import OCTOBER, Venue
from tests.support.month import Month

from takings.domain.period import Period
from takings.engine.printing import print_csv, print_html
from takings.views import LOCAL
from takings.views.reports import ClearingReport

EARLY, REST = Period(date(2026, 10, 1), date(2026, 10, 3)), Period(date(2026, 10, 4), date(2026, 10, 31))
TENTH = Period(date(2026, 10, 1), date(2026, 10, 10)), Period(date(2026, 10, 11), date(2026, 10, 31))


def report(venue: Venue, period: Period) -> ClearingReport:
    return venue.engine.clearing_report(LOCAL, venue.name, period)


def sums(found: ClearingReport) -> dict[str, Decimal]:
    return {one.account: one.total for one in found.accounts if one.rows}


def test_a_report_opens_with_what_was_posted_before_and_ends_with_what_the_ledger_has(ready: Ready) -> None:
    venue = ready(6)
    venue.sync()
    early, rest, all_ = report(venue, EARLY), report(venue, REST), report(venue, OCTOBER)
    assert {one.opening for one in early.accounts} == {Decimal(0)}
    chart = {one.id: one.code for one in venue.engine.refresh_ledger(LOCAL, venue.name).accounts}
    balances = venue.books.balances()
    for before, after, whole in zip(early.accounts, rest.accounts, all_.accounts, strict=True):
        assert after.opening == before.balance == before.total
        assert after.balance == whole.balance == balances.get(chart[after.id], Decimal(0))
        assert after.total + before.total == whole.total
        if after.rows:
            assert after.rows[0].balance == after.opening + after.rows[0].amount
            assert after.rows[-1].balance == after.balance
    later = report(venue, Period(date(2026, 11, 1), date(2026, 11, 30)))
    assert [(one.opening, one.rows) for one in later.accounts] == [(one.balance, ()) for one in all_.accounts]


def test_an_opening_balance_is_printed_where_nothing_moved_since(ready: Ready) -> None:
    venue = ready(2)
    venue.sync()
    found = report(venue, Period(date(2026, 11, 1), date(2026, 11, 30)))
    cash = next(one for one in found.accounts if one.opening)
    rows = list(csv.reader(io.StringIO(print_csv(found))))
    assert [cash.account, "2026-11-01", "", "Opening balance", "", f"{cash.opening:.2f}"] in rows
    assert f"{cash.opening:,.2f}" in print_html(found)


def test_what_was_taken_back_and_drafts_open_nothing(ready: Ready) -> None:
    venue = drafts(ready, 1)
    venue.sync()
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    assert {one.opening for one in report(venue, november).accounts} == {Decimal(0)}
    other = ready(1)
    other.sync()
    assert any(one.opening for one in report(other, november).accounts)
    other.engine.undo(LOCAL, other.name, days=[date(2026, 10, 1)], confirm=1)
    assert {one.opening for one in report(other, november).accounts} == {Decimal(0)}


def test_a_close_that_came_late_is_in_the_period_of_its_documents_date(ready: Ready, made_up: Month) -> None:
    venue = ready(0, target_settings={"posting_date": "closing_date"})
    late = copy.deepcopy(made_up.first[0]) | {"closed_at": "2026-10-11T09:00:00+11:00"}
    assert venue.push([late]).accepted
    assert venue.sync().state == "done"
    before, after = (report(venue, one) for one in TENTH)
    assert (sums(before), sums(after)) == ({}, sums(report(venue, OCTOBER)))
    assert sums(after)


def test_a_close_of_last_month_that_came_late_is_told_with_the_month_of_its_document(
    ready: Ready, made_up: Month
) -> None:
    venue = ready(0, target_settings={"posting_date": "closing_date"})
    late = dearer(made_up.first[0], "0.00") | {"closed_at": "2026-11-01T09:00:00+11:00"}
    assert venue.push([late]).accepted
    venue.sync()
    november = venue.engine.month_summary(LOCAL, venue.name, date(2026, 11, 1))
    assert [(one.day, one.days) for one in november.dated_here] == [(date(2026, 11, 1), "2026-10-01")]
