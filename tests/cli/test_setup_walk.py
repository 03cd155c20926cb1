"""The setup at a terminal: nine steps from an empty database to a first sync, with every way back and out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.dialogue import CTRL_C, CTRL_D, Dialogue
from tests.cli.world import Run, World, connect, sides, spawn
from tests.template.test_new import install, new

from takings.cli.demo.consent import follow_to
from takings.cli.demo.sandbox import RunningSandbox
from takings.plugin import Sandbox

NAME = "walked"


@contextmanager
def walking(world: World, *more: str) -> Iterator[Dialogue]:
    with Dialogue("setup", NAME, "--no-browser", "--port", "0", *more, *world.options) as dialogue:
        yield dialogue


@pytest.fixture
def world(run: Run, elsewhere: World) -> World:
    """An integration of which nothing is answered."""
    assert run("provision", NAME, *sides(), *elsewhere.options).code == 0
    return elsewhere


@pytest.fixture
def fresh(run: Run, alone: World) -> World:
    """The same with a ledger that holds nothing."""
    assert run("provision", NAME, *sides(), *alone.options).code == 0
    return alone


def consent(dialogue: Dialogue, world: World) -> None:
    dialogue.answer((r"Enter opens \w+:", ""))
    address = dialogue.until(r"\n(http\S+)\n")[1]
    world.client.get(follow_to(world.client, address))


def hand_over(dialogue: Dialogue, world: World) -> str:
    """Make the token and enter it at the point of sale, as its support does."""
    dialogue.answer((r"Make the Auth Token now \[yes\]:", ""))
    token = dialogue.until(r"shown this once:\n +(\S+)\n")[1]
    world.client.post(world.source["enter_token"]["url"], json={"token": token}).raise_for_status()
    return token


def match_everything(dialogue: Dialogue, steps: int = 3) -> None:
    for _ in range(steps):
        dialogue.answer((r"number, or part of a code or name", "a"), (r"A code to change", ""))


def states(run: Run, world: World) -> dict[str, str]:
    found = run("setup", NAME, "--check", "--json", *world.options).json
    return {one["key"]: one["state"] for one in found["steps"]}


def days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


def prepared(run: Run, world: World) -> None:
    """Answer everything before the review from a file."""
    assert connect(world, NAME).code == 0
    file = world.folder / "first.toml"
    file.write_text("[send]\nend_of_day = true\n[token]\nmake = true\n")
    token = run("setup", NAME, "--answers", file, "--json", *world.options).json["token"]
    world.client.post(world.source["enter_token"]["url"], json={"token": token}).raise_for_status()
    dimensions = [f"[map.{one}]\n'*' = 'suggestion'\n" for one in ("tax_codes", "payment_methods", "accounts")]
    file.write_text("".join(dimensions) + "[advanced.target]\n")
    run("setup", NAME, "--answers", file, *world.options)


def test_nine_steps_lead_from_nothing_to_a_first_sync(run: Run, fresh: World):
    with walking(fresh) as dialogue:
        dialogue.until("Step 1 of 9: ")
        consent(dialogue, fresh)
        dialogue.answer((r"Enter goes on, r connects it again:", ""), (r"yes or no \[no\]:", "y"))
        token = hand_over(dialogue, fresh)
        dialogue.answer((r"Authorised\?", "r"))
        dialogue.until("it is authorised")
        dialogue.answer((r"Authorised\?", ""))
        dialogue.until("Step 4 of 9: ")
        match_everything(dialogue)
        dialogue.answer(
            (r"nothing to configure(?s:.*)Enter goes on:", ""),
            (r"number \[.*\]:", "."),
            (r"Keep these answers \[yes\]:", ""),
        )
        dialogue.answer(
            (r"Step 9 of 9(?s:.*)YYYY-MM-DD \[.*\]:", days_ago(9)),
            (r"part of its name \[.*\]:", ""),
            (r"number \[Every day\]:", "2"),
            (r"a whole number \[0\]:", "30"),
        )
        counted = int(dialogue.until(r"(\d+) documents? and \d+ payments?")[1])
        assert counted > 0
        dialogue.answer((r"or a number to change:", "r"), (r"Type the number of documents to confirm:", f"{counted}"))
        assert dialogue.ended() == 0, dialogue.shown
    assert f"{NAME} is set up." in dialogue.shown
    assert dialogue.shown.count(token) == 1
    shown = run("integrations", "show", NAME, "--json", *fresh.options).json
    assert shown["state"] == "active"
    assert shown["days"]["posted"] == counted
    assert run("verify", NAME, *fresh.options).code == 0
    assert run("setup", NAME, "--check", *fresh.options).code == 0


def test_it_goes_on_where_ctrl_c_left_it(run: Run, world: World):
    assert connect(world, NAME).code == 0
    for key in (CTRL_C, CTRL_D):
        with walking(world) as dialogue:
            dialogue.until(r"yes or no \[no\]:")
            dialogue.press(key, until=f"Everything answered so far is kept. Go on with: takings setup {NAME}")
            assert dialogue.ended() == 130
        assert "Traceback" not in dialogue.shown
    with walking(world) as dialogue:
        dialogue.answer((r"Step 2 of 9(?s:.*)yes or no \[no\]:", "yes"), (r"Make the Auth Token", "q"))
        assert dialogue.ended() == 0
    assert states(run, world)["send"] == "completed"
    with walking(world) as dialogue:
        dialogue.until("Step 3 of 9")


def test_an_answer_of_a_step_that_is_left_is_kept_for_later(run: Run, world: World):
    prepared(run, world)
    with walking(world) as dialogue:
        dialogue.answer((r"YYYY-MM-DD \[.*\]:", "2026-10-01"), (r"part of its name", "q"))
        assert dialogue.ended() == 0
    with walking(world) as dialogue:
        assert dialogue.until(r"YYYY-MM-DD \[(.*)\]:")[1] == "2026-10-01"


def test_back_leads_to_the_field_before_and_to_the_step_before(run: Run, world: World):
    prepared(run, world)
    with walking(world) as dialogue:
        dialogue.answer(
            (r"YYYY-MM-DD \[.*\]:", "2026-10-02"),
            (r"part of its name", "b"),
            (r"YYYY-MM-DD \[2026-10-02\]:", "b"),
            (r"Step 8 of 9(?s:.*)number \[.*\]:", "b"),
            (r"Step 7 of 9(?s:.*)Enter goes on:", "b"),
            (r"Step 6 of 9(?s:.*)A code to change", "b"),
        )
        dialogue.until("Step 5 of 9")


def test_wrong_answers_are_told_at_the_field_and_asked_again(run: Run, world: World):
    prepared(run, world)
    with walking(world) as dialogue:
        dialogue.answer(
            (r"YYYY-MM-DD \[.*\]:", "yesterday"),
            (r"part of its name \[.*\]:", "Sydney"),
            (r"1 +Australia/Sydney(?s:.*)\]:", "1"),
            (r"number \[Every day\]:", "9"),
            (r"Nothing here is called 9(?s:.*)number \[Every day\]:", "1"),
            (r"HH:MM \[04:00\]:", "25:00"),
            (r"! Enter a date like 2026-10-31(?s:.*)YYYY-MM-DD \[yesterday\]:", days_ago(3)),
            (r"! '25:00' is not a time of day(?s:.*)HH:MM \[25:00\]:", "05:00"),
        )
        dialogue.answer((r"or a number to change:", "s"))
        assert dialogue.ended() == 0, dialogue.shown
    assert states(run, world)["review"] == "completed"


def test_a_code_is_searched_by_code_and_name_and_changed_afterwards(run: Run, world: World):
    prepared(run, world)
    with walking(world, "--step", "map.payment_methods") as dialogue:
        dialogue.answer(
            (r"A code to change", "NOPE"),
            (r"There is no code NOPE(?s:.*)A code to change", "cash"),
            (r"part of a code or name \[611 Cash Clearing\]:", "s 613"),
            (r"1 +613 AMEX Clearing(?s:.*)part of a code or name \[1\]:", "zzzzzz"),
            (r"Nothing here is called zzzzzz(?s:.*)part of a code or name", "1"),
            (r"CASH +Cash +613 AMEX Clearing(?s:.*)A code to change", "VOUCH"),
            (r"part of a code or name", "l"),
            (r"VOUCH +Gift Voucher +Leave it open(?s:.*)A code to change", "q"),
        )
        assert dialogue.ended() == 0
    rows = run("map", "list", NAME, "--dimension", "payment_methods", "--json", *world.options).json["mapping"]
    decided = {one["code"]: (one["choice"], one["ref_code"]) for one in rows}
    assert decided["CASH"] == ("post", "613")
    assert decided["VOUCH"] == ("leave_open", "")


def test_a_step_changed_from_the_review_leads_back_to_it(run: Run, world: World):
    prepared(run, world)
    with walking(world) as dialogue:
        dialogue.answer((r"YYYY-MM-DD \[.*\]:", "."), (r"or a number to change:", "2"))
        dialogue.answer((r"Step 2 of 9(?s:.*)yes or no \[yes\]:", "b"), (r"Step 9 of 9(?s:.*)YYYY-MM-DD", "."))
        dialogue.answer((r"or a number to change:", "2"), (r"yes or no \[yes\]:", ""))
        dialogue.until("Step 9 of 9")


def test_a_code_that_the_days_bring_is_matched_before_the_end(run: Run, world: World):
    prepared(run, world)
    with walking(world) as dialogue:
        dialogue.answer((r"YYYY-MM-DD \[.*\]:", "2026-10-01"), (r"part of its name \[.*\]:", "."))
        number = dialogue.until(r"! Match payment methods: 6 of 7 matched. Type (\d) to complete it")[1]
        dialogue.answer((r"or a number to change:", "s"), (r"Complete first: Match payment methods", number))
        dialogue.answer(
            (r"Step 5 of 9(?s:.*)part of a code or name", ""),
            (r"Choose one, or n(?s:.*)part of a code or name", "amex"),
            (r"1 +613 AMEX Clearing(?s:.*)part of a code or name \[1\]:", ""),
            (r"A code to change", ""),
            (r"Step 9 of 9(?s:.*)YYYY-MM-DD \[2026-10-01\]:", "."),
            (r"or a number to change:", "s"),
        )
        assert dialogue.ended() == 0
    assert run("integrations", "show", NAME, "--json", *world.options).json["state"] == "active"


def test_a_wrong_count_sends_nothing(run: Run, fresh: World):
    prepared(run, fresh)
    with walking(fresh) as dialogue:
        dialogue.answer((r"YYYY-MM-DD \[.*\]:", days_ago(5)), (r"part of its name \[.*\]:", "."))
        dialogue.answer((r"or a number to change:", "r"), (r"to confirm:", "1000"))
        dialogue.answer((r"Nothing was sent(?s:.*)or a number to change:", "q"))
        assert dialogue.ended() == 0
    assert run("integrations", "show", NAME, "--json", *fresh.options).json["state"] == "draft"


def test_help_tells_what_can_be_typed(world: World):
    with walking(world) as dialogue:
        dialogue.answer((r"Enter opens \w+:", "?"))
        assert re.search("leave the command running", dialogue.until(r"(?s:.*)b goes back(?s:.*)Enter opens")[0])


def test_codes_that_are_not_known_yet_are_waited_for(run: Run, world: World):
    assert connect(world, NAME).code == 0
    with walking(world) as dialogue:
        dialogue.answer((r"yes or no", "y"), (r"Make the Auth Token", ""))
        token = dialogue.until(r"shown this once:\n +(\S+)\n")[1]
        dialogue.answer(
            (r"Authorised\?", "r"),
            (r"has not used it yet(?s:.*)Authorised\?", ""),
            (r"Step 4 of 9(?s:.*)Cannot start yet. Waiting for ImPOS(?s:.*)r asks again", "r"),
        )
        dialogue.until(r"Cannot start yet")
        world.client.post(world.source["enter_token"]["url"], json={"token": token}).raise_for_status()
        dialogue.answer((r"r asks again", "r"))
        dialogue.until(r"Step 4 of 9(?s:.*)3 codes, 0 with a decision")


def test_a_plugin_that_was_just_made_shows_its_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    project = new(tmp_path, "source", "target")
    install(project)
    monkeypatch.setenv("PYTHONPATH", str(project / "src"))
    options = ("--database", str(tmp_path / "takings.db"), "--config", str(tmp_path / "takings.toml"))
    module = next((project / "src").glob("*/sandbox")).parent.name
    with ExitStack() as stack:
        ready = {}
        for key, role in (("till", "till"), ("ledger", "ledger")):
            sandbox = Sandbox(module=f"{module}.sandbox", args=("--role", role))
            running = stack.enter_context(RunningSandbox(f"harbour_bar:{key}", sandbox, tmp_path / key))
            ready[f"harbour_bar:{key}"] = running.wait_until_ready()
        lines = [
            f'["{component}"]\n' + "".join(f'{name} = "{value}"\n' for name, value in one["installation"].items())
            for component, one in ready.items()
        ]
        (tmp_path / "takings.toml").write_text("\n".join(lines))
        both = ("--source", "harbour_bar:till", "--target", "harbour_bar:ledger")
        assert spawn("provision", "corner", *both, *options).code == 0
        with Dialogue("setup", "corner", *options) as dialogue:
            dialogue.answer(
                (
                    r"Step 1 of 8: Connect Harbour Bar(?s:.*)Not shown while you type:",
                    ready["harbour_bar:ledger"]["token"],
                ),
                (r"Step 2 of 8(?s:.*)yes or no", "y"),
            )
            match_everything(dialogue)
            dialogue.answer((r"Step 6 of 8(?s:.*)Enter goes on", ""), (r"number \[.*\]:", ""))
            dialogue.answer((r"What becomes one document(?s:.*)number \[.*\]:", ""))
            dialogue.answer((r"Text on each (?s:.*)text \[Takings\]:", "From the till"), (r"Days that are read", ""))
            dialogue.answer((r"Keep these answers", ""), (r"YYYY-MM-DD", "."), (r"or a number to change:", "s"))
            assert dialogue.ended() == 0, dialogue.shown
        checked = spawn("setup", "corner", "--check", *options)
        assert checked.code == 0, checked.out


def test_without_a_terminal_it_says_what_to_use(run: Run, world: World):
    answer = run("setup", NAME, *world.options)
    assert answer.code == 2
    for option in ("--answers", "--export", "--check"):
        assert option in answer.err
    assert answer.err.count("\n") == 1
