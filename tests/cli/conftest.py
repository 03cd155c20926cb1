"""Is responsible for the fixtures of the command line's tests: calls, and a set-up world of two stand-in servers."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from tests.cli.world import FIRST, LAST, Run, World, call, hand_over, set_up
from tests.support.fixtures import schema_file

from takings.cli.demo.picks import pick_source, pick_target
from takings.cli.demo.sandbox import RunningSandbox
from takings.host import PluginHost

__all__ = ["schema_file"]

TEMPLATE = Path(__file__).resolve().parents[2] / "plugins" / "_template" / "src"


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, schema_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty database at the default place, with its schema: to make it takes longer than most commands."""
    for name in [one for one in os.environ if one.startswith("TAKINGS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "120")
    place = tmp_path / "home" / "takings"
    place.mkdir(parents=True, mode=0o700)
    shutil.copy(schema_file, place / "takings.db")


@pytest.fixture
def run() -> Run:
    """Call the command line in this process."""
    return call


@contextmanager
def started(folder: Path) -> Iterator[World]:
    """Start both stand-in servers and write a settings file that points at them."""
    plugins = PluginHost.load()
    with ExitStack() as stack:
        picked = [pick_source(plugins, None), pick_target(plugins, None)]
        running = [
            stack.enter_context(RunningSandbox(one.component, one.sandbox, folder / one.component.replace(":", "-")))
            for one in picked
            if one.sandbox is not None
        ]
        ready = [one.wait_until_ready() for one in running]
        tables = [
            f'["{one.component}"]\n'
            + "".join(f"{key} = {json.dumps(value)}\n" for key, value in line["installation"].items())
            for one, line in zip(picked, ready, strict=True)
        ]
        (folder / "takings.toml").write_text("\n".join(tables))
        client = stack.enter_context(httpx.Client(trust_env=False))
        # The tests make more calls than one venue in a minute.
        unlimited = {f"limit_{name}": None for name in ("minute", "day", "app_minute", "concurrent")}
        client.post(f"{ready[1]['control']}/switches", json=unlimited).raise_for_status()
        yield World(folder, client, *ready)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two stand-in servers that the tests share: what stands in the ledger is to stay as it is."""
    with started(tmp_path_factory.mktemp("world")) as servers:
        yield servers


def post_some(servers: World, schema: Path, folder: Path) -> tuple[Path, str]:
    """Set the integration `anchor` up and post five days of it: a folder to copy, and the Auth Token."""
    made = World(folder, servers.client, servers.source, servers.target)
    shutil.copy(servers.folder / "takings.toml", made.folder)
    shutil.copy(schema, made.folder / "takings.db")
    token = set_up(made, "anchor")
    answer = call("sync", "anchor", "--from", FIRST, "--to", LAST, "--confirm", "5", *made.options)
    assert answer.code == 0, answer.out + answer.err
    return made.folder, token


@pytest.fixture(scope="session")
def posted(servers: World, schema_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The integration `anchor` with five posted days."""
    return post_some(servers, schema_file, tmp_path_factory.mktemp("posted"))


@pytest.fixture
def private(schema_file: Path, tmp_path: Path) -> Iterator[World]:
    """The same with servers of the test's own, for what changes the ledger's documents."""
    (tmp_path / "servers").mkdir()
    (tmp_path / "own").mkdir()
    with started(tmp_path / "servers") as servers:
        post_some(servers, schema_file, tmp_path / "own")
        yield World(tmp_path / "own", servers.client, servers.source, servers.target)


@pytest.fixture
def world(servers: World, posted: tuple[Path, str], tmp_path: Path) -> World:
    """The integration `anchor` as it was posted, in a database of the test's own."""
    folder, token = posted
    shutil.copytree(folder, tmp_path / "posted")
    hand_over(servers, token)
    return World(tmp_path / "posted", servers.client, servers.source, servers.target)


@pytest.fixture
def elsewhere(servers: World, schema_file: Path, tmp_path: Path) -> World:
    """The same servers with an empty database."""
    shutil.copy(schema_file, tmp_path / "takings.db")
    (tmp_path / "takings.toml").write_text((servers.folder / "takings.toml").read_text())
    return World(tmp_path, servers.client, servers.source, servers.target)


@pytest.fixture
def alone(schema_file: Path, tmp_path: Path) -> Iterator[World]:
    """An empty database, with servers of the test's own: nothing stands in the ledger yet."""
    with started(tmp_path) as servers:
        shutil.copy(schema_file, tmp_path / "takings.db")
        yield servers


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install the template's plugin for one test; returns the folder that makes it installed."""
    metadata = tmp_path / "installed" / "takings_example-0.1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: takings-example\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text("[takings.plugins]\nexample = takings_example.plugin\n")
    monkeypatch.syspath_prepend(str(TEMPLATE))
    monkeypatch.syspath_prepend(str(tmp_path / "installed"))
    yield metadata
    for name in [one for one in sys.modules if one.startswith("takings_example")]:
        del sys.modules[name]
