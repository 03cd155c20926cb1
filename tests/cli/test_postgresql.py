"""On PostgreSQL the commands and the overview say the same as on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.world import Run, sides
from tests.support import postgres

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres.server() as server:
        if server is None:
            pytest.skip(postgres.MISSING)
        with postgres.database(server) as made:
            yield made


def test_the_overview_has_the_same_fields(run: Run, address: str, tmp_path: Path):
    keys = ("--key-file", tmp_path / "takings.key")
    seen = []
    for place in (address, tmp_path / "takings.db"):
        assert run("provision", "anchor", *sides(), "--database", place, *keys).code == 0
        seen.append(run("status", "--json", "--database", place, *keys).json)
        assert "anchor" in run("status", "--database", place, *keys).out
    assert seen[0] == seen[1]


def test_a_server_needs_keys_that_every_machine_has(run: Run, address: str):
    answer = run("integrations", "list", "--database", address)
    assert answer.code == 1
    assert "--key-file" in answer.err


def test_a_server_that_is_not_there_is_named_without_its_password(run: Run, tmp_path: Path):
    place = "postgresql://takings:secret@127.0.0.1:1/takings"
    answer = run("status", "--database", place, "--key-file", tmp_path / "takings.key")
    assert answer.code == 1
    assert "127.0.0.1" in answer.err
    assert "secret" not in answer.err
