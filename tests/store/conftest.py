"""Each store test runs on both databases, on one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from tests.support import postgres

from takings.store.database import Database


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL | None]:
    with postgres.server() as url:
        yield url


@pytest.fixture
def postgres_address(request: pytest.FixtureRequest) -> Iterator[str]:
    server: URL | None = request.getfixturevalue("postgres_server")
    if server is None:
        pytest.skip(postgres.MISSING)
    with postgres.database(server) as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return str(tmp_path / "takings.db")
    value: str = request.getfixturevalue("postgres_address")
    return value


@pytest.fixture
def empty(address: str) -> Iterator[Database]:
    """A database without a schema."""
    with Database(address) as database:
        yield database


@pytest.fixture
def database(empty: Database) -> Database:
    """A database with the current schema."""
    empty.upgrade()
    return empty
