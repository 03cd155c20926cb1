"""A venue with a few ordinary days, ready to be posted, for tests of what the engine promises."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.support.chain import Venue
from tests.support.fixtures import MakeVenue, all_plugins, ledger_sandbox, make_lasting, make_venue, schema_file
from tests.support.month import Month, Record, made_up_month

__all__ = ["all_plugins", "ledger_sandbox", "made_up", "make_lasting", "make_venue", "ready", "schema_file"]

Ready = Callable[..., Venue]


@pytest.fixture(scope="session")
def made_up() -> Month:
    return made_up_month()


@pytest.fixture
def ready(make_venue: MakeVenue, made_up: Month) -> Ready:
    """Give a function that makes a venue whose codes are mapped, with the first days of October stored."""

    def make(days: int = 1, **more: Any) -> Venue:
        venue = make_venue(**more)
        bring_catalogue(venue, made_up)
        venue.map_all()
        if days:
            assert venue.push(made_up.first[:days]).accepted
        return venue

    return make


def bring_catalogue(venue: Venue, month: Month) -> None:
    """Import the venue's catalogue file."""
    body = json.dumps(month.catalogue).encode()
    assert venue.engine.import_file(venue.principal, venue.name, body, name="catalogue.json").accepted


def dearer(record: Record, by: str = "10.00", **fields: Any) -> Record:
    """The same day with one sale and its cash higher by so much."""
    made = copy.deepcopy(record) | fields
    sale, cash = made["sales"][0], made["payments"][0]
    for place, name in ((sale, "gross"), (sale, "net"), (cash, "recorded"), (cash, "counted")):
        place[name] = str(Decimal(place[name]) + Decimal(by))
    tax = (Decimal(sale["net"]) / 11).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    sale["tax"] = str(tax)
    return made
