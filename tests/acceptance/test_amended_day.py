"""The amended day of the sample month: each decision about it ends with the right books."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.acceptance.test_sample_month import bring, check_ledger
from tests.support.chain import Venue
from tests.support.fixtures import MakeVenue
from tests.support.month import Month

from takings.domain.period import Period

AMENDED = date(2026, 10, 20)


@pytest.fixture
def amended(month: Month, make_venue: MakeVenue) -> Venue:
    """A venue whose month is posted, and whose amended day came again."""
    venue = make_venue()
    bring(venue, [month.catalogue])
    venue.map_all()
    assert venue.push(month.first).accepted
    venue.sync()
    bring(venue, month.later)
    assert venue.states()["2026-10-20/1"] == "changed"
    return venue


def newest(month: Month) -> list[dict[str, Any]]:
    """The month's records as they are known last."""
    later = {(one["trading_day"], one["sequence"]): one for one in month.later}
    return [later.get((one["trading_day"], one["sequence"]), one) for one in month.first]


def moved(venue: Venue) -> dict[str, Decimal]:
    """What documents and payments move on each account, tax included."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    papers = [(1, one) for one in venue.books.invoices()] + [(-1, one) for one in venue.books.credit_notes()]
    for sign, paper in papers:
        for line in paper["LineItems"]:
            found[line["AccountID"]] -= sign * Decimal(line["LineAmount"])
    for payment in venue.books.payments():
        sign = 1 if payment["PaymentType"] == "ACCRECPAYMENT" else -1
        found[payment["Account"]["AccountID"]] += sign * Decimal(payment["Amount"])
    return {account: amount for account, amount in found.items() if amount}


def test_nothing_changes_until_somebody_decides(month: Month, amended: Venue) -> None:
    amended.sync()
    check_ledger(amended, month, month.posted(month.first))
    view = amended.engine.difference(amended.principal, amended.name, AMENDED)
    assert view.differs
    assert set(view.allowed) == {"repost", "adjust", "leave"}
    json.dumps([one.code for one in view.lines])


def test_reposted_the_month_stands_as_the_newest_records_say(month: Month, amended: Venue) -> None:
    amended.engine.decide(amended.principal, amended.name, [AMENDED], decision="repost")
    amended.sync()
    check_ledger(amended, month, month.posted(newest(month)))
    assert amended.engine.verify(amended.principal, amended.name).agrees


def test_adjusted_each_account_is_moved_by_what_the_newest_records_say(
    month: Month, amended: Venue, make_venue: MakeVenue
) -> None:
    amended.engine.decide(amended.principal, amended.name, [AMENDED], decision="adjust")
    amended.sync()
    other = make_venue()
    bring(other, [month.catalogue])
    other.map_all()
    assert other.push(newest(month)).accepted
    other.sync()
    theirs = {one["Code"]: one["AccountID"] for one in other.books.documents()["Accounts"] if one.get("Code")}
    ours = {one["AccountID"]: theirs[one["Code"]] for one in amended.books.documents()["Accounts"] if one.get("Code")}
    assert {ours[account]: amount for account, amount in moved(amended).items()} == moved(other)
    assert amended.engine.verify(amended.principal, amended.name).agrees


def test_left_the_month_stands_as_it_was_posted(month: Month, amended: Venue) -> None:
    amended.engine.decide(amended.principal, amended.name, [AMENDED], decision="leave", reason="As agreed")
    amended.sync()
    check_ledger(amended, month, month.posted(month.first))
    assert amended.states()["2026-10-20/1"] == "posted"


def test_the_whole_month_undone_leaves_no_balance(month: Month, amended: Venue) -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 31))
    preview = amended.engine.preview_undo(amended.principal, amended.name, period)
    run = amended.engine.undo(amended.principal, amended.name, period, confirm=preview.count)
    assert run.state == "done", run.findings
    assert not any(amended.books.balances().values())
