"""The setup from a file: no question, the same twice is the same, and what is wrong is named with its place."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.test_json_page import documented
from tests.cli.world import Answer, Run, World, connect, sides, spawn

from takings.cli.wizard.report import Report, StepReport
from takings.cli.wizard.writing import key, text

NAME = "filed"
MAPS = ("tax_codes", "payment_methods", "accounts")
FIRST_HALF = "[send]\nend_of_day = true\n\n[token]\nmake = true\n"
SECOND_HALF = "".join(f"[map.{one}]\n'*' = 'suggestion'\n" for one in MAPS) + "[advanced.target]\ndue_days = 7\n"


def days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


@pytest.fixture
def world(run: Run, elsewhere: World) -> World:
    assert run("provision", NAME, *sides(), *elsewhere.options).code == 0
    assert connect(elsewhere, NAME).code == 0
    return elsewhere


@pytest.fixture
def fresh(run: Run, alone: World) -> World:
    """The same with a ledger that holds nothing."""
    assert run("provision", NAME, *sides(), *alone.options).code == 0
    assert connect(alone, NAME).code == 0
    return alone


def answers(run: Run, world: World, content: str, *more: str, name: str = NAME) -> Answer:
    file = world.folder / "answers.toml"
    file.write_text(content, "utf-8")
    return run("setup", name, "--answers", file, *more, *world.options)


def authorise(world: World, token: str) -> None:
    world.client.post(world.source["enter_token"]["url"], json={"token": token}).raise_for_status()


def half_done(run: Run, world: World, name: str = NAME) -> None:
    """Answer everything before the review."""
    authorise(world, answers(run, world, FIRST_HALF, "--json", name=name).json["token"])
    answers(run, world, SECOND_HALF, name=name)


def errors(answer: Answer) -> dict[str, dict[str, str]]:
    return {one["key"]: one["errors"] for one in answer.json["steps"] if one["errors"]}


def stored(run: Run, world: World, name: str) -> dict[str, Any]:
    """Everything that a setup stores, without what differs from one integration to the next."""
    shown = run("integrations", "show", name, "--json", *world.options).json
    kept = ("state", "flows", "numbering", "target_settings", "start_date", "trailing_days", "open_codes")
    mapping = run("map", "list", name, "--json", *world.options).json["mapping"]
    exported = run("setup", name, "--export", "-", *world.options).out
    return {one: shown[one] for one in kept} | {"mapping": mapping, "file": exported.replace(name, "NAME")}


def test_a_file_sets_everything_up_and_begins_the_first_sync(run: Run, fresh: World):
    made = answers(run, fresh, FIRST_HALF, "--json")
    assert made.code == 1
    assert made.json["missing"][0] == "map.tax_codes"
    assert list(made.json) == documented("SetupReport") == [one.name for one in fields(Report)]
    assert list(made.json["steps"][0]) == documented("StepReport") == [one.name for one in fields(StepReport)]
    authorise(fresh, made.json["token"])
    review = f"[review]\nstart_date = {days_ago(6)}\nat = 05:30:00\nretrieve = true\n"
    counted = answers(run, fresh, SECOND_HALF + review, "--json")
    assert counted.code == 1
    found = re.search(r"confirm = (\d+)$", errors(counted)["review"]["confirm"])
    assert found
    assert run("days", NAME, "--state", "posted", "--json", *fresh.options).json["days"] == []
    whole = f"{FIRST_HALF}{SECOND_HALF}{review}confirm = {found[1]}\n"
    done = answers(run, fresh, whole, "--json")
    assert done.code == 0, done.out
    assert done.json["run"]["counts"]["documents"] == int(found[1])
    before = stored(run, fresh, NAME)
    assert before["state"] == "active"
    assert before["target_settings"]["due_days"] == 7
    again = answers(run, fresh, whole, "--json")
    assert again.code == 0, again.out
    assert not again.json["run"]["counts"].get("documents")
    assert stored(run, fresh, NAME) == before


def test_the_token_is_made_once_and_shown_once(run: Run, world: World):
    made = answers(run, world, FIRST_HALF)
    assert "shown this once" in made.err
    assert made.out.splitlines()[-1].startswith("tk_")
    again = answers(run, world, FIRST_HALF, "--json")
    assert again.json["token"] == ""


def test_without_retrieve_it_is_saved_and_nothing_is_sent(run: Run, world: World):
    half_done(run, world)
    saved = answers(run, world, "[review]\nevery = 'week'\nweekday = 'Friday'\n", "--json")
    assert saved.code == 0, saved.out
    assert saved.json["run"] is None
    assert saved.json["complete"]
    assert run("integrations", "show", NAME, "--json", *world.options).json["days"] == {}


def test_an_export_sets_another_integration_up_in_the_same_way(run: Run, world: World):
    half_done(run, world)
    chosen = "[map.payment_methods]\nACCT = 'leave_open'\nCASH = '613'\n[map.accounts]\nMERCH = 'do_not_post'\n"
    numbers = "[advanced.target]\nnumbering = 'builtin:dated'\nbuiltin_dated_prefix = 'S-'\n"
    assert answers(run, world, chosen + "[review]\nevery = 'hour'\nminute = 5\nstart_date = 2026-10-01\n").code == 0
    assert answers(run, world, numbers).code == 0
    file = world.folder / "exported.toml"
    assert run("setup", NAME, "--export", file, *world.options).code == 0
    written = file.read_text("utf-8")
    assert 'CASH = "613"' in written
    assert 'ACCT = "leave_open"' in written
    assert "confirm" not in written
    assert run("provision", "harbour", *sides(), *world.options).code == 0
    assert connect(world, "harbour").code == 0
    authorise(world, answers(run, world, FIRST_HALF, "--json", name="harbour").json["token"])
    assert run("setup", "harbour", "--answers", file, *world.options).code == 0
    assert stored(run, world, "harbour") == stored(run, world, NAME)


def test_an_export_has_no_secret_and_names_what_is_not_answered(run: Run, world: World):
    token = answers(run, world, FIRST_HALF, "--json").json["token"]
    written = run("setup", NAME, "--export", "-", *world.options).out
    assert token not in written
    assert tomllib.loads(written)["token"] == {"make": True}
    assert "# [map.accounts] was not answered yet." in written
    assert "# [review] was not answered yet." in written


def test_it_reads_standard_input(world: World):
    answer = spawn("setup", NAME, "--answers", "-", "--json", *world.options, sent=b"[send]\nend_of_day = true\n")
    assert answer.code == 1
    assert answer.json["steps"][1]["state"] == "completed"


@pytest.mark.parametrize(
    ("given_text", "said"),
    [
        ("[sent]\nend_of_day = true", "[sent] = {"),
        (
            "[send]\nend_of_dya = true",
            "[send] end_of_dya = true: there is no such answer here; there are: end_of_day",
        ),
        ("end_of_day = true", "[end_of_day] = true: no step of this setup is called end_of_day"),
        ("[map.colours]\nRED = '1'", "no step of this setup is called map.colours"),
        ("[map]\ncolour = 'red'", '[map.colour] = "red"'),
        ("[advanced.target]\nsecret_thing = 1", "[advanced.target] secret_thing = 1"),
        ("[send]\nend_of_day = [1]", "[send] end_of_day = [1]: give a text"),
        ("[review]\nretrieve = 'yes'", '[review] retrieve = "yes": say true or false'),
        ("[advanced.target]\ncontact_name = {env = 'NOT_THERE'}", "there is no environment variable NOT_THERE"),
        ("[send\n", "is not TOML"),
    ],
)
def test_what_no_step_knows_is_named_and_nothing_is_stored(run: Run, world: World, given_text: str, said: str):
    before = stored(run, world, NAME)
    answer = answers(run, world, given_text)
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""
    assert stored(run, world, NAME) == before


def test_a_code_that_the_source_does_not_have_is_named(run: Run, world: World):
    half_done(run, world)
    answer = answers(run, world, "[map.payment_methods]\nCHEQUE = '611'")
    assert answer.code == 2
    assert '[map.payment_methods] CHEQUE = "611": there is no such code here; there are: *, ACCT' in answer.err


def test_values_that_are_not_taken_are_told_at_their_place(run: Run, world: World):
    half_done(run, world)
    wrong_text = (
        "[send]\nend_of_day = 'perhaps'\n[map.payment_methods]\nCASH = 'No such account'\n[map.tax_codes]\nGST = "
        "'do_not_post'\n[advanced.target]\ndue_days = 1000\n"
    )
    answer = answers(run, world, wrong_text, "--json")
    assert answer.code == 1
    wrong = errors(answer)
    assert wrong["send"]["end_of_day"] == 'Say yes or no, not perhaps. It says "perhaps".'
    assert "No such account" in wrong["map.payment_methods"]["CASH"]
    assert "do_not_post" in wrong["map.tax_codes"]["GST"]
    assert "365" in wrong["advanced.target"]["due_days"]
    assert "[send] end_of_day: Say yes or no" in answers(run, world, wrong_text).out


def test_a_time_that_is_none_finishes_nothing(run: Run, world: World):
    half_done(run, world)
    answer = answers(run, world, "[review]\nat = '25:00'\nretrieve = true\n", "--json")
    assert answer.code == 1
    assert "25:00" in errors(answer)["review"]["at"]
    assert answer.json["state"] == "draft"


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_is_written_so_that_it_reads_the_same(value: str):
    assert tomllib.loads(f"{key(value)} = {text(value)}") == {value: value}


def test_codes_without_an_answer_can_all_get_the_same(run: Run, world: World):
    authorise(world, answers(run, world, FIRST_HALF, "--json").json["token"])
    same = "[map.accounts]\nTIPS = '807'\n'*' = '201'\n[map.payment_methods]\nCASH = 'nowhere'\n'*' = 'leave_open'\n"
    found = answers(run, world, same, "--json")
    assert set(errors(found)) == {"map.payment_methods"}
    assert set(errors(found)["map.payment_methods"]) == {"CASH"}
    rows = run("map", "list", NAME, "--dimension", "accounts", "--json", *world.options).json["mapping"]
    assert {one["code"]: one["ref_code"] for one in rows if one["code"] == "TIPS"} == {"TIPS": "807"}
    assert {one["ref_code"] for one in rows if one["code"] != "TIPS"} == {"201"}


def test_a_ledger_that_is_not_connected_is_told_with_the_command(run: Run, elsewhere: World):
    assert run("provision", NAME, *sides(), *elsewhere.options).code == 0
    answer = answers(run, elsewhere, "[connect.target]\n[send]\nend_of_day = true\n", "--json")
    assert answer.code == 1
    assert f"takings connect {NAME}" in errors(answer)["connect.target"][""]


def test_check_says_what_is_missing(run: Run, world: World):
    answer = run("setup", NAME, "--check", *world.options)
    assert answer.code == 1
    assert "map.accounts" in answer.out
    assert "cannot start" in answer.out
    assert f"{NAME} is not set up yet: 8 steps left." in answer.out
    half_done(run, world)
    assert answers(run, world, "[review]\n").code == 0
    assert run("setup", NAME, "--check", *world.options).out.endswith(f"{NAME} is set up.\n")


@pytest.mark.parametrize(
    "more",
    [
        ["--check", "--export", "-"],
        ["--json"],
        ["--json", "--export", "-"],
        ["--check", "--step", "send"],
        ["--answers", "no-such-file.toml"],
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together_are_refused(run: Run, world: World, more: list[str]):
    answer = run("setup", NAME, *more, *world.options)
    assert answer.code == 2
    assert answer.out == ""


def test_a_secret_comes_from_the_environment(run: Run, world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CONTACT", "From the environment")
    answers(run, world, "[advanced.target]\ncontact_name = {env = 'CONTACT'}")
    shown = run("integrations", "show", NAME, "--json", *world.options).json
    assert shown["target_settings"]["contact_name"] == "From the environment"


def test_a_file_that_can_not_be_written_is_named(run: Run, world: World, tmp_path: Path):
    answer = run("setup", NAME, "--export", tmp_path / "nowhere" / "a.toml", *world.options)
    assert answer.code == 1
    assert "can't be written" in answer.err
