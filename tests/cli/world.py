"""Is responsible for what the command line's tests do for real: processes, and two stand-in servers."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from takings.cli.demo.consent import follow_to

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


def spawn(*arguments: str | Path, **settings: Any) -> Answer:
    """Call the command line as a user does, in a process of its own."""
    command = [sys.executable, "-W", "error", "-m", "takings.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, **settings)
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


def connect(world: World, name: str, *more: str) -> Answer:
    """Run `takings connect` in a process of its own, and allow access as a person in a browser would."""
    command = [sys.executable, "-W", "error", "-m", "takings.cli", "connect", name, "--no-browser", "--port", "0"]
    child = subprocess.Popen(
        [*command, *world.options, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with child:
        assert child.stderr is not None
        watch = threading.Timer(30, child.kill)
        watch.start()
        lines = []
        for line in child.stderr:
            lines.append(line)
            if line.startswith("http"):
                world.client.get(follow_to(world.client, line.strip()))
        assert child.stdout is not None
        out = child.stdout.read()
        code = child.wait()
        watch.cancel()
    return Answer(code, out, "".join(lines))


def set_up(world: World, name: str) -> None:
    """Provision, authorise and map an integration, each by its command."""
    for arguments in (["provision", name, "--json"], ["map", "refresh", name, "--json"]):
        if arguments[0] == "map":
            token = spawn("token", "new", name, *world.options)
            assert token.code == 0, token.err
            entered = world.client.post(world.source["enter_token"]["url"], json={"token": token.out.strip()})
            entered.raise_for_status()
            connected = connect(world, name)
            assert connected.code == 0, connected.err
        answer = spawn(*arguments, *world.options)
        assert answer.code == 0, answer.err
    mapped = spawn("map", "suggest", name, "--accept", "--least-score", "0", *world.options)
    assert mapped.code == 0, mapped.out + mapped.err
