"""A key file is made for a database that needs none yet, and never in place of one that was lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from takings.errors import InstallationError
from takings.store.database import Database
from takings.store.keyfile import holds_secrets, keys_of
from takings.store.secrets import load_or_create_key_file


def test_a_new_database_gets_a_new_key_file_and_is_not_made_by_that(tmp_path: Path) -> None:
    with Database(tmp_path / "takings.db") as database:
        ring = keys_of(database, tmp_path / "takings.key")
        assert keys_of(database, tmp_path / "takings.key").to_text() == ring.to_text()
    assert not (tmp_path / "takings.db").exists()


def test_a_database_without_secrets_gets_one_too(tmp_path: Path) -> None:
    with Database(tmp_path / "takings.db") as database:
        database.upgrade()
        assert not holds_secrets(database)
        keys_of(database, tmp_path / "takings.key")


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(InstallationError, match="is a folder") as caught:
        load_or_create_key_file(tmp_path)
    assert "chmod" not in str(caught.value)
