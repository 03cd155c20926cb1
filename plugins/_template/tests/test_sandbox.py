"""The stand-in as a program: how it is started, what it says, and that it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from takings_example.sandbox.__main__ import ROLES

SOURCES = str(Path(__file__).parent.parent / "src")


@pytest.mark.parametrize("role", ROLES)
def test_it_says_when_it_listens_and_ends_with_its_input(role: str, tmp_path: Path) -> None:
    options = ["--port", "0", "--until-stdin-closes", "--role", role, "--data", str(tmp_path)]
    path = os.pathsep.join([SOURCES, *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(
        [sys.executable, "-m", "takings_example.sandbox", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        assert process.stdin
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        assert ready["ready"] is True
        assert ready["installation"] == {f"{role}_url": ready["url"]}
        with urllib.request.urlopen(ready["page"], timeout=60) as page:
            assert b"<h1>" in page.read()
        process.stdin.close()
        assert process.wait(timeout=60) == 0
