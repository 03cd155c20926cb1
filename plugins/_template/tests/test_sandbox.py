"""The stand-in as a program: how it is started, what it says, and that it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

SOURCES = str(Path(__file__).parent.parent / "src")


@pytest.mark.parametrize(("role", "setting"), [("till", "till_url"), ("ledger", "ledger_url")])
def test_it_says_when_it_listens_and_ends_with_its_input(role: str, setting: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "takings_example.sandbox", "--port", "0", "--until-stdin-closes", "--role", role]
    path = os.pathsep.join([SOURCES, *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(
        [*command, "--data", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        assert process.stdin
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        assert ready["ready"] is True
        assert ready["installation"] == {setting: ready["url"]}
        assert ("token" in ready) == (role == "ledger")
        with urllib.request.urlopen(ready["page"], timeout=5) as page:
            assert b"Paper Ledger" in page.read()
        process.stdin.close()
        assert process.wait(timeout=5) == 0
