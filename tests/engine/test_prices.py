"""Days whose prices are without tax, or whose venue charges none: posted, changed, adjusted, taken back."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.engine.conftest import Ready
from tests.support.chain import OCTOBER, Venue
from tests.support.made_months import every_kind

from takings.views import DecidedView


def first_of(prices: str) -> dict[str, Any]:
    return copy.deepcopy(every_kind(7, prices)[0])


def dearer(record: dict[str, Any], by: str) -> dict[str, Any]:
    """The day again with so much more food with GST on top, paid in cash."""
    made, net = copy.deepcopy(record), Decimal(by)
    sale = next(one for one in made["sales"] if one["tax_code"] == "GST")
    for name in ("gross", "net"):
        sale[name] = f"{Decimal(sale[name]) + net:.2f}"
    sale["tax"] = f"{Decimal(sale['tax']) + net / 10:.2f}"
    paid = made["payments"][0]
    for name in ("recorded", "counted"):
        paid[name] = f"{Decimal(paid[name]) + net * 11 / 10:.2f}"
    return made | {"revision": record["revision"] + 1}


def standing(venue: Venue) -> dict[str, Decimal]:
    return {code: amount for code, amount in venue.books.balances().items() if amount}


def decide(venue: Venue, record: dict[str, Any], decision: str) -> DecidedView:
    day = date.fromisoformat(record["trading_day"])
    return venue.engine.decide(venue.principal, venue.name, [day], decision=decision, reason="It came late")


def test_a_changed_day_without_tax_in_its_prices_is_adjusted_by_what_it_came_to(ready: Ready) -> None:
    venue, record = ready(0), first_of("exclusive")
    assert venue.push([record]).accepted
    venue.sync()
    before = standing(venue)
    later = dearer(record, "10.00")
    assert venue.push([later]).accepted
    decide(venue, record, "adjust")
    venue.sync()
    after = standing(venue)
    moved = {code: after.get(code, Decimal(0)) - before.get(code, Decimal(0)) for code in {*after, *before}}
    assert sorted(amount for amount in moved.values() if amount) == [Decimal(-10), Decimal(-1), Decimal(11)]
    assert moved["820"] == -1
    assert venue.engine.verify(venue.principal, venue.name).agrees


@pytest.mark.parametrize("prices", ["exclusive", "no tax"])
def test_a_day_is_taken_back_whole_whatever_its_prices_are(ready: Ready, prices: str) -> None:
    venue = ready(0)
    assert venue.push([first_of(prices)]).accepted
    venue.sync()
    (document,) = venue.books.invoices()
    assert document["LineAmountTypes"] == {"exclusive": "Exclusive", "no tax": "NoTax"}[prices]
    assert bool(Decimal(str(document["TotalTax"]))) == (prices == "exclusive")
    venue.engine.undo(venue.principal, venue.name, OCTOBER, confirm=lambda question: True)
    assert standing(venue) == {}


def test_a_day_that_changed_how_it_is_priced_can_be_posted_anew_and_not_adjusted(ready: Ready) -> None:
    venue, record = ready(0), first_of("no tax")
    assert venue.push([record]).accepted
    venue.sync()
    assert venue.push([first_of("inclusive") | {"revision": 2}]).accepted
    decide(venue, record, "adjust")
    venue.sync()
    (day,) = venue.engine.days(venue.principal, venue.name)
    assert "day.prices_changed" in [one.code for one in day.findings]
    decide(venue, record, "repost")
    venue.sync()
    assert [one["LineAmountTypes"] for one in venue.books.invoices()] == ["Inclusive"]
