"""The whole setup in a browser: from an empty database to invoices in the ledger."""

from __future__ import annotations

import pytest
from tests.e2e.people import DESK, PHONE, People
from tests.e2e.place import Place
from tests.e2e.walk import Walk

WALKS = [(DESK, True, False), (PHONE, False, False), (PHONE, True, True), (DESK, False, True)]


@pytest.mark.parametrize(("width", "scripts", "late"), WALKS)
def test_from_an_empty_database_to_posted_invoices(
    place: Place, people: People, width: int, scripts: bool, late: bool
):
    kim = people.sit_down(place.url, width=width, scripts=scripts)
    support = people.sit_down(place.pos.url, width=width, scripts=scripts)
    walk = Walk(place, kim, support, closely=True, late=late)
    walk.all_of_it()
    assert walk.confirmed >= 5
    assert len(place.invoices()) == walk.confirmed
