"""Wrong input: each is one sentence on standard error and the documented exit code."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.world import Run, sides, spawn_anew

from takings.store.database import Database

NEEDS_INTEGRATION = [
    ["connect", "harbour", "--port", "0", "--no-browser"],
    ["days", "harbour"],
    ["disconnect", "harbour"],
    ["integrations", "set", "harbour", "--trailing-days", "7"],
    ["integrations", "show", "harbour"],
    ["map", "list", "harbour"],
    ["map", "refresh", "harbour"],
    ["map", "set", "harbour", "paymethod", "CASH", "090"],
    ["map", "suggest", "harbour", "--accept"],
    ["preview", "harbour"],
    ["runs", "harbour"],
    ["sync", "harbour"],
    ["token", "new", "harbour"],
    ["token", "revoke", "harbour"],
    ["verify", "harbour"],
]


@pytest.mark.parametrize("arguments", NEEDS_INTEGRATION, ids=" ".join)
def test_an_unknown_integration_is_named(arguments: list[str], run: Run):
    answer = run(*arguments)
    assert answer.code == 2
    assert "There is no integration harbour." in answer.err
    assert answer.out == ""


@pytest.mark.parametrize("arguments", NEEDS_INTEGRATION, ids=" ".join)
def test_with_json_the_error_is_json_too(arguments: list[str], run: Run):
    answer = run(*arguments, "--json")
    assert answer.code == 2
    assert answer.error["kind"] == "not_found"
    assert answer.error["exit_code"] == 2
    assert answer.out == ""


def test_importing_into_an_unknown_integration_is_named(run: Run, tmp_path: Path):
    file = tmp_path / "days.json"
    file.write_text("[]")
    assert run("import", "harbour", file).code == 2


@pytest.mark.parametrize(
    "arguments",
    [["integrations", "list"], ["status"], ["db", "upgrade"], ["provision", "x"], ["serve"]],
    ids=" ".join,
)
def test_a_missing_database_folder_is_named(arguments: list[str], run: Run, tmp_path: Path):
    place = tmp_path / "nowhere" / "takings.db"
    answer = run(*arguments, "--database", place)
    assert answer.code == 1
    assert str(tmp_path / "nowhere") in answer.err
    assert not place.parent.exists()


def test_the_default_folder_is_created(run: Run, tmp_path: Path):
    assert run("integrations", "list").code == 0
    assert (tmp_path / "home" / "takings" / "takings.db").exists()
    assert (tmp_path / "home" / "takings" / "takings.key").stat().st_mode & 0o077 == 0


def test_a_locked_database_is_said_to_be_locked(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    defaults = Database.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "patience", timedelta(seconds=0.2))
    place = tmp_path / "takings.db"
    assert run("db", "upgrade", "--database", place).code == 0
    other = sqlite3.connect(place)
    other.execute("begin immediate")
    try:
        answer = run("provision", "anchor", *sides(), "--database", place)
    finally:
        other.close()
    assert answer.code == 1
    assert "locked by another program" in answer.err


def test_an_older_schema_names_the_command_that_upgrades_it(run: Run, tmp_path: Path):
    place = tmp_path / "takings.db"
    with sqlite3.connect(place) as database:
        database.execute("create table takings_schema (version_num varchar(32) not null)")
        database.execute("insert into takings_schema values ('0000')")
    database.close()
    for arguments in (["integrations", "list"], ["status"]):
        answer = run(*arguments, "--database", place)
        assert answer.code == 1
        assert "takings db upgrade" in answer.err


def test_a_file_that_is_no_database_is_said_to_be_none(run: Run, tmp_path: Path):
    place = tmp_path / "takings.db"
    place.write_text("this is a letter, not a database, and long enough to be read as a header " * 20)
    for arguments in (["integrations", "list"], ["status"]):
        answer = run(*arguments, "--database", place)
        assert answer.code == 1
        assert "not a database" in answer.err


def test_status_without_a_database_says_what_creates_it(run: Run, tmp_path: Path):
    answer = run("status", "--database", tmp_path / "takings.db")
    assert answer.code == 1
    assert "takings provision" in answer.err
    assert not (tmp_path / "takings.db").exists()


def test_a_missing_settings_file_is_named(run: Run, tmp_path: Path):
    answer = run("integrations", "list", "--config", tmp_path / "none.toml")
    assert answer.code == 1
    assert "none.toml" in answer.err


def test_a_settings_file_that_is_not_toml_is_named(run: Run, tmp_path: Path):
    file = tmp_path / "takings.toml"
    file.write_text("[[[")
    answer = run("integrations", "list", "--config", file)
    assert answer.code == 1
    assert "is not TOML" in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["sync", "anchor", "--from", "yesterday"],
        ["sync", "anchor", "--to", "2026-10-31"],
        ["sync", "anchor", "--from", "2026-10-31", "--to", "2026-10-01"],
        ["sync", "anchor", "--confirm", "many"],
        ["sync"],
        ["import", "anchor"],
        ["import", "anchor", "no-such-file.json"],
        ["integrations", "set", "anchor"],
        ["integrations", "set", "anchor", "--set", "novalue"],
        ["integrations", "set", "anchor", "--set", "rows=[1,"],
        ["map", "set", "anchor", "paymethod", "CASH"],
        ["map", "set", "anchor", "paymethod", "CASH", "090", "--leave-open"],
        ["map", "suggest", "anchor", "--accept", "--dimension", "paymethod"],
        ["provision", "anchor", "--source", "nobody:nothing", "--no-plugins"],
        ["provision", "anchor", "--no-plugins"],
        ["serve", "--port", "70000"],
        ["demo", "--source", "nobody"],
    ],
    ids=" ".join,
)
def test_a_wrong_request_is_one_sentence_and_code_2(arguments: list[str], run: Run):
    answer = run(*arguments)
    assert answer.code == 2 or "nobody:nothing" in arguments
    assert answer.err.startswith("takings: ")
    assert answer.err.count("\n") == 1
    assert "Traceback" not in answer.err


def test_a_wrong_request_with_json_is_json(run: Run):
    answer = run("sync", "--json")
    assert answer.code == 2
    assert answer.error["kind"] == "usage_error"


def test_a_fault_is_one_sentence_and_its_details_are_there_when_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("takings.cli.places.database", fail)
    answer = run("integrations", "list")
    assert answer.code == 1
    assert "This is a fault in takings" in answer.err
    assert "Traceback" not in answer.err
    assert "Traceback" in run("integrations", "list", "--verbose").err
    assert run("integrations", "list", "--json").error["kind"] == "fault"


def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -W error -m takings.cli --help | true"
    for _ in range(3):
        done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
        assert done.stderr == ""


def test_a_name_that_the_encoding_lacks_is_escaped(run: Run, tmp_path: Path):
    file = tmp_path / "\u9152.json"
    file.write_text("{")
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    place = ("--database", str(tmp_path / "takings.db"))
    assert run("provision", "anchor", *sides(), *place).code == 0
    answer = spawn_anew("import", "anchor", file, *place, env=environment)
    assert answer.code == 1
    assert "\\u9152.json: nothing was stored." in answer.out
