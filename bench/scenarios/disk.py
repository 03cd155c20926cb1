"""The disk's floor, without which figures of a database say nothing: one durable write, and one SQLite commit."""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing

from bench.report import Cell, Finding
from bench.scenarios.bench import Bench

BLOCK = bytes(4096)


def measure(bench: Bench) -> Finding:
    """Time overwriting 4 KB durably, and a commit of one row as takings makes it."""
    rounds = 100 if bench.quick else 400
    file = bench.folder / "floor"
    file.write_bytes(BLOCK)
    descriptor = os.open(file, os.O_WRONLY)
    sync = getattr(os, "fdatasync", os.fsync)
    try:
        floor = _times(lambda: (os.pwrite(descriptor, BLOCK, 0), sync(descriptor)), rounds)
    finally:
        os.close(descriptor)
    with closing(sqlite3.connect(bench.folder / "commits.db", isolation_level=None)) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=full")
        connection.execute("create table row (id integer primary key, body text)")
        text = "x" * 1000
        commits = _times(lambda: connection.execute("insert into row (body) values (?)", (text,)), rounds)
    return Finding(
        scenario="disk",
        title="Floor of the disk",
        columns=("One at a time", "p50 ms", "Least ms", "A second"),
        rows=[_row("4 KB overwritten and synced", floor), _row("SQLite commit, WAL, synchronous=FULL", commits)],
        notes=["takings commits before and after each writing call."],
    )


def _times(work: Callable[[], object], rounds: int) -> list[float]:
    found = []
    for _ in range(rounds):
        before = time.perf_counter()
        work()
        found.append((time.perf_counter() - before) * 1000)
    return found


def _row(name: str, times: list[float]) -> list[Cell]:
    return [name, statistics.median(times), min(times), round(1000 * len(times) / sum(times))]
