"""Reports at the command line, as text."""

from __future__ import annotations

import json

from tests.cli.test_import_files import days
from tests.cli.world import FIRST, Run, World, hand_over


def test_a_month_says_which_of_its_sums_are_of_what_was_posted(run: Run, world: World):
    lines = run("report", "month", "anchor", FIRST[:7], *world.options).out.splitlines()
    assert {"Payment methods, of all days", "Tax by rate, of what was posted", "Accounts, of what was posted"} <= {
        *lines
    }
    heads = lines[lines.index("Accounts, of what was posted") + 1].split()
    assert heads == ["Account", "Debit", "Credit", "Tax", "in", "it"]


def test_a_month_without_days_has_a_sum_and_no_gap(run: Run, world: World):
    lines = run("report", "month", "anchor", "2025-01", *world.options).out.splitlines()
    assert "AUD 0.00 posted in 0 documents, 0.00 of it tax; 0.00 not posted." in lines


def test_a_check_tells_of_what_it_read_only(run: Run, world: World):
    token = run("token", "new", "anchor", *world.options).out.strip()
    hand_over(world, token)
    (day,) = days(world, token, FIRST)
    day["payments"][0]["counted"] = day["payments"][0]["recorded"] = "0.01"
    file = world.folder / "unbalanced.json"
    file.write_text(json.dumps([{**day, "sequence": 2}]))
    run("import", "anchor", file, *world.options)
    assert FIRST in run("days", "anchor", "--state", "held", *world.options).out
    assert "Held" not in run("verify", "anchor", *world.options).out


def test_drafts_are_told_apart_in_every_report(run: Run, private: World):
    run("integrations", "set", "anchor", "--set", "status=DRAFT", *private.options)
    undone = run("undo", "anchor", FIRST, "--confirm", "1", *private.options)
    assert undone.code == 0, undone.out
    run("decide", "anchor", "repost", FIRST, *private.options)
    assert run("sync", "anchor", "--from", FIRST, "--to", FIRST, "--confirm", "1", *private.options).code == 0
    month = run("report", "month", "anchor", FIRST[:7], *private.options).out
    assert "waits for approval in 1 draft." in month
    assert "Waiting for approval in the ledger" in month.splitlines()
    assert "waiting for approval" in next(line for line in month.splitlines() if line.startswith(FIRST))
    assert ", waiting for approval" in run("report", "day", "anchor", FIRST, *private.options).out
    clearing = run("report", "clearing", "anchor", "--from", FIRST, "--to", FIRST, *private.options).out
    assert "Waiting for approval in the ledger, and not in these accounts" in clearing.splitlines()
