"""The picture in README is what the demonstration writes."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.pages import DOCS, ROOT, blocks
from tests.docs.terminal import Terminal, commands, fits


def test_the_demo_writes_what_readme_shows(tmp_path: Path):
    folder = tmp_path / "work"
    folder.mkdir()
    (block,) = blocks(ROOT / "README.md", "console")
    (command,) = commands(block.text)
    with Terminal(folder, ports=()) as terminal:
        written = terminal.run(command.text)
    assert terminal.code == 0, written
    assert fits(command.shown, written), written


def test_the_picture_fetches_nothing():
    picture = (DOCS / "images" / "demo.svg").read_text("utf-8")
    assert re.findall(r"https?://[^\"')\s]+", picture) == ["http://www.w3.org/2000/svg"]
