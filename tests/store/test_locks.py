"""Locks that exclude threads, engines and processes, and die with their process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from takings.errors import Busy, InstallationError
from takings.store.database import Database

HOLD = """
import sys, time
from takings.store.database import Database
with Database(sys.argv[1]) as database, database.lock("ledger/org-1"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(address: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of `ledger/org-1` until its input ends."""
    command = [sys.executable, "-c", HOLD, address]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def is_free(database: Database, name: str = "ledger/org-1") -> bool:
    try:
        with database.lock(name):
            return True
    except Busy:
        return False


def test_a_lock_is_free_again_after_use(empty: Database) -> None:
    for _ in range(2):
        with empty.lock("ledger/org-1"):
            assert not is_free(empty)
    assert is_free(empty)


def test_a_lock_is_free_again_after_an_exception(empty: Database) -> None:
    with pytest.raises(ZeroDivisionError), empty.lock("ledger/org-1"):
        _ = 1 / 0
    assert is_free(empty)


def test_a_lock_tells_who_is_busy(empty: Database) -> None:
    with empty.lock("ledger/org-1"), pytest.raises(Busy, match="ledger/org-1"), empty.lock("ledger/org-1"):
        pass


def test_names_do_not_hinder_each_other(empty: Database) -> None:
    with empty.lock("ledger/org-1"), empty.lock("ledger/org-2"), empty.lock("../../etc/passwd\0"):
        assert is_free(empty, "ledger/org-3")


def test_two_engines_of_one_process_exclude_each_other(empty: Database, address: str) -> None:
    with Database(address) as other, other.lock("ledger/org-1"):
        assert not is_free(empty)
    assert is_free(empty)


def test_only_one_of_many_threads_is_inside(empty: Database) -> None:
    inside, most = 0, 0
    count = threading.Lock()

    def work(_: int) -> None:
        nonlocal inside, most
        with empty.lock("ledger/org-1", wait=timedelta(seconds=20)):
            with count:
                inside += 1
                most = max(most, inside)
            time.sleep(0.001)
            with count:
                inside -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(24)))
    assert most == 1


def test_waiting_gets_the_lock_when_it_becomes_free(empty: Database) -> None:
    held = threading.Event()

    def hold() -> None:
        with empty.lock("ledger/org-1"):
            held.set()
            time.sleep(0.05)

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(hold)
        assert held.wait(60)
        with empty.lock("ledger/org-1", wait=timedelta(seconds=60)):
            done.result(timeout=60)


def test_waiting_ends_when_it_was_told_to(empty: Database) -> None:
    with empty.lock("ledger/org-1"):
        begun = time.monotonic()
        with pytest.raises(Busy), empty.lock("ledger/org-1", wait=timedelta(milliseconds=60)):
            pass
        assert time.monotonic() - begun >= 0.06


def test_another_process_is_kept_out_until_it_is_killed(empty: Database, address: str) -> None:
    with another_process(address) as process:
        assert not is_free(empty)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=60)
        # A PostgreSQL server notices the end of a connection a moment after the process is gone.
        with empty.lock("ledger/org-1", wait=timedelta(seconds=60)):
            pass


def test_locks_do_not_use_up_the_connections_for_work(database: Database) -> None:
    with ThreadPoolExecutor(48) as threads:
        ready, go = threading.Barrier(49, timeout=120), threading.Event()

        def hold(number: int) -> bool:
            with database.lock(f"ledger/org-{number}"):
                ready.wait()
                return go.wait(120)

        holders = [threads.submit(hold, number) for number in range(48)]
        ready.wait()
        with database.write():
            go.set()
        assert all(holder.result() for holder in holders)


def test_a_lock_and_a_write_do_not_hinder_each_other(database: Database) -> None:
    with database.write(), database.lock("ledger/org-1"):
        assert not is_free(database)
    with database.lock("ledger/org-1"), database.write():
        assert not is_free(database)


FORK = """
import os, sys, warnings
from takings.store.database import Database
database = Database(sys.argv[1])
reading, writing = os.pipe()
with database.lock("ledger/org-1"):
    child = os.fork()
    if child == 0:
        os.write(writing, b".")
        sys.stdin.read()  # outlives its parent
        os._exit(0)
    os.read(reading, 1)  # the child runs
    os._exit(0)
"""


def test_a_forked_child_does_not_keep_its_dead_parents_lock(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FORK, str(tmp_path / "takings.db")]
    with (
        Database(tmp_path / "takings.db") as database,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
    ):
        process.wait(timeout=60)
        assert is_free(database)


def test_lock_files_are_their_owners_only_and_stand_beside_the_database(tmp_path: Path) -> None:
    with Database(tmp_path / "takings.db") as database, database.lock("ledger/org-1"):
        folder = tmp_path / "takings.db.locks"
        assert folder.stat().st_mode & 0o077 == 0
        assert [file.stat().st_mode & 0o077 for file in folder.iterdir()] == [0]


def test_a_lock_folder_that_can_not_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "takings.db.locks").write_text("in the way")
    with Database(tmp_path / "takings.db") as database, pytest.raises(InstallationError, match=r"takings\.db\.locks"):
        database.lock("ledger/org-1").__enter__()
