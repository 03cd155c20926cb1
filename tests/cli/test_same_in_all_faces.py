"""The same verb at the command line, on a page and through JSON leaves the same rows; all three show the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from tests.cli.world import FIRST, LAST, World, call
from tests.web.api.client import ORIGIN, Client
from tests.web.site import Browser

from takings.cli.common import Common
from takings.cli.opening import opened
from takings.engine import Engine
from takings.store.alert_tables import AlertState
from takings.store.check_tables import Verification
from takings.store.journal import AuditEvent
from takings.store.tables import Day, Integration, Run
from takings.views import Principal
from takings.web import WebPrincipal, make_web

KIM = WebPrincipal(owner="local", name="kim", session_id="of kim", can_provision=True)
WHO = Principal(owner="local", name="kim")
OTHER = "2026-10-02"
PERIOD = f"from={FIRST}&to={LAST}"

#: What tells one call from another, not what was done.
_APART = {"id", "trigger", "request_id", "at", "started_at", "next_due", "updated_at"}


@contextmanager
def copied(world: World, folder: Path) -> Iterator[tuple[World, Engine]]:
    """Give a world of its own to one face, with an engine on it."""
    shutil.copytree(world.folder, folder)
    mine = replace(world, folder=folder)
    common = Common()
    common.database, common.config = mine.options[1], mine.options[3]
    with opened(common) as engine:
        yield mine, engine


def page_and_json(engine: Engine) -> tuple[Browser, Client, str]:
    """Give a browser and a program at an engine, and the id of the integration."""
    pages = make_web(engine, principal=lambda scope: KIM, public_base_url=ORIGIN)
    program = make_web(engine, principal=lambda scope: replace(KIM, is_program=True), public_base_url=ORIGIN)
    return Browser(pages), Client(program), engine.integration(WHO, "anchor").id


def at_the_command_line(world: World, engine: Engine) -> None:
    for words in (
        ("integrations", "set", "anchor", "--late-changes", "adjust"),
        ("drift", "anchor", "--every", "daily"),
        ("alerts", "set", "books@shop.example"),
        ("decide", "anchor", "repost", FIRST, "--reason", "Wrong account", "--later"),
        ("undo", "anchor", OTHER, "--queue", "--confirm", "1"),
        ("verify", "anchor", "--queue"),
    ):
        answer = call(*words, *world.options)
        assert answer.code == 0, answer.err


def on_pages(world: World, engine: Engine) -> None:
    browser, _, ref = page_and_json(engine)
    day = f"/i/{ref}/days/{FIRST}/1/decide"
    for page, place, form in (
        (f"/i/{ref}/settings", f"/i/{ref}/settings/late-changes", {"policy": "adjust"}),
        (f"/i/{ref}/drift", f"/i/{ref}/drift/every", {"every": "daily"}),
        ("/alerts", "/alerts", {"address": "books@shop.example"}),
        (f"{day}?ask=repost", day, {"decision": "repost", "reason": "Wrong account"}),
        (f"/i/{ref}/undo?day={OTHER}", f"/i/{ref}/undo", {"day": OTHER, "count": "1", "typed": "1"}),
        (f"/i/{ref}/drift", f"/i/{ref}/drift/check", {}),
    ):
        assert browser.get(page).status_code == 200
        answer = browser.post(place, form)
        assert answer.status_code == 303, answer.text


def through_json(world: World, engine: Engine) -> None:
    _, program, ref = page_and_json(engine)
    one = f"/integrations/{ref}"
    program.put(f"{one}/late-changes", {"policy": "adjust"})
    program.put(f"{one}/drift", {"every": "daily"})
    program.put("/alerts", {"address": "books@shop.example"})
    sent = {"decision": "repost", "days": [FIRST], "reason": "Wrong account", "later": True}
    program.post(f"{one}/decisions", sent)
    program.post(f"{one}/undo", {"days": [OTHER], "confirm": 1}, 202)
    program.post(f"{one}/drift/check", status=202)


def rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Return what is stored, without what tells one call from another."""
    with engine.database.read() as session:
        return {
            table.__name__: sorted((plain(row.model_dump()) for row in session.exec(select(table))), key=str)
            for table in (Integration, Verification, AlertState, Day, Run, AuditEvent)
        }


def plain(row: dict[str, Any]) -> dict[str, Any]:
    decision = {name: value for name, value in row.get("decision", {}).items() if name != "at"}
    kept = {name: value for name, value in row.items() if name not in _APART} | {"decision": decision}
    if "details" in kept:  # a run that was asked for is named there
        kept["details"] = {name: value for name, value in row["details"].items() if name != "run"}
    return kept


@pytest.fixture
def kim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "kim")


def test_each_verb_leaves_the_same_rows_whichever_face_was_used(world: World, tmp_path: Path, kim: None) -> None:
    faces: tuple[Callable[[World, Engine], None], ...] = (at_the_command_line, on_pages, through_json)
    stored = []
    for face in faces:
        with copied(world, tmp_path / face.__name__) as (mine, engine):
            before = rows(engine)
            face(mine, engine)
            after = rows(engine)
            assert all(before[name] != after[name] for name in ("Integration", "Day", "Run", "AuditEvent"))
            stored.append(after)
    first, *others = stored
    for other in others:
        assert first == other
    assert {one["kind"] for one in first["Run"]} == {"sync", "undo", "verify"}


def test_each_report_and_view_is_the_same_in_every_face(world: World, tmp_path: Path, kim: None) -> None:
    with copied(world, tmp_path / "shown") as (mine, engine):
        browser, program, ref = page_and_json(engine)
        for words, place in (
            (("report", "month", "anchor", FIRST[:7]), f"reports/month/{FIRST[:7]}"),
            (("report", "day", "anchor", FIRST), f"reports/day/{FIRST}"),
            (("report", "clearing", "anchor", "--from", FIRST, "--to", LAST), f"reports/clearing?{PERIOD}"),
            (("difference", "anchor", FIRST), f"days/{FIRST}/1/difference"),
            (("undo", "anchor", "--from", FIRST, "--to", LAST, "--preview"), f"undo?{PERIOD}"),
            (("drift", "anchor"), "drift"),
        ):
            written = call(*words, "--json", *mine.options)
            assert program.get(f"/integrations/{ref}/{place}") == written.json, place
        for words, place, page in (
            (("report", "month", "anchor", FIRST[:7]), f"reports/month/{FIRST[:7]}?", f"month/%s?month={FIRST[:7]}"),
            (("report", "day", "anchor", FIRST), f"reports/day/{FIRST}?", f"day/%s?day={FIRST}"),
        ):
            for option, shape, other in (("--csv", "csv", "csv"), ("--html", "html", "print")):
                written = call(*words, option, *mine.options).out
                assert program.ask("GET", f"/integrations/{ref}/{place}format={shape}").text == written
                assert browser.get(f"/i/{ref}/reports/{page % other}").text == written
