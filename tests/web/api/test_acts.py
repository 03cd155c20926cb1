"""What a host is asked before something is done: the acts are listed, documented, and alike in JSON and on pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copy

import pytest
from tests.web.api.client import ORIGIN, Client, by_header
from tests.web.api.conftest import NOON, PARTS

from takings.engine import Engine
from takings.plugin import TokenTyped
from takings.store.database import Database
from takings.store.secrets import KeyRing
from takings.testing import FakeSource, FakeTarget, FixedClock, fake_host
from takings.web import WebPrincipal, make_web
from takings.web.api.app import OPERATIONS
from takings.web.pages import PAGES
from takings.web.principal import ACTS, act_of

EMBED = (Path(__file__).resolve().parents[3] / "docs" / "how-to" / "embed.md").read_text("utf-8")


def test_every_act_that_is_asked_for_is_listed() -> None:
    asked = {one.act for one in OPERATIONS} | {one.act for one in PAGES}
    assert asked - {""} == set(ACTS)


def test_the_acts_are_documented_as_they_are_meant() -> None:
    assert dict(re.findall(r"^\| `([a-z]+)` \| (.+) \|$", EMBED.partition("### Acts")[2], re.MULTILINE)) == ACTS


@pytest.fixture
def engine(tmp_path: Path, schema_file: Path) -> Iterator[Engine]:
    """An engine with a point of sale whose key is typed in."""
    copy(schema_file, tmp_path / "takings.db")
    source = replace(FakeSource().declaration(), connecting=TokenTyped(title="API key"))
    host = fake_host(source, FakeTarget().declaration())
    clock = FixedClock(NOON)
    with Engine(Database(tmp_path / "takings.db"), host, keys=KeyRing.generate(), clock=clock) as made:
        yield made


@pytest.mark.parametrize(
    ("allowed", "status"), [({"configure"}, 403), ({"connect"}, 403), ({"configure", "connect"}, 200)]
)
def test_a_typed_token_connects_for_whom_the_host_lets_connect(
    engine: Engine, allowed: set[str], status: int
) -> None:
    def allow(_: WebPrincipal, act: str) -> bool:
        return act in {"provision", *allowed}

    anna = Client(make_web(engine, principal=by_header, public_base_url=ORIGIN, allow=allow), "anna")
    ref = anna.post("/integrations", {"name": "corner", **PARTS}, 201)["id"]
    key = next(
        one["key"] for one in anna.get(f"/integrations/{ref}/setup")["steps"] if one["key"] == "connect.source"
    )
    (field,) = (one["name"] for one in anna.get(f"/integrations/{ref}/setup/{key}")["fields"])
    answer = anna.ask("POST", f"/integrations/{ref}/setup/{key}", {"values": {field: "typed-key"}})
    assert answer.status_code == status, answer.text
    state = anna.get(f"/integrations/{ref}")["source"]["state"]
    assert (state == "connected") == (status == 200)


@pytest.mark.parametrize(("action", "act"), [("continue", ""), ("preview", "sync"), ("retrieve", "sync")])
def test_a_step_that_connects_needs_connect_and_one_that_sends_needs_sync(action: str, act: str) -> None:
    assert act_of(action, "review") == act
    assert act_of(action, "connect.target") == "connect"
