"""Runs what a page shows in its `console` blocks, and compares what it shows with what comes out.

A line with `$ ` is a command, the lines below it what it writes. In these, `…` stands for anything within a line,
and on a line of its own for any lines. A command that ends with `&` keeps running; its first line is waited for.
Ports that the page names are replaced by free ones, in what goes in and back in what comes out.
"""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support import warm

#: Follows an address to its end, as a browser does where nothing is to be clicked.
_BROWSER = """\
import sys, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], timeout=120).read()
"""
_SECONDS = 240.0


@dataclass(frozen=True)
class Command:
    """One command of a page, with the lines that the page shows below it."""

    text: str
    shown: str


def commands(block: str) -> list[Command]:
    """Take a console block apart."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert not parts[0].strip(), f"begins without a command: {parts[0]!r}"
    return [Command(head, shown) for head, _, shown in (part.partition("\n") for part in parts[1:])]


def fits(shown: str, written: str) -> bool:
    """Whether what came out is what the page shows."""
    pattern = ""
    for line in shown.strip("\n").split("\n"):
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*?"
            continue
        words = re.split(r"([ ]*…)", line.rstrip())
        pattern += "".join("[^\n]*" if word.endswith("…") else re.escape(word) for word in words) + r"[ ]*\n"
    lines = "".join(f"{line.rstrip()}\n" for line in written.strip("\n").split("\n"))
    return re.fullmatch(pattern, lines) is not None


class Terminal:
    """A shell in a folder of its own. A context manager that ends what was left running."""

    def __init__(self, folder: Path, ports: tuple[str, ...]) -> None:
        self.folder = folder
        self._ports = dict(zip(ports, _free_ports(len(ports)), strict=True))
        browser = folder.parent / "browser.py"
        browser.write_text(_BROWSER)
        warm.command(folder.parent / "commands", "takings", "takings.cli")
        # A virtual environment is not always active where tests run.
        path = f"{folder.parent / 'commands'}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
        self.environment = {
            "PATH": path,
            "HOME": str(folder.parent),
            "LANG": "C.UTF-8",
            "USER": "tutorial",
            "BROWSER": f"{sys.executable} {browser} %s",
            "NO_PROXY": "127.0.0.1,localhost",
        }
        self._code = 0
        self._running: list[subprocess.Popen[str]] = []

    def save(self, name: str, text: str) -> None:
        """Write a file that the page gives."""
        (self.folder / name).write_text(self._given(text), "utf-8")

    def run(self, command: str) -> str:
        """Run one command and return what it wrote, errors too."""
        if command.startswith("export "):
            self.environment |= dict(part.split("=", 1) for part in command.split()[1:])
            return ""
        if command.endswith(" &"):
            return self._start(command.removesuffix(" &"))
        made = re.fullmatch(r"mkdir (\S+) && cd \1", command)
        if made:
            self.folder = self.folder / made[1]
            self.folder.mkdir()
            return ""
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", f"(exit {self._code})\n{self._given(command)}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=self.environment,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        self._code = done.returncode
        return self._shown(done.stdout)

    @property
    def code(self) -> int:
        """How the last command ended."""
        return self._code

    def let_a_minute_pass(self, ledger: str) -> None:
        """Forget how many calls were made lately: a reader takes longer than the test, and a minute has its limit."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with suppress(urllib.error.URLError):  # not started yet
            opener.open(self._given(f"http://127.0.0.1:{ledger}/sandbox/limits/reset"), data=b"", timeout=120).close()
        database = self.folder / "takings.db"
        if database.exists():
            with closing(sqlite3.connect(database)) as opened, opened, suppress(sqlite3.OperationalError):
                opened.execute("DELETE FROM call_budget")

    def _start(self, command: str) -> str:
        child = subprocess.Popen(
            ["bash", "-c", f"exec {self._given(command)}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=self.environment,
            text=True,
        )
        self._running.append(child)
        assert child.stdout is not None
        return self._shown(child.stdout.readline())

    def _given(self, text: str) -> str:
        for named, free in self._ports.items():
            text = re.sub(rf"\b{named}\b", free, text)
        return text

    def _shown(self, text: str) -> str:
        for named, free in self._ports.items():
            text = re.sub(rf"\b{free}\b", named, text)
        return text

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._running:
            child.terminate()
        for child in self._running:
            with suppress(subprocess.TimeoutExpired):
                child.wait(60)
            child.kill()
            child.wait()
            assert child.stdout is not None
            child.stdout.close()


def _free_ports(count: int) -> list[str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [str(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
