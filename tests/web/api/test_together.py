"""Several people at once on one setup, on both databases: of answers to what all have seen, one is taken."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from tests.support import postgres
from tests.web.api.calls import prepare
from tests.web.api.conftest import PARTS, Shop, open_shop
from tests.web.api.test_fuzz import fuzz, prepared

from takings.store.database import Database
from takings.web.api.app import OPERATIONS
from takings.web.api.operation import Operation

#: Where a database is asked in ways of its own, or is given what people wrote.
TRIED = ("answerStep", "createIntegration", "showDay", "listEvents", "listRuns", "listDocuments", "decideAboutDays")


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[URL | None]:
    with postgres.server() as url:
        yield url


@pytest.fixture
def on_postgres(postgres_server: URL | None, tmp_path: Path, schema_file: Path) -> Iterator[Shop]:
    if postgres_server is None:
        pytest.skip(postgres.MISSING)
    with postgres.database(postgres_server) as address:
        with Database(address) as database:
            database.upgrade()
        with open_shop(tmp_path, schema_file, address) as shop:
            yield shop


@pytest.fixture(params=["shop", pytest.param("on_postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Shop:
    found: Shop = request.getfixturevalue(request.param)
    return found


def test_of_answers_to_the_same_version_one_is_taken_and_the_others_are_told(either: Shop) -> None:
    step = f"/integrations/{either.anna.post('/integrations', {'name': 'corner', **PARTS}, 201)['id']}"
    step += "/setup/advanced.target"
    for round_ in range(4):
        version = either.anna.get(step)["version"]
        answers = [{"values": {"trailing_days": 50 * round_ + n}, "version": version} for n in range(1, 9)]
        with ThreadPoolExecutor(8) as threads:
            got = list(threads.map(lambda sent: either.anna.ask("POST", step, sent), answers))
        assert sorted(one.status_code for one in got) == [200] + [409] * 7
        taken = next(sent for sent, one in zip(answers, got, strict=True) if one.status_code == 200)
        stands = {one["name"]: one["value"] for one in either.anna.get(step)["fields"]}
        assert stands["trailing_days"] == taken["values"]["trailing_days"]  # type: ignore[index]
        for one in got:
            if one.status_code == 409:
                theirs = {each["name"]: each["value"] for each in one.json()["theirs"]["fields"]}
                assert theirs["trailing_days"] == stands["trailing_days"]


def test_a_review_and_a_connect_take_their_own_version(either: Shop) -> None:
    known = prepare(either)
    for key, sent in (("connect.target", {}), ("review", {"action": "save", "values": {"at": "01:15"}})):
        step = f"/integrations/{known.ref}/setup/{key}"
        version = either.anna.get(step)["version"]
        assert either.anna.post(step, {**sent, "version": version})["saved"]
    version = either.anna.get(step)["version"]
    either.anna.post(step, {"action": "save", "values": {"at": "02:15"}, "version": version})
    either.anna.post(step, {"action": "save", "values": {"at": "03:15"}, "version": version}, 409)


@pytest.mark.postgres
def test_what_sqlite_takes_does_not_make_postgresql_fail(on_postgres: Shop) -> None:
    hints = prepared(on_postgres)
    for one in OPERATIONS:
        if one.name in TRIED:
            fuzz(on_postgres, one, 10, hints)


@pytest.mark.postgres
def test_lists_come_in_the_same_pages_from_postgresql(on_postgres: Shop) -> None:
    known = prepare(on_postgres)
    one = f"/integrations/{known.ref}"
    days = on_postgres.anna.get(f"{one}/days")["days"]
    first = on_postgres.anna.get(f"{one}/days?limit=2")
    rest = on_postgres.anna.get(f"{one}/days?start={first['next']}")["days"]
    assert first["days"] + rest == days
    documents = on_postgres.anna.get(f"{one}/documents?limit=2")
    more = on_postgres.anna.get(f"{one}/documents?after={documents['next']}")["documents"]
    assert documents["documents"] + more == on_postgres.anna.get(f"{one}/documents")["documents"]
    runs, seen, before = on_postgres.anna.get(f"{one}/runs")["runs"], [], ""
    while len(seen) < len(runs):
        page = on_postgres.anna.get(f"{one}/runs?limit=1&before={before}")
        seen, before = [*seen, *page["runs"]], page["older"]
    assert (seen, before) == (runs, "")


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_nothing_of_very_much_makes_postgresql_fail(on_postgres: Shop, one: Operation) -> None:
    fuzz(on_postgres, one, 100, prepared(on_postgres))
