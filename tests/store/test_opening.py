"""Addresses, what is refused, and how a SQLite file is opened."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from takings.errors import DatabaseMissing, InstallationError
from takings.store.database import Database


def pragma(database: Database, name: str) -> object:
    with database.read() as session:
        return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()


def test_sqlite_keeps_a_log_flushes_every_commit_and_checks_references(tmp_path: Path) -> None:
    with Database(tmp_path / "takings.db") as database:
        database.upgrade()
        assert pragma(database, "journal_mode") == "wal"
        assert pragma(database, "synchronous") == 2
        assert pragma(database, "foreign_keys") == 1
        assert pragma(database, "busy_timeout") == 5000


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_a_new_file_can_be_read_by_its_owner_only(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with Database(tmp_path / "takings.db") as database:
            database.upgrade()
            with database.write():
                for file in tmp_path.glob("takings.db*"):
                    assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file
    finally:
        os.umask(before)


def test_a_path_and_a_url_name_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "takings.db"
    with Database(f"sqlite:///{path}") as one, Database(path) as other:
        one.upgrade()
        other.check_current()
        assert one.place == other.place == str(path)


def test_asking_for_the_revision_creates_no_file(tmp_path: Path) -> None:
    with Database(tmp_path / "takings.db") as database:
        assert database.revision() == ""
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with Database(tmp_path / "nowhere" / "takings.db") as database:
        for attempt in (database.upgrade, database.check_current, database.lock("x").__enter__):
            with pytest.raises(DatabaseMissing, match=r"there is no folder .*nowhere"):
                attempt()


def test_a_folder_is_not_a_database(tmp_path: Path) -> None:
    with Database(tmp_path) as database, pytest.raises(DatabaseMissing, match="it is not a file"):
        database.upgrade()


def test_another_file_is_not_a_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("remember the milk " * 100)
    with Database(tmp_path / "notes.txt") as database, pytest.raises(DatabaseMissing, match="not a database"):
        database.revision()
    assert (tmp_path / "notes.txt").read_text().startswith("remember")


AS_NOBODY = """
import os, sys
from takings.errors import DatabaseMissing
from takings.store.database import Database
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    with Database(sys.argv[1]) as database, database.read() as session:
        pass
except DatabaseMissing as problem:
    print(problem)
"""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that another user can look into; `tmp_path` is closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="takings-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("exists", [True, False])
def test_a_lack_of_permission_is_told(public_folder: Path, exists: bool) -> None:
    path = public_folder / "takings.db"
    if exists:
        path.touch(0o000)
    public_folder.chmod(0o555)
    done = subprocess.run([sys.executable, "-c", AS_NOBODY, path], capture_output=True, text=True, check=True)
    public_folder.chmod(0o755)
    assert str(path) in done.stdout
    assert ("can't be opened" if exists else "Permission denied") in done.stdout


@pytest.mark.parametrize("address", ["", ":memory:", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_would_forget_is_refused(address: str) -> None:
    with pytest.raises(InstallationError, match="would forget"):
        Database(address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://me:hunter2@db/x", "mysql are not supported"),
        ("postgresql+psycopg2://me:hunter2@db/x", "psycopg2 are not supported"),
        ("sqlite:////srv/x.db?mode=hunter2", "takes a path only"),
        ("://hunter2", "not a path or URL"),
        ("postgresql://me:hunter2@db:port/x", "not a path or URL"),
    ],
)
def test_an_address_of_another_kind_is_refused_without_its_password(address: str, said: str) -> None:
    with pytest.raises(InstallationError, match=said) as caught:
        Database(address)
    assert "hunter2" not in str(caught.value)


def test_a_server_that_does_not_answer_is_missing_and_its_password_hidden() -> None:
    address = "postgresql://me:hunter2@127.0.0.1:1/takings?sslpassword=hunter3&application_name=hunter4"
    with Database(address) as database:
        assert database.place == "postgresql://me:***@127.0.0.1:1/takings"
        for attempt in (database.upgrade, database.check_current, database.lock("x").__enter__):
            with pytest.raises(DatabaseMissing, match=r"127\.0\.0\.1") as caught:
                attempt()
            assert "hunter" not in str(caught.value) + repr(database)


def test_a_missing_driver_is_told_with_its_remedy() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from takings.store.database import Database\n"
        "Database('postgresql://localhost/takings')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "InstallationError" in done.stderr
    assert "pip install 'takings[postgres]'" in done.stderr


def test_opening_a_current_database_does_not_import_alembic(tmp_path: Path) -> None:
    with Database(tmp_path / "takings.db") as database:
        database.upgrade()
    code = (
        "import sys\nfrom takings.store.database import Database\n"
        "with Database(sys.argv[1]) as database: database.upgrade(); database.check_current()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "takings.db"], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"


def test_closing_twice_is_harmless_and_the_database_opens_again(empty: Database) -> None:
    empty.upgrade()
    empty.close()
    empty.close()
    empty.check_current()
