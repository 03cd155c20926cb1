"""`takings schedule`, `worker`, `pause`, `resume`, and the queue: what is said, and what is run."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.test_json_page import documented
from tests.cli.world import Run, World, call, hand_over, set_up, sides
from tests.docs.pages import DOCS, blocks

from takings.store.database import Database
from takings.store.tables import Integration

PAGE = DOCS / "how-to" / "schedule.md"


@pytest.fixture
def drafted(run: Run) -> str:
    """A draft in an empty database."""
    assert run("provision", "anchor", *sides()).code == 0
    return "anchor"


@pytest.fixture(scope="module")
def active(servers: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, str]:
    """An integration of this module's own, active from today on, and its Auth Token."""
    folder = tmp_path_factory.mktemp("scheduled")
    (folder / "takings.toml").write_text((servers.folder / "takings.toml").read_text())
    world = World(folder, servers.client, servers.source, servers.target)
    token = set_up(world, "nightly")
    today = datetime.now(UTC).date()
    changed = call("integrations", "set", "nightly", "--start-date", str(today), "--json", *world.options)
    assert (changed.code, changed.json["state"]) == (0, "draft"), changed.err
    with Database(folder / "takings.db") as database, database.write() as session:
        row = session.get_one(Integration, changed.json["id"])
        row.state, row.active_from = "active", today
    return world, token


@pytest.fixture
def own(active: tuple[World, str]) -> World:
    """The same, with its token entered at the point of sale, where other tests enter theirs."""
    world, token = active
    hand_over(world, token)
    return world


def put_due(world: World) -> None:
    """Let a due time be a minute ago."""
    with Database(world.folder / "takings.db") as database, database.write() as session:
        row = session.get_one(
            Integration, call("integrations", "show", "nightly", "--json", *world.options).json["id"]
        )
        row.next_due = datetime.now(UTC) - timedelta(minutes=1)
        session.add(row)


def test_a_schedule_is_said_and_shown(run: Run, drafted: str):
    shown = run("schedule", drafted)
    assert shown.out.startswith("anchor syncs only when somebody asks.\n")
    said = run("schedule", drafted, "--every", "day", "--at", "02:30", "--timezone", "Australia/Sydney")
    assert said.code == 0
    assert "anchor syncs every day at 02:30, Australia/Sydney." in said.out
    assert "It is a draft: it begins to sync by itself when its first sync was confirmed." in said.out
    assert "warning: In Australia/Sydney the clocks change at this time: on " in said.out
    weekly = run("schedule", drafted, "--every", "week", "--weekday", "friday", "--missing-after", "1")
    assert "every Friday at 02:30, Australia/Sydney." in weekly.out
    assert "A close that has not come is reported after 1 day." in weekly.out


def test_a_schedule_in_json_is_as_documented(run: Run, drafted: str):
    answer = run("schedule", drafted, "--every", "month", "--day", "31", "--json").json
    assert list(answer) == ["integration", "findings"]
    schedule = answer["integration"]["schedule"]
    assert list(schedule) == documented("Schedule")
    assert (schedule["every"], schedule["day"], answer["findings"]) == ("month", 31, [])
    assert answer["integration"]["next_due"].endswith("+00:00")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--every", "day", "--timezone", "Australia/Sidney"),
            "There is no time zone Australia/Sidney; did you mean",
        ),
        (("--every", "day", "--at", "25:00"), "'25:00' is not a time of day"),
        (("--at", "03:30"), "Name --every too"),
        (("--every", "fortnight"), "fortnight"),
        (("--every", "month", "--day", "32"), "32"),
        (("--missing-after", "61"), "61"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_said_and_changes_nothing(
    run: Run, drafted: str, options: tuple[str, ...], said: str
):
    before = run("schedule", drafted, "--json").out
    answer = run("schedule", drafted, *options)
    assert answer.code == 2
    assert said in answer.err
    assert run("schedule", drafted, "--json").out == before


def test_a_paused_integration_says_so_and_how_to_go_on(run: Run, drafted: str):
    paused = run("pause", drafted, "--reason", "Stocktake.")
    assert paused.out == "anchor is paused and posts nothing. To go on: takings resume anchor\n"
    shown = run("integrations", "show", drafted, "--json").json
    assert (shown["state"], shown["reason"]) == ("paused", "Stocktake.")
    assert "It is paused" in run("schedule", drafted).out
    assert run("resume", drafted, "--json").json["state"] == "draft"
    again = run("resume", drafted)
    assert again.code == 2
    assert "is not paused" in again.err


def test_what_waits_is_shown_with_its_place_and_run_by_a_worker(run: Run, own: World):
    queued = run("sync", "nightly", "--queue", "--json", *own.options).json
    assert list(queued) == documented("Run")
    assert (queued["state"], queued["position"]) == ("queued", 1)
    assert "waits for a worker, at place 1" in run("sync", "nightly", "--queue", *own.options).out
    assert "queued, place 1" in run("runs", "nightly", *own.options).out
    assert run("status", "--json", *own.options).json["integrations"][0]["last_run"] is None
    put_due(own)
    worked = run("worker", "--once", "--json", *own.options)
    ended = [json.loads(line) for line in worked.out.splitlines()]
    assert (worked.code, worked.err) == (0, "")
    assert {(one["trigger"], one["state"]) for one in ended} == {("manual", "done"), ("schedule", "done")}
    assert run("worker", "--once", *own.options).out == ""
    assert run("runs", "nightly", "--json", *own.options).json["runs"][0]["due_at"]


def test_a_queued_sync_fetches_always(run: Run, own: World):
    answer = run("sync", "nightly", "--queue", "--no-pull", *own.options)
    assert answer.code == 2
    assert "--no-pull and --queue exclude each other" in answer.err


def test_once_tells_by_its_exit_code_that_a_run_had_problems(run: Run, own: World):
    days = ("--from", "2026-03-01", "--to", "2026-03-03")
    assert run("sync", "nightly", "--queue", "--confirm", "99", *days, *own.options).code == 0
    worked = run("worker", "--once", *own.options)
    assert worked.code == 1
    assert "nightly problems" in worked.out
    assert "3 documents of the past wait to be confirmed" in worked.out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_runs_until_it_is_told_to_stop(own: World, number: signal.Signals):
    put_due(own)
    command = [sys.executable, "-W", "error", "-m", "takings.cli", "worker", "--json", *own.options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ended = json.loads(process.stdout.readline())
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
    assert (ended["trigger"], ended["state"]) == ("schedule", "done")
    assert (process.returncode, out, err) == (0, "", "")


def test_the_server_syncs_what_is_due_too(run: Run, own: World):
    before = len(run("runs", "nightly", "--limit", "100", "--json", *own.options).json["runs"])
    command = [sys.executable, "-W", "error", "-m", "takings.cli", "serve", "--json", "--port", "0", *own.options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"]
        put_due(own)
        states = ["queued"]
        turn = threading.Event()
        for _ in range(1200):
            runs = run("runs", "nightly", "--limit", "100", "--json", *own.options).json["runs"]
            states = [one["state"] for one in runs[: len(runs) - before]]
            if states == ["done"]:
                break
            turn.wait(0.1)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=120)
    assert (states, process.returncode, err) == (["done"], 0, "")


def test_the_page_shows_what_its_commands_say(run: Run, drafted: str, world: World, tmp_path: Path):
    for block in blocks(PAGE, "console"):
        if block.note.startswith("not run: "):
            continue
        *shown, command = "", ""
        for line in block.text.splitlines():
            if line.startswith("$ takings "):
                command = line.removeprefix("$ takings ")
                answer = run(*shlex.split(command), *(world.options if "schedule" not in command else ()))
                assert answer.code == 0, answer.err
                shown = answer.out.splitlines()
            else:
                assert line == shown.pop(0), command
