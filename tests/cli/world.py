"""Is responsible for what the command line's tests do for real: processes, and two stand-in servers."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from tests.support import warm

from takings.cli import main
from takings.cli.demo.consent import follow_to
from takings.cli.demo.picks import pick_source, pick_target
from takings.host import PluginHost

FIRST, LAST = "2026-10-01", "2026-10-05"


@dataclass(frozen=True)
class Answer:
    """What a call came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        return json.loads(self.err.strip().splitlines()[-1])["error"]


Run = Callable[..., Answer]


@cache
def sides() -> tuple[str, ...]:
    """Return the options that name the source and the target of these tests: those that the demo takes."""
    plugins = PluginHost.load()
    return ("--source", pick_source(plugins, None).component, "--target", pick_target(plugins, None).component)


# Before any test puts further plugins on the path.
sides()


def call(*arguments: str | Path) -> Answer:
    """Call the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(one) for one in arguments])
    return Answer(code, out.getvalue(), err.getvalue())


def spawn(*arguments: str | Path, sent: bytes = b"", env: dict[str, str] | None = None) -> Answer:
    """Call the command line as a user does, in a process of its own."""
    return Answer(*warm.run("takings.cli", *arguments, sent=sent, environment=env))


def spawn_anew(*arguments: str | Path, env: dict[str, str] | None = None) -> Answer:
    """The same with an interpreter of its own, which reads the environment."""
    command = [sys.executable, "-W", "error", "-m", "takings.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=240, check=False, env=env)
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


@dataclass(frozen=True)
class World:
    """Two running stand-in servers, and an integration `anchor` whose database and settings file are in `folder`."""

    folder: Path
    client: httpx.Client
    source: dict[str, Any]
    target: dict[str, Any]

    @property
    def options(self) -> tuple[str, ...]:
        """The common options that lead here."""
        return ("--database", str(self.folder / "takings.db"), "--config", str(self.folder / "takings.toml"))


def connect(world: World, name: str, *more: str, respond: Callable[[httpx.Client, str], str] = follow_to) -> Answer:
    """Run `takings connect` and allow access as a person would; `respond` gives the answer's address."""
    out, err = io.StringIO(), io.StringIO()
    arguments = ["connect", name, "--no-browser", "--port", "0", "--wait", "120", *world.options, *more]
    codes: list[int] = []
    with redirect_stdout(out), redirect_stderr(err):
        command = threading.Thread(target=lambda: codes.append(main(arguments)))
        command.start()
        while command.is_alive() and "http" not in err.getvalue():
            command.join(0.02)
        for line in err.getvalue().splitlines():
            if line.startswith("http"):
                world.client.get(respond(world.client, line))
        command.join()
    return Answer(codes[0], out.getvalue(), err.getvalue())


def enter_token(world: World, name: str) -> str:
    """Make an Auth Token, enter it at the point of sale, and return it."""
    token = call("token", "new", name, *world.options)
    assert token.code == 0, token.err
    made = token.out.strip()
    hand_over(world, made)
    return made


def hand_over(world: World, token: str) -> None:
    """Enter a token at the point of sale, in place of the one before."""
    world.client.post(world.source["enter_token"]["url"], json={"token": token}).raise_for_status()


def set_up(world: World, name: str) -> str:
    """Provision, authorise and map an integration, each by its command; returns its Auth Token."""
    assert call("provision", name, *sides(), *world.options).code == 0
    token = enter_token(world, name)
    connected = connect(world, name)
    assert connected.code == 0, connected.err
    assert call("map", "refresh", name, *world.options).code == 0
    mapped = call("map", "suggest", name, "--accept", "--least-score", "0", *world.options)
    assert mapped.code == 0, mapped.out + mapped.err
    return token
