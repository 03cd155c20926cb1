"""Values that are not allowed, names that are taken, and output that can't be written: each is told in a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.world import Run, World, call

LATEST = "'9999-12-31' is too far away; dates are taken from 1970-01-01 to 2100-12-31."
SIDES = ("--source", "impos:eod", "--target", "xero:accounting")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sync", "anchor", "--from", "yesterday"], "'yesterday' is not a date; expected YYYY-MM-DD."),
        (["integrations", "set", "anchor", "--start-date", "1.10.26"], "expected YYYY-MM-DD."),
        (["sync", "anchor", "--confirm", "x"], "'x' is not a whole number."),
        (["days", "anchor", "--state", "bogus"], "'pending', 'held', 'nothing'"),
        (["runs", "anchor", "--limit", "9" * 20], f"{'9' * 20} is too large; at most 2147483647."),
        (["runs", "anchor", "--limit", str(2**63)], "is too large; at most 2147483647."),
        (["runs", "anchor", "--limit", "9" * 5000], "is too large; at most 2147483647."),
        (["audit", "--before", "9" * 23], "is too large; at most 2147483647."),
        (["sync", "anchor", "--confirm", "9" * 20], "is too large; at most 2147483647."),
        (["confirm", "anchor", "--reason", "x", "--confirm", "9" * 20], "is too large; at most 2147483647."),
        (["difference", "anchor", f"2026-10-01/{'9' * 20}"], "is no day"),
        (["preview", "anchor", "--from", "2026-10-01", "--to", "9999-12-31"], LATEST),
        (["sync", "anchor", "--from", "1000-01-01"], "'1000-01-01' is too far away; dates are taken from 1970-01-01"),
        (["report", "day", "anchor", "9999-12-31"], LATEST),
        (["report", "month", "anchor", "9999-12"], "to 2100-12."),
        (["undo", "anchor", "9999-12-31"], LATEST),
    ],
)
def test_a_wrong_value_says_what_is_expected(arguments: list[str], said: str, run: Run):
    answer = run(*arguments)
    assert answer.code == 2
    assert said in answer.err


@pytest.mark.parametrize("given", ["tips_tax=nonsense", "variance_account=nonsense", "shape=nonsense", "nonsense=1"])
def test_a_setting_with_a_wrong_value_ends_like_every_value_that_is_not_allowed(given: str, world: World):
    answer = call("integrations", "set", "anchor", "--set", given, *world.options)
    assert answer.code == 2, answer.err
    assert "nonsense" in answer.err
    assert "Traceback" not in answer.err


def test_a_start_date_far_from_today_is_refused_and_an_early_one_posts_nothing_unasked(world: World):
    far = call("integrations", "set", "anchor", "--start-date", "1999-01-01", *world.options)
    assert far.code == 2
    assert "The start date 1999-01-01 is too far from today. Enter a date between " in far.err
    assert call("integrations", "set", "anchor", "--start-date", "2026-05-01", *world.options).code == 0
    asked = call("sync", "anchor", "--from", "2026-05-20", "--to", "2026-05-20", *world.options)
    assert (asked.code, "1 document for 2026-05-20" in asked.err) == (2, True), asked.out + asked.err


@pytest.mark.parametrize("command", [("decide", "anchor", "never", "2026-10-01"), ("pause", "anchor")])
def test_a_reason_has_as_many_letters_as_every_face_takes(command: tuple[str, ...], world: World):
    answer = call(*command, "--reason", "x" * 501, *world.options)
    assert answer.code == 2
    assert "Give the reason in up to 500 letters; this one has 501." in answer.err


@pytest.mark.parametrize(
    "command",
    [
        ("report", "clearing", "anchor"),
        ("report", "day", "anchor", "2026-10-01"),
        ("report", "month", "anchor"),
        ("days", "anchor"),
    ],
)
def test_two_shapes_at_once_are_refused(command: tuple[str, ...], world: World):
    answer = call(*command, "--csv", "--json", *world.options)
    assert answer.code == 2
    assert answer.error["message"].startswith("--csv and --json exclude each other")
    assert answer.out == ""


def test_status_names_the_folder_that_is_missing(run: Run, tmp_path: Path):
    answer = run("status", "--database", tmp_path / "nowhere" / "takings.db")
    assert f"there is no folder {tmp_path / 'nowhere'}. Create it" in answer.err


def test_a_name_that_differs_only_in_capitals_is_taken(run: Run):
    assert run("provision", "Anchor", *SIDES).code == 0
    for name in ("Anchor", "anchor", "ANCHOR"):
        answer = run("provision", name, *SIDES)
        assert answer.code == 2
        assert "There is an integration Anchor already" in answer.err
    assert run("provision", "anchor", *SIDES, "--owner", "hotel").code == 0


def test_a_plugin_that_is_left_out_and_not_there_is_told(run: Run):
    answer = run("plugins", "list", "--no-plugins=nope,xero")
    assert answer.code == 0
    assert answer.err == "There is no plugin nope to be left out.\n"
    assert run("plugins", "list", "--no-plugins").err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "arguments", [["integrations", "list", "--json"], ["--help"], ["plugins", "list"]], ids=" ".join
)
def test_output_that_can_not_be_written_is_one_sentence(arguments: list[str], tmp_path: Path):
    command = [sys.executable, "-W", "error", "-m", "takings.cli", *arguments]
    environment = {**os.environ, "TAKINGS_DATABASE": str(tmp_path / "takings.db")}
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment)
    assert done.returncode == 1
    said = done.stderr
    if "--json" in arguments:
        assert json.loads(said)["error"]["kind"] == "output_lost"
    else:
        assert said.startswith("takings: Standard output can't be written: ")
    assert said.count("\n") == 1
