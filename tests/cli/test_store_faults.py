"""`takings sync` on a database that takes nothing: what is wrong, what to do, exit 1, and nothing half done."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from tests.cli.world import FIRST, LAST, Answer, Run, World

from takings.store.database import Database

SYNC = ("sync", "anchor", "--from", FIRST, "--to", LAST)


@contextmanager
def disk_that_takes_no_more() -> Iterator[None]:
    """Let the kernel refuse every further byte of a file to this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def runs(world: World) -> list[str]:
    """The states of all runs, the first first."""
    with closing(sqlite3.connect(world.folder / "takings.db")) as database:
        return [state for (state,) in database.execute("select state from run order by started_at")]


def assert_said(answer: Answer, *words: str) -> None:
    assert answer.code == 1
    assert answer.out == ""
    assert "Traceback" not in answer.err
    (line,) = answer.err.strip().splitlines()
    for word in words:
        assert word in line


def test_a_sync_on_a_full_disk_says_what_to_look_for_and_the_next_one_works(run: Run, world: World) -> None:
    before = runs(world)
    with disk_that_takes_no_more():
        answer = run(*SYNC, *world.options)
    assert_said(answer, str(world.folder / "takings.db"), "look whether it is full", "run it again")
    assert runs(world) == before
    assert run(*SYNC, *world.options).code == 0
    assert runs(world) == [*before, "done"]


def test_a_full_disk_has_a_kind_for_programs_too(run: Run, world: World) -> None:
    with disk_that_takes_no_more():
        answer = run(*SYNC, "--json", *world.options)
    assert answer.code == 1
    assert answer.error["exit_code"] == 1
    assert answer.error["kind"] == "database_missing"


def test_a_sync_on_a_locked_database_says_so_and_the_next_one_works(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    defaults = Database.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "patience", timedelta(seconds=0.2))
    before = runs(world)
    with closing(sqlite3.connect(world.folder / "takings.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        answer = run(*SYNC, *world.options)
    assert_said(answer, "locked by another program", "try again when it has finished")
    monkeypatch.undo()
    assert run(*SYNC, *world.options).code == 0
    assert runs(world) == [*before, "done"]
