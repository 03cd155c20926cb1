"""Each store test runs on both databases, on one of its own: a copy of one that was migrated once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url
from tests.support import postgres

from takings.store.database import Database

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    with postgres.server() as url:
        if url is None:
            pytest.skip(postgres.MISSING)
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "takings.db"
    with Database(path) as database:
        database.upgrade()
    return path


@pytest.fixture(scope="session")
def migrated_on_server(postgres_server: URL) -> Iterator[str]:
    """The name of a database with the current schema, to copy."""
    with postgres.database(postgres_server) as address:
        with Database(address) as database:
            database.upgrade()
        yield str(make_url(address).database)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on."""
    return str(request.param)


@pytest.fixture
def address(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of the test's database: migrated where the test asks for `database`, else empty."""
    migrated = "database" in request.fixturenames
    if kind == "sqlite":
        path = tmp_path / "takings.db"
        if migrated:
            shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield str(path)
        return
    template = request.getfixturevalue("migrated_on_server") if migrated else "template1"
    with postgres.database(request.getfixturevalue("postgres_server"), template) as address:
        yield address


@pytest.fixture
def empty(address: str) -> Iterator[Database]:
    """A database without a schema."""
    with Database(address) as database:
        yield database


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A database with the current schema."""
    with Database(address) as database:
        yield database
