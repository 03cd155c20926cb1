"""A database that was lost and set up anew against the same organisation: what stands is found, and kept."""

from __future__ import annotations

from typing import Any

import pytest
from tests.faults.world import RESOURCES, Bench
from tests.support.takings_of import takings_of

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
