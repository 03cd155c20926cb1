"""The tutorial of the pages: its commands work as shown, and the server that they start can be signed in to.

What it says to do in the browser is what `tests/e2e/test_wizard.py` does, which also takes its pictures.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.docs.pages import DOCS, blocks, pages
from tests.docs.terminal import Terminal
from tests.docs.test_tutorial import run_block

PAGE = DOCS / "tutorial" / "web-setup.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tutorial uses curl")
def test_every_command_of_the_tutorial_does_what_the_page_shows(tmp_path: Path):
    folder = tmp_path / "work"
    folder.mkdir()
    with Terminal(folder, ports=("8080", "8090", "8400")) as terminal:
        for block in blocks(PAGE):
            if block.note.startswith("file: "):
                terminal.save(block.note.removeprefix("file: "), block.text)
            elif block.language == "console" and not block.note.startswith("not run: "):
                run_block(terminal, block.text, block.line)
        link = terminal.run("takings link sign-in --url http://127.0.0.1:8400")
        assert terminal.run(f"curl -s {link.split()[-1]}").count("Sign in") >= 1


def test_every_picture_is_there_and_shown():
    shown = {
        (page.parent / found).resolve()
        for page in pages()
        for found in re.findall(r"!\[[^\]]+\]\(([^)\s]+)\)", page.read_text("utf-8"))
        if found.endswith(".png")
    }
    assert shown == set((DOCS / "images").glob("*.png"))
