"""A process of its own for tests with two: waits for a line on standard input, then does its work."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from tests.connect.world import BOOKS, SystemClock, World

from takings.connect.budget import CallBudgets
from takings.errors import RateLimited
from takings.plugin import Budget
from takings.store.database import Database
from takings.store.secrets import KeyRing


def refresh(database: Database) -> str:
    """Ask for the header of the one authorisation."""
    keys = KeyRing.from_text(os.environ["TEST_KEYS"])
    world = World(database=database, keys=keys, address=os.environ["TEST_LEDGER"], clock=SystemClock())
    header = world.oauth.authoriser(world.authorisation().id).header()
    world.close()
    return header


def spend(database: Database) -> int:
    """Take calls of one organisation until the budget refuses; returns how many there were."""
    budgets = CallBudgets(database, clock=SystemClock(), longest=timedelta(0))
    budget = budgets.of(BOOKS, "org-1", Budget(minute=60, concurrent=5), system="Ledger")
    taken = 0
    while True:
        try:
            budget.acquire()
        except RateLimited:
            return taken
        budget.release()
        taken += 1
        time.sleep(0.002)  # so that the two take turns


def main() -> None:
    """Work when told to."""
    with Database(Path(os.environ["TEST_DATABASE"])) as database:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        work = {"refresh": refresh, "spend": spend}[sys.argv[1]]
        sys.stdout.write(json.dumps(work(database)) + "\n")


if __name__ == "__main__":
    main()
