"""Sales that a ledger tracks by department: an adjustment is tracked like what it adjusts, and moves what moved."""

from __future__ import annotations

import copy
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.engine.conftest import Ready, dearer
from tests.support.chain import Books, Ledger, Venue
from tests.support.month import Month, Record

from takings.errors import Misconfigured
from takings.views import LOCAL
from takings_xero.sandbox import tracking

DAY = date(2026, 10, 1)


def departments(record: Record) -> list[str]:
    return sorted({str(one["department"]) for one in record["sales"]} - {""})


@pytest.fixture
def tracked(ready: Ready, made_up: Month, ledger_sandbox: Ledger) -> Venue:
    """A posted day whose sales are tracked by department."""
    books = ledger_sandbox.organisation()
    control = ledger_sandbox.sandbox.control
    options = [{"Name": name} for name in departments(made_up.first[0])]
    with control.world.store.transaction():
        category = tracking._create(control._call(books.tenant), {"Name": "Department", "Options": options})
    settings = {"tracking": "department", "tracking_category": category["TrackingCategoryID"]}
    venue = ready(1, books=books, target_settings=settings)
    assert venue.sync().state == "done"
    return venue


def test_a_category_and_an_option_are_chosen_by_name_and_refused_where_xero_has_none(tracked: Venue) -> None:
    category = tracked.engine.integration(LOCAL, "anchor").target_settings["tracking_category"]
    chosen = tracked.engine.configure(LOCAL, "anchor", target_settings={"tracking_category": "department"})
    assert chosen.target_settings["tracking_category"] == category
    fields = {one.name: one for one in tracked.engine.setup_step(LOCAL, "anchor", "advanced.target").fields}
    option = fields["tracking_option"].choices[0]
    chosen = tracked.engine.configure(LOCAL, "anchor", target_settings={"tracking_option": option.label.upper()})
    assert chosen.target_settings["tracking_option"] == option.value
    for setting, what in (("tracking_category", "tracking category"), ("tracking_option", "tracking option")):
        with pytest.raises(Misconfigured, match=f"{setting} is not right: There is no {what} Nope. There are: "):
            tracked.engine.configure(LOCAL, "anchor", target_settings={setting: "Nope"})


@pytest.mark.parametrize(("kept", "state"), [("none", "completed"), ("all", "problem")])
def test_an_option_that_xero_has_not_is_a_problem_of_the_setup_only_where_it_is_asked_for(
    ready: Ready, kept: str, state: str
) -> None:
    venue = ready(1, target_settings={"tracking": kept, "tracking_option": "Nowhere"})
    assert venue.engine.submit_step(LOCAL, "anchor", "advanced.target", values={}).saved  # no chart was read yet
    venue.engine.configure(LOCAL, "anchor", target_settings={"variance_account": "422"})
    steps = {one.key: one for one in venue.engine.setup(LOCAL, "anchor").steps}
    assert steps["advanced.target"].state == state, steps["advanced.target"]


def by_department(books: Books) -> dict[tuple[str, str], Decimal]:
    """What the invoices that stand have on each account and option."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for invoice in books.invoices():
        for line in invoice["LineItems"]:
            (option,) = [one["Option"] for one in line["Tracking"]] or [""]
            found[line["AccountCode"], option] += Decimal(str(line["LineAmount"]))
    return {place: amount for place, amount in found.items() if amount}


def adjusted(venue: Venue, record: Record) -> Any:
    assert venue.push([record]).accepted
    assert venue.states() == {"2026-10-01/1": "changed"}
    venue.engine.decide(LOCAL, "anchor", [DAY], decision="adjust")
    run = venue.sync()
    assert (run.state, venue.states()) == ("done", {"2026-10-01/1": "posted"}), run.findings
    return run


def moved(record: Record, by: str = "100.00") -> tuple[Record, str, str, str]:
    """The same day with a part of one department's sales in another one of the same account and tax code."""
    made = copy.deepcopy(record) | {"revision": 2}
    row = made["sales"][0]
    other = next(name for name in departments(record) if name != row["department"])
    part = copy.deepcopy(row) | {"department": other, "discount": "0.00", "refund": "0.00"}
    tax = (Decimal(by) / 11).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    for name, amount in (("gross", by), ("net", by), ("tax", str(tax))):
        part[name] = amount
        row[name] = str(Decimal(row[name]) - Decimal(amount))
    made["sales"].append(part)
    return made, str(row["account"]), str(row["department"]), other


def test_an_adjustment_is_tracked_like_the_sales_that_it_adjusts(tracked: Venue, made_up: Month) -> None:
    record, before = made_up.first[0], by_department(tracked.books)
    adjusted(tracked, dearer(record, "10.00", revision=2))
    place = next(place for place in before if place[1] == record["sales"][0]["department"])
    after = by_department(tracked.books)
    assert {name: after[name] - before[name] for name in before if after[name] != before[name]} == {
        place: Decimal("10.00")
    }
    assert after.keys() == before.keys()
    assert tracked.engine.verify(LOCAL, "anchor").agrees


def test_sales_that_moved_between_departments_are_moved_there(tracked: Venue, made_up: Month) -> None:
    record, _, left, right = moved(made_up.first[0])
    before, balances = by_department(tracked.books), tracked.books.balances()
    adjusted(tracked, record)
    after = by_department(tracked.books)
    changes = {
        place[1]: after.get(place, Decimal(0)) - before.get(place, Decimal(0))
        for place in before.keys() | after.keys()
        if after.get(place) != before.get(place)
    }
    assert changes == {left: Decimal("-100.00"), right: Decimal("100.00")}
    assert tracked.books.balances() == balances
    assert tracked.engine.verify(LOCAL, "anchor").agrees


@pytest.mark.parametrize("grouping", ["account", "department"])
def test_where_nothing_is_tracked_there_is_nothing_to_add(ready: Ready, made_up: Month, grouping: str) -> None:
    venue = ready(1, target_settings={"grouping": grouping})
    venue.sync()
    adjusted(venue, moved(made_up.first[0])[0])
    assert len(venue.books.invoices()) == 1
    assert venue.engine.verify(LOCAL, "anchor").agrees


def test_a_check_finds_that_somebody_took_an_option_off_a_line(tracked: Venue) -> None:
    assert tracked.engine.verify(LOCAL, "anchor").agrees
    for payment in tracked.books.payments():
        tracked.books.change(f"payments/{payment['PaymentID']}", status="DELETED")
    (invoice,) = tracked.books.invoices()
    line = next(one for one in invoice["LineItems"] if one["Tracking"])
    lines = [
        {"LineItemID": one["LineItemID"], "Tracking": [] if one is line else one["Tracking"]}
        for one in invoice["LineItems"]
    ]
    tracked.books.change(f"invoices/{invoice['InvoiceID']}", LineItems=lines)
    told = [one.what for one in tracked.engine.verify(LOCAL, "anchor").differences if " lines on " in one.what]
    assert len(told) == 1
    assert f"the lines on {line['AccountCode']} " in told[0]
    assert f"{line['Tracking'][0]['Option']} was posted as" in told[0]
