"""Files that can't be used, and days that changed after they were posted: each is told, and the others are read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.cli.world import Run, World, set_up

from takings.cli.commands import import_files
from takings.errors import InvalidInput

DAY = "2026-06-03"

SIDES = ("--source", "impos:eod", "--target", "xero:accounting")


def days(world: World, token: str, day: str = DAY) -> list[dict[str, Any]]:
    """Fetch a day as the point of sale gives it."""
    reply = world.client.get(
        f"{world.source['url']}/v1/end-of-day",
        params={"from": day, "to": day},
        headers={"Authorization": f"Bearer {token}"},
    )
    found: list[dict[str, Any]] = reply.raise_for_status().json()["items"]
    return found


def test_a_file_that_can_not_be_used_is_told_and_the_next_is_read(
    run: Run, elsewhere: World, monkeypatch: pytest.MonkeyPatch
):
    assert run("provision", "files", *SIDES, *elsewhere.options).code == 0
    token = run("token", "new", "files", *elsewhere.options).out.strip()
    elsewhere.client.post(elsewhere.source["enter_token"]["url"], json={"token": token}).raise_for_status()
    big, locked, good = (elsewhere.folder / name for name in ("big.json", "locked.json", "good.json"))
    content = json.dumps(days(elsewhere, token))
    good.write_text(content)
    big.write_text(content + " " * len(content))
    locked.write_text("[]")
    monkeypatch.setattr(import_files, "LARGEST", len(content))
    reading = import_files._read

    def read(name: str) -> bytes:
        if name == str(locked):
            raise InvalidInput(f"{name} can't be read: Permission denied.")
        return reading(name)

    monkeypatch.setattr(import_files, "_read", read)
    answer = run("import", "files", big, locked, good, *elsewhere.options)
    assert answer.code == 1
    assert answer.err == ""
    assert f"{big}: nothing was stored.\n  {big} is larger than" in answer.out
    assert f"{locked} can't be read: Permission denied." in answer.out
    assert f"{good}: 1 stored\n" in answer.out
    seen = run("import", "files", big, good, "--json", *elsewhere.options)
    assert seen.code == 1
    first, second = (one["intake"] for one in seen.json["files"])
    assert not first["accepted"]
    assert [one["code"] for one in first["findings"]] == ["file.unusable"]
    assert [one["result"] for one in second["records"]] == ["unchanged"]


def test_another_revision_of_a_posted_day_is_a_problem_that_is_told(run: Run, elsewhere: World):
    set_up(elsewhere, "posted")
    period = ("--from", DAY, "--to", DAY)
    assert run("sync", "posted", *period, "--confirm", "1", *elsewhere.options).code == 0
    token = run("token", "new", "posted", *elsewhere.options).out.strip()
    elsewhere.client.post(elsewhere.source["enter_token"]["url"], json={"token": token}).raise_for_status()
    (day,) = days(elsewhere, token)
    for payment, change in zip(day["payments"], (1, -1), strict=False):
        for name in ("recorded", "counted"):
            payment[name] = f"{float(payment[name]) + change:.2f}"
    file = elsewhere.folder / "later.json"
    file.write_text(json.dumps([{**day, "revision": day["revision"] + 1}]))
    answer = run("import", "posted", file, *elsewhere.options)
    assert answer.code == 1
    assert "was posted and came again with other content" in answer.out
    assert "Where:" not in answer.out
    shown = run("sync", "posted", *period, "--no-pull", *elsewhere.options)
    assert shown.code == 1
    assert shown.out.count("was posted and came again") == 1
