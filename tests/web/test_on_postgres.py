"""Every page on PostgreSQL, as hosted services run it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL
from tests.support import postgres
from tests.support.fixtures import MakeVenue
from tests.support.month import Month
from tests.web.conftest import KIM, post_month
from tests.web.site import browse, id_of
from tests.web.test_pages import paths

from takings.store.database import Database

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[URL]:
    with postgres.server() as url:
        if url is None:
            pytest.skip(postgres.MISSING)
        yield url


def test_every_page_is_drawn_and_an_integration_deleted(postgres_server: URL, make_venue: MakeVenue, made_up: Month):
    with postgres.database(postgres_server) as address:
        with Database(address) as database:
            database.upgrade()
        venue = make_venue(principal=KIM, name="Anchor Hotel", database=address)
        post_month(venue, made_up)
        browser = browse(venue)
        for path in paths(venue):
            assert browser.get(path).status_code == 200, path
        browser.get(f"/i/{id_of(venue)}")
        venue.engine.disconnect(KIM, venue.name)
        assert browser.post(f"/i/{id_of(venue)}/delete").status_code == 303
        assert venue.engine.overview(KIM) == []
        venue.engine.close()
