"""Drafts move nothing in the ledger: reports show them apart, and count them from their approval on."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from tests.engine.conftest import Ready, dearer
from tests.engine.test_half_done import failing
from tests.engine.test_house_accounts import customers, pay_by_hand, with_customers
from tests.engine.test_payments_after_approval import approve, drafts, invoices
from tests.support.chain import OCTOBER, Venue, agree
from tests.support.month import Month

from takings.engine.printing import print_csv, print_html
from takings.views import LOCAL
from takings.views.reports import DaySheet, MonthSummary

FIRST, SECOND = date(2026, 10, 1), date(2026, 10, 2)
ZERO = Decimal(0)


def month_of(venue: Venue) -> MonthSummary:
    return venue.engine.month_summary(LOCAL, venue.name, FIRST)


def sheet_of(venue: Venue, day: date = FIRST) -> DaySheet:
    return venue.engine.day_sheet(LOCAL, venue.name, day)


def codes(venue: Venue) -> dict[str, str]:
    return {one.id: one.code for one in venue.engine.refresh_ledger(LOCAL, venue.name).accounts}


def moved(venue: Venue, summary: MonthSummary) -> dict[str, Decimal]:
    """What the report says of each account, as the ledger keeps it: without the tax in its lines."""
    chart = codes(venue)
    return {
        chart[one.id]: one.amount - one.tax for one in summary.accounts if one.amount - one.tax and not one.is_open
    }


def in_ledger(venue: Venue, summary: MonthSummary) -> dict[str, Decimal]:
    """What the ledger's trial balance has on those accounts; receivables and taxes are no mapped ones."""
    named = {one.code for one in venue.engine.refresh_ledger(LOCAL, venue.name).accounts}
    known = {code: amount for code, amount in venue.books.balances().items() if amount and code in named}
    return {code: amount for code, amount in known.items() if code not in ("610", "820")}


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
@pytest.mark.parametrize("shape", ["payments", "balanced"])
def test_a_draft_counts_in_no_sum_until_it_is_approved(ready: Ready, shape: str, status: str) -> None:
    venue = ready(2, target_settings={"status": status, "shape": shape})
    assert venue.sync().state == "done"
    month = month_of(venue)
    assert (month.posted, month.waiting, month.unapproved) == (ZERO, ZERO, month.taken)
    assert (month.accounts, month.taxes, month.tax, month.documents) == ((), (), ZERO, 0)
    assert [one.day for one in month.drafts] == [FIRST, SECOND]
    assert [one.unapproved for one in month.days] == [one.total for one in month.days]
    sheet = sheet_of(venue)
    assert (sheet.accounts, sheet.tax_compared) == ((), None)
    assert [one.draft for one in sheet.closes[0].documents] == [True]
    clearing = venue.engine.clearing_report(LOCAL, venue.name, OCTOBER)
    assert not any(one.rows for one in clearing.accounts)
    assert [one.day for one in clearing.drafts] == [FIRST, SECOND]

    approve(venue, 0)
    venue.sync()
    month = month_of(venue)
    assert (month.posted, month.unapproved) == (month.days[0].total, month.days[1].total)
    assert [one.day for one in month.drafts] == [SECOND]
    assert moved(venue, month) == in_ledger(venue, month)
    assert [one.draft for one in sheet_of(venue).closes[0].documents] == [False]


def test_a_check_notices_an_approval_as_a_sync_does(ready: Ready) -> None:
    venue = ready(2, target_settings={"status": "DRAFT", "shape": "balanced"})
    venue.sync()
    approve(venue, 0, 1)
    assert venue.engine.verify(LOCAL, venue.name).agrees
    month = month_of(venue)
    assert (month.posted, month.drafts) == (month.taken, ())
    assert moved(venue, month) == in_ledger(venue, month)
    assert venue.engine.unpaid(LOCAL, venue.name).documents == ()


def test_the_list_of_drafts_has_those_without_payments_while_they_wait(ready: Ready) -> None:
    venue = ready(2, target_settings={"status": "DRAFT", "shape": "balanced"})
    venue.sync()
    waiting = venue.engine.unpaid(LOCAL, venue.name)
    assert [(one.state, one.payments) for one in waiting.documents] == [("waiting", ())] * 2
    approve(venue, 0)
    approved = venue.engine.unpaid(LOCAL, venue.name)
    assert (approved.count, [one.business_date for one in approved.documents]) == (0, [SECOND])
    assert month_of(venue).documents == 1


def test_a_draft_journal_counts_once_it_is_posted(ready: Ready) -> None:
    from tests.support.chain import connect

    venue = ready(1)
    venue.engine.configure(LOCAL, venue.name, target_settings={"shape": "journal", "status": "DRAFT"})
    connect(venue.engine, venue.ledger, venue.name, venue.books)
    assert venue.sync().counts["documents"] == 1
    assert (month_of(venue).posted, month_of(venue).unapproved) == (ZERO, month_of(venue).taken)
    (journal,) = venue.books.documents()["ManualJournals"]
    assert month_of(venue).days[0].numbers == (journal["ManualJournalID"],), "named by its id"
    venue.books.change(f"manualjournals/{journal['ManualJournalID']}", Status="POSTED")
    venue.sync()
    month = month_of(venue)
    assert (month.posted, month.drafts) == (month.taken, ())
    assert moved(venue, month) == in_ledger(venue, month)


def test_a_draft_that_adjusts_leaves_the_day_as_it_was_posted(ready: Ready, made_up: Month) -> None:
    venue = ready(1)
    venue.sync()
    before = month_of(venue)
    venue.engine.configure(LOCAL, venue.name, target_settings={"status": "DRAFT"})
    assert venue.push([dearer(made_up.first[0], revision=2)]).accepted
    venue.engine.decide(LOCAL, venue.name, [FIRST], decision="adjust")
    venue.sync(confirm=agree)
    month = month_of(venue)
    assert (month.posted, month.unapproved, month.waiting) == (before.posted, Decimal("10.00"), ZERO)
    assert (month.accounts, month.taxes, month.tax) == (before.accounts, before.taxes, before.tax)
    assert month.tax_compared == before.tax_compared
    assert len(month.drafts) == 1


def test_a_draft_of_which_nobody_knows_whether_it_was_made_counts_nowhere(ready: Ready) -> None:
    venue = drafts(ready, 1)
    with failing(venue, "PUT", "Invoices", times=2):
        assert venue.sync().state == "problems"
    month = month_of(venue)
    assert (month.posted, month.waiting, month.unapproved) == (ZERO, month.taken, ZERO)
    assert (month.documents, month.drafts) == (0, ())
    venue.sync()
    month = month_of(venue)
    assert (month.posted, month.waiting, month.unapproved) == (ZERO, ZERO, month.taken)


def test_a_draft_that_adjusts_and_was_never_made_waits(ready: Ready, made_up: Month) -> None:
    venue = drafts(ready, 1)
    venue.sync()
    assert venue.push([dearer(made_up.first[0], revision=2)]).accepted
    venue.engine.decide(LOCAL, venue.name, [FIRST], decision="adjust")
    with failing(venue, "PUT", "Invoices", times=2):
        venue.sync()
    month = month_of(venue)
    ten = Decimal("10.00")
    assert (month.posted, month.waiting, month.unapproved) == (ZERO, ten, month.taken - ten)
    approve(venue, 0)
    with failing(venue, "PUT", "Invoices", times=2):
        venue.sync()
    month = month_of(venue)
    assert (month.posted, month.waiting, month.unapproved) == (month.taken - ten, ten, ZERO)
    venue.sync()
    month = month_of(venue)
    assert (month.posted, month.waiting, month.unapproved) == (month.taken - ten, ZERO, ten)


def test_each_document_of_a_day_counts_from_its_own_approval(ready: Ready, made_up: Month) -> None:
    record = with_customers(made_up.first[0], ("Smith & Co", "120.50"))
    venue = customers(ready, [record], status="DRAFT")
    assert venue.sync().state == "done"
    assert [one.draft for one in sheet_of(venue).closes[0].documents] == [True, True]
    smith = next(one for one in venue.books.documents()["Invoices"] if one["Contact"]["Name"] == "Smith & Co")
    venue.books.change(f"invoices/{smith['InvoiceID']}", Status="AUTHORISED")
    pay_by_hand(venue, str(smith["InvoiceID"]), "20.00")
    waiting = venue.engine.unpaid(LOCAL, venue.name).documents
    assert [one.state for one in waiting] == ["waiting"], "what a customer pays keeps nothing back"
    month = month_of(venue)
    assert (month.documents, month.posted, month.unapproved) == (1, ZERO, month.taken)
    moved_by_it = {one.account.partition(" ")[0]: one.amount for one in month.accounts if not one.is_open}
    assert moved_by_it == {"615": Decimal("-120.50")}
    main = next(one for one in invoices(venue) if one["InvoiceID"] != smith["InvoiceID"])
    venue.books.change(f"invoices/{main['InvoiceID']}", Status="AUTHORISED")
    venue.sync()
    month = month_of(venue)
    assert (month.documents, month.posted, month.drafts) == (2, month.taken, ())


def test_every_print_tells_drafts_apart(ready: Ready) -> None:
    venue = drafts(ready, 2)
    venue.sync()
    month, sheet = month_of(venue), sheet_of(venue)
    clearing = venue.engine.clearing_report(LOCAL, venue.name, OCTOBER)
    for report in (month, sheet, clearing):
        assert "aiting for approval" in print_html(report)
    rows = list(csv.DictReader(io.StringIO(print_csv(month))))
    assert [Decimal(one["Posted"]) for one in rows] == [ZERO, ZERO]
    assert [Decimal(one["Waiting for approval"]) for one in rows] == [one.total for one in month.days]
