"""A plugin that is missing pauses its own integrations and no other; when it is back they go on by themselves."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.cli.world import Run, sides

DAYS = ("--from", "2026-10-02", "--to", "2026-10-04")


@pytest.fixture
def other(example: Path, tmp_path: Path, run: Run) -> Iterator[tuple[str, ...]]:
    """Set an integration `other` of the template's plugin up beside `first`, which is of other plugins."""
    from takings_example.sandbox.books import Books
    from takings_example.sandbox.ledger import KEY, LedgerSandbox
    from takings_example.sandbox.till import TillSandbox

    with ExitStack() as stack:
        till, ledger = stack.enter_context(TillSandbox()), stack.enter_context(LedgerSandbox(Books()))
        (tmp_path / "takings.toml").write_text(
            f'["example:till"]\ntill_url = "{till.url}"\n["example:paper"]\nledger_url = "{ledger.url}"\n'
        )
        place = ("--database", str(tmp_path / "takings.db"), "--config", str(tmp_path / "takings.toml"))
        for command in (
            ["provision", "first", *sides()],
            ["provision", "other", "--source", "example:till", "--target", "example:paper"],
            ["connect", "other", "--token", KEY],
            ["map", "refresh", "other"],
            ["map", "suggest", "other", "--accept", "--least-score", "0"],
            ["sync", "other", *DAYS[:2], "--to", "2026-10-02", "--confirm", "1"],
        ):
            answer = run(*command, *place)
            assert answer.code == 0, answer.out + answer.err
        yield place


def remove(metadata: Path) -> Path:
    """Uninstall a distribution; returns where it is kept."""
    kept = metadata.rename(metadata.with_name("kept"))
    importlib.invalidate_caches()
    return kept


def states(run: Run, place: tuple[str, ...]) -> dict[str, Any]:
    return {one["name"]: one for one in run("integrations", "list", "--json", *place).json["integrations"]}


def test_only_what_needs_the_plugin_is_paused_and_it_goes_on_when_it_is_back(
    run: Run, example: Path, other: tuple[str, ...]
):
    before = states(run, other)
    assert before["other"]["state"] == "active"
    kept = remove(example)
    stopped = run("sync", "other", *DAYS, "--confirm", "2", "--json", *other)
    assert stopped.code == 1
    assert stopped.error["kind"] == "plugin_missing"
    assert "no installed distribution offers the plugin example" in stopped.error["message"]
    shown = states(run, other)
    assert shown["other"]["state"] == "paused"
    assert "no installed distribution offers the plugin example" in shown["other"]["reason"]
    assert shown["first"] == before["first"]
    assert run("map", "list", "first", *other).code == 0
    listed = run("plugins", "list", "--all", "--json", *other).json["plugins"]
    assert {one["id"]: one["state"] for one in listed}["example"] == "missing"
    assert run("plugins", "show", "example", "--json", *other).json["plugins"][0]["state"] == "missing"
    found = run("plugins", "doctor", "example", "--json", *other)
    assert (found.code, {one["code"] for one in found.json["findings"]}) == (1, {"plugins.missing"})
    kept.rename(example)
    importlib.invalidate_caches()
    assert states(run, other)["other"]["state"] == "active"
    resumed = run("sync", "other", *DAYS, "--confirm", "2", "--json", *other)
    assert resumed.code == 0, resumed.out + resumed.err
    assert len(resumed.json["documents"]) == 2


def test_a_plugin_that_is_switched_off_pauses_the_same_way(run: Run, other: tuple[str, ...]):
    left_out = run("integrations", "list", "--json", "--no-plugins=example", *other).json["integrations"]
    assert {one["name"]: one["state"] for one in left_out} == {"first": "draft", "other": "paused"}
    assert run("sync", "other", "--no-plugins=example", *other).code == 1
