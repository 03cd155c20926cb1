"""Fixtures of the pages: venues in every state, and a client that speaks to the application without a network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.engine.conftest import bring_catalogue
from tests.support.chain import OCTOBER, Venue
from tests.support.fixtures import MakeVenue, all_plugins, ledger_sandbox, make_lasting, make_venue, schema_file
from tests.support.month import Month, made_up_month
from tests.web.site import OWNER, Browser, browse

from takings.views import Principal

__all__ = ["all_plugins", "ledger_sandbox", "make_lasting", "make_venue", "schema_file"]

Posted = Callable[..., Venue]

KIM = Principal(owner=OWNER, name="kim")


@pytest.fixture(scope="session")
def made_up() -> Month:
    return made_up_month()


def post_month(venue: Venue, month: Month) -> Venue:
    """Bring a month in and post it: some days of it are held, and some came again later with other amounts."""
    bring_catalogue(venue, month)
    venue.map_all()
    assert venue.push(month.first).accepted
    venue.sync(OCTOBER)
    assert venue.push(month.later).accepted
    return venue


@pytest.fixture(scope="module")
def month(make_lasting: MakeVenue, made_up: Month) -> Venue:
    """A venue with a posted month; shared, so tests must not change it."""
    return post_month(make_lasting(principal=KIM, name="Anchor Hotel"), made_up)


@pytest.fixture
def browser(month: Venue) -> Browser:
    """Kim's browser on the shared venue."""
    return browse(month)
