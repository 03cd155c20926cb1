"""Held days that look unusual are shown and confirmed at the command line."""

from __future__ import annotations

import json

from tests.cli.test_commands import fits
from tests.cli.test_import_files import DAY, days
from tests.cli.world import Run, World, set_up


def test_nothing_to_confirm_is_told(run: Run, world: World):
    answer = run("confirm", "anchor", "--json", *world.options)
    assert (answer.code, answer.json["decided"], answer.json["run"]) == (0, None, None)
    assert fits(answer.json["waiting"], "ToConfirm")["count"] == 0
    assert run("confirm", "anchor", "--reason", "Cup week", *world.options).out == "No day waits to be confirmed.\n"


def organisation(run: Run, world: World) -> str:
    return str(run("integrations", "show", "anchor", "--json", *world.options).json["target"]["organisation"])


def test_a_day_of_the_past_that_was_confirmed_is_posted_by_the_command_that_is_told(run: Run, alone: World):
    token = set_up(alone, "anchor")
    (day,) = days(alone, token)
    file = alone.folder / "day.json"
    file.write_text(json.dumps([day]))
    assert run("import", "anchor", file, *alone.options).code == 0
    (planned,) = run("preview", "anchor", "--from", DAY, "--to", DAY, "--json", *alone.options).json["documents"]
    line = {"Description": "Takings", "Quantity": 1, "UnitAmount": planned["total"], "AccountCode": "201"}
    made = alone.client.post(
        f"{alone.target['control']}/organisations/{organisation(run, alone)}/invoices",
        json={"Type": "ACCREC", "Contact": {"Name": "Cash"}, "Date": DAY, "DueDate": DAY, "Status": "AUTHORISED",
              "LineAmountTypes": "Inclusive", "LineItems": [line]},
    )  # fmt: skip
    made.raise_for_status()
    assert run("sync", "anchor", "--from", DAY, "--to", DAY, "--no-pull", *alone.options).code == 1
    told = run("confirm", "anchor", "--reason", "A wedding", "--confirm", "1", *alone.options)
    command = f"takings sync anchor --from {DAY} --to {DAY} --no-pull --confirm 1"
    assert (told.code, told.err.rstrip().endswith(f"If that is right: {command}")) == (2, True), told.err
    assert "1 document for " in told.err
    again = run("confirm", "anchor", "--reason", "A wedding", "--confirm", "1", *alone.options)
    assert (again.code, again.out) == (0, "No day waits to be confirmed. 1 day waits for a sync.\n")
    assert run(*command.split()[1:], *alone.options).code == 0
    (shown,) = run("days", "anchor", "--from", DAY, "--to", DAY, "--json", *alone.options).json["days"]
    assert shown["state"] == "posted"
