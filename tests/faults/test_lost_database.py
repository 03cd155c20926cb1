"""A database that was lost and set up anew against the same organisation: what stands is found, and kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.faults.world import RESOURCES, Bench, World
from tests.support.takings_of import takings_of

from takings.views import LOCAL

NUMBERINGS: dict[str, dict[str, Any]] = {
    "ledger": {"numbering": "builtin:ledger"},
    "dated": {"numbering": "builtin:dated", "numbering_settings": {"prefix": "ANC-"}},
}


@pytest.mark.parametrize("numbering", NUMBERINGS)
def test_a_lost_database_posts_nothing_twice(bench: Bench, numbering: str) -> None:
    world = bench.world(takings_of(4), own_database=True, **NUMBERINGS[numbering])
    world.sync_to_the_end()
    numbers = world.numbers()
    anew = world.lose_database()
    anew.sync_to_the_end()
    anew.assert_exactly_once()
    assert anew.numbers() == numbers


@pytest.mark.parametrize(
    ("kind", "numbering"), [("contact", "dated"), ("invoice", "dated"), ("invoice", "ledger"), ("payment", "dated")]
)
def test_a_database_lost_in_the_middle_posts_only_the_rest(bench: Bench, numbering: str, kind: str) -> None:
    world = bench.world(takings_of(4), own_database=True, **NUMBERINGS[numbering])
    world.start(trip={"resource": RESOURCES[kind], "when": "read"}).wait_killed()
    numbers = world.numbers()
    anew = world.lose_database()
    anew.sync_to_the_end()
    anew.assert_exactly_once()
    assert numbers.items() <= anew.numbers().items()


def test_a_database_lost_with_some_days_posted_posts_the_other_days(bench: Bench) -> None:
    world = bench.world(takings_of(2), own_database=True, **NUMBERINGS["dated"])
    world.sync_to_the_end()
    numbers = world.numbers()
    world.takings = takings_of(4)
    anew = world.lose_database()
    anew.sync_to_the_end()
    anew.assert_exactly_once()
    assert numbers.items() <= anew.numbers().items()


def test_a_lost_database_takes_over_documents_that_were_renumbered_by_hand(bench: Bench) -> None:
    world = bench.world(takings_of(2), own_database=True, **NUMBERINGS["dated"])
    world.sync_to_the_end()
    for invoice in bench.ledger.documents(world.tenant)["Invoices"]:
        bench.ledger.change(
            world.tenant, "invoices", invoice["InvoiceID"], {"InvoiceNumber": f"HAND-{invoice['InvoiceNumber']}"}
        )
    numbers = world.numbers()
    anew = world.lose_database()
    anew.sync_to_the_end()
    anew.assert_exactly_once()
    assert anew.numbers() == numbers


#: Shapes before and after: where our keys stand then is not where the survey of the new shape looks.
CHANGES = (("journal", "payments"), ("journal", "balanced"), ("payments", "journal"))


def standing(bench: Bench, world: World) -> dict[str, int]:
    """How many invoices and journals stand."""
    documents = bench.ledger.documents(world.tenant)
    return {plural: len(documents[plural]) for plural in ("Invoices", "ManualJournals")}


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_a_lost_database_set_up_with_another_shape_posts_nothing_twice(bench: Bench, before: str, after: str) -> None:
    world = bench.world(takings_of(2), own_database=True, target_settings={"shape": before})
    world.sync_to_the_end()
    stood = standing(bench, world)
    anew = replace(world, provisioning={"target_settings": {"shape": after}}).lose_database()
    for _ in range(2):  # what is held is planned again by each run
        assert {finding.code for day in anew.sync().held for finding in day.findings} == {"ledger.stands_otherwise"}
    assert standing(bench, world) == stood


def test_a_lost_database_does_not_take_over_a_document_of_nothing_whose_lines_are_others(bench: Bench) -> None:
    world = bench.world(takings_of(2), own_database=True, target_settings={"shape": "journal"})
    world.sync_to_the_end()
    anew = world.lose_database()
    (cash,) = [one for one in anew.engine.mapping(LOCAL, anew.name) if one.code == "CASH"]
    place = {"dimension": cash.dimension, "code": cash.code}
    anew.engine.set_mapping(LOCAL, anew.name, **place, to="616")
    assert {finding.code for day in anew.sync().held for finding in day.findings} == {"ledger.stands_otherwise"}
    anew.engine.set_mapping(LOCAL, anew.name, **place, to=cash.ref_code)
    anew.sync_to_the_end()
    assert standing(bench, world) == {"Invoices": 0, "ManualJournals": 2}


SHAPES: dict[str, dict[str, Any]] = {
    "payments": {},
    "journal": {"target_settings": {"shape": "journal"}},
    "combined": {},
}


def combine(world: World, shape: str) -> None:
    """Have a venue combine its days of a week, and have no more of them."""
    if shape == "combined":
        world.engine.configure(LOCAL, world.name, combining="week")
        world.engine.set_closed(LOCAL, world.name, [date(2026, 10, 3), date(2026, 10, 4)], closed=True)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_lost_database_knows_days_that_were_reversed_as_undone_and_posts_them_anew(
    bench: Bench, shape: str
) -> None:
    world = bench.world(takings_of(2), own_database=True, **SHAPES[shape])
    combine(world, shape)
    world.sync_to_the_end()
    world.ledger.lock_through(world.tenant, "2026-10-31")
    days = [one.business_date for one in world.engine.days(LOCAL, world.name)]
    undone = world.engine.undo(LOCAL, world.name, days=days, confirm=lambda _: True)
    assert undone.state == "done", undone.findings
    bench.pass_time(70 * 86_400)  # the opposite documents are long out of the period
    stood = standing(bench, world), world.ledger.trial_balance(world.tenant)
    anew = world.lose_database()
    combine(anew, shape)
    for _ in range(2):
        anew.sync_to_the_end()
        found = anew.engine.days(LOCAL, anew.name)
        assert {one.state for one in found} == {"undone"}
        assert {finding.code for one in found for finding in one.findings} == {"ledger.reversed"}
        assert (standing(bench, anew), anew.ledger.trial_balance(anew.tenant)) == stood
    anew.ledger.lock_through(anew.tenant, None)
    anew.engine.decide(LOCAL, anew.name, days, decision="repost")
    anew.sync_to_the_end()
    assert {one.state for one in anew.engine.days(LOCAL, anew.name)} == {"posted"}
    balances = anew.ledger.trial_balance(anew.tenant)
    assert balances != stood[1]
    assert anew.engine.verify(LOCAL, anew.name).agrees
    again = anew.lose_database()
    combine(again, shape)
    again.sync_to_the_end()
    assert {one.state for one in again.engine.days(LOCAL, again.name)} == {"posted"}
    assert again.ledger.trial_balance(again.tenant) == balances


def test_a_day_that_was_reversed_by_a_lost_database_can_be_kept_out_and_reconsidered(bench: Bench) -> None:
    world = bench.world(takings_of(1), own_database=True)
    world.sync_to_the_end()
    world.ledger.lock_through(world.tenant, "2026-10-31")
    day = world.takings.first
    world.engine.undo(LOCAL, world.name, days=[day], confirm=1)
    anew = world.lose_database()
    anew.sync_to_the_end()
    assert set(anew.engine.difference(LOCAL, anew.name, day).allowed) == {"repost", "never"}
    anew.engine.decide(LOCAL, anew.name, [day], decision="never", reason="It was a training day")
    assert anew.sync().state == "done"
    anew.engine.decide(LOCAL, anew.name, [day], decision="reconsider")
    anew.sync_to_the_end()
    assert [one.state for one in anew.engine.days(LOCAL, anew.name)] == ["undone"]
