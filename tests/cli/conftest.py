"""Is responsible for the fixtures of the command line's tests: calls, and a set-up world of two stand-in servers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from tests.cli.world import FIRST, LAST, Answer, Run, World, set_up, spawn

from takings.cli import main
from takings.cli.demo.picks import pick_source, pick_target
from takings.cli.demo.sandbox import RunningSandbox
from takings.host import PluginHost


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in os.environ if one.startswith("TAKINGS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command line in this process."""

    def call(*arguments: str | Path) -> Answer:
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return call


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Start both stand-in servers and write a settings file that points at them."""
    folder = tmp_path_factory.mktemp("world")
    plugins = PluginHost.load()
    with ExitStack() as stack:
        picked = [pick_source(plugins, None), pick_target(plugins, None)]
        running = [
            stack.enter_context(RunningSandbox(name, sandbox, folder / name.replace(":", "-")))
            for name, sandbox in picked
        ]
        ready = [one.wait_until_ready() for one in running]
        tables = [
            f'["{name}"]\n' + "".join(f"{key} = {json.dumps(value)}\n" for key, value in line["installation"].items())
            for (name, _), line in zip(picked, ready, strict=True)
        ]
        (folder / "takings.toml").write_text("\n".join(tables))
        client = stack.enter_context(httpx.Client(trust_env=False))
        yield World(folder, client, *ready)


@pytest.fixture(scope="module")
def world(servers: World) -> World:
    """Set the integration `anchor` up and post five days of it."""
    set_up(servers, "anchor")
    posted = spawn("sync", "anchor", "--from", FIRST, "--to", LAST, "--confirm", "5", *servers.options)
    assert posted.code == 0, posted.out + posted.err
    return servers
