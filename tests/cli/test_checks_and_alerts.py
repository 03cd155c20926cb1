"""Checking, drift and alerts at the command line, and what their pages show."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from tests.cli.test_commands import fits
from tests.cli.world import Answer, Run, World
from tests.docs.pages import DOCS, Block, blocks

PAGES = [DOCS / "how-to" / "verify.md", DOCS / "how-to" / "alerts.md"]


@pytest.fixture
def mine(run: Run, world: World) -> Run:
    """Calls on the test's own database."""

    def call(*arguments: str) -> Answer:
        return run(*arguments, *world.options)

    return call


def test_a_check_can_be_left_to_a_worker_and_its_result_is_shown(mine: Run):
    waiting = fits(mine("verify", "anchor", "--queue", "--json").json, "Run")
    assert (waiting["kind"], waiting["state"]) == ("verify", "queued")
    assert "was not checked yet" in mine("drift", "anchor").out
    assert mine("worker", "--once").code == 0
    shown = fits(mine("drift", "anchor", "--json").json, "Drift")
    assert (shown["run"], shown["documents"], shown["drifted"]) == (waiting["id"], 5, [])
    assert "5 documents, 0 differing" in mine("drift", "anchor").out


def test_how_often_it_is_checked_is_said_and_told(mine: Run):
    assert "Checked daily, next at " in mine("drift", "anchor", "--every", "daily").out
    assert "not checked by itself" in mine("drift", "anchor", "--every", "off").out
    assert mine("drift", "anchor", "--note", "nothing").code == 2
    assert mine("drift", "anchor", "--note", "a", "--note-all").code == 2


def test_alerts_go_where_it_is_said(mine: Run):
    assert "Alerts go to nobody, by builtin:log." in mine("alerts", "show").out
    set_ = fits(mine("alerts", "set", "books@shop.example", "--json").json, "Alerts")
    assert set_["address"] == "books@shop.example"
    assert "Alerts go to books@shop.example" in mine("alerts", "show").out
    assert mine("alerts", "set", "nobody").code == 2
    assert mine("alerts", "set").code == 2
    assert "Alerts go to nobody" in mine("alerts", "set", "--off").out
    assert mine("alerts", "send", "--once", "--json").json == {"sent": 0}


@pytest.mark.parametrize(
    ("page", "block"),
    [
        pytest.param(page, block, id=f"{page.name} line {block.line}")
        for page in PAGES
        for block in blocks(page, "console")
        if not block.note.startswith("not run: ")
    ],
)
def test_what_a_page_shows_can_be_called(page: Path, block: Block, mine: Run):
    lines = block.text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("$ takings "):
            answer = mine(*shlex.split(line.removeprefix("$ takings ")))
            assert answer.code == 0, answer.err
            shown = [one for one in lines[number + 1 : number + 2] if not one.startswith("$ ")]
            assert all(one in answer.out for one in shown)
