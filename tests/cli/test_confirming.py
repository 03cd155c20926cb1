"""Held days that look unusual are shown and confirmed at the command line."""

from __future__ import annotations

from tests.cli.test_commands import fits
from tests.cli.world import Run, World


def test_nothing_to_confirm_is_told(run: Run, world: World):
    answer = run("confirm", "anchor", "--json", *world.options)
    assert (answer.code, answer.json["decided"], answer.json["run"]) == (0, None, None)
    assert fits(answer.json["waiting"], "ToConfirm")["count"] == 0
    assert run("confirm", "anchor", "--reason", "Cup week", *world.options).out == "No day waits to be confirmed.\n"
