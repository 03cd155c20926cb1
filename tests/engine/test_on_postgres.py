"""A whole sync on PostgreSQL, as hosted services run it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL
from tests.engine.conftest import Ready, dearer
from tests.support import postgres
from tests.support.chain import OCTOBER, Venue, row_counts
from tests.support.month import Month

from takings.store.database import Database
from takings.views import LOCAL

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[URL]:
    with postgres.server() as url:
        if url is None:
            pytest.skip(postgres.MISSING)
        yield url


@pytest.fixture
def address(postgres_server: URL) -> Iterator[str]:
    with postgres.database(postgres_server) as made:
        with Database(made) as database:
            database.upgrade()
        yield made


def test_a_month_is_posted_verified_and_posted_again_without_a_change(
    address: str, ready: Ready, made_up: Month
) -> None:
    venue: Venue = ready(0, database=address)
    assert venue.engine.database.dialect == "postgresql"
    venue.push(made_up.first)
    preview = venue.engine.preview(LOCAL, "anchor", OCTOBER)
    run = venue.sync()
    expected = made_up.expect(made_up.posted(made_up.first))
    assert (run.counts["documents"], run.counts["held"], run.counts["nothing"]) == (29, 2, 1)
    assert venue.books.balances() == expected.balances
    assert (preview.total, preview.tax) == (expected.total, expected.tax)
    assert venue.engine.verify(LOCAL, "anchor").agrees

    before, rows = venue.books.documents(), row_counts(venue.engine)
    assert {one.result for one in venue.push(made_up.first).records} == {"unchanged"}
    assert venue.sync().counts["documents"] == 0
    changed = {name for name, count in row_counts(venue.engine).items() if count != rows[name]}
    assert changed == {"run", "audit_event"}
    venue.push([dearer(made_up.first[0], revision=2), dearer(made_up.first[1])])
    assert venue.sync().counts["changed"] == 1
    assert venue.books.documents() == before
