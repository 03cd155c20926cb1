"""The tutorial works as it is written: each of its commands is run, and what it shows is what comes out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.docs.pages import DOCS, blocks
from tests.docs.terminal import Terminal, commands, fits

PAGE = DOCS / "tutorial" / "first-month.md"
ECHO = "echo $?"


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


def run_block(terminal: Terminal, text: str, line: int) -> None:
    todo = commands(text)
    for n, command in enumerate(todo):
        # The page says 8400 by saying nothing; another program may listen there.
        wanted = command.text.replace("takings connect anchor", "takings connect anchor --port 8400")
        terminal.let_a_minute_pass("8090")
        written = terminal.run(wanted)
        place = f"line {line}: $ {command.text}"
        if command.shown.strip():
            assert fits(command.shown, written), f"{place}\n--- the page\n{command.shown}--- it wrote\n{written}"
        # A command that fails is one whose exit code the page shows.
        shows_code = n + 1 < len(todo) and todo[n + 1].text == ECHO
        assert terminal.code == 0 or shows_code, f"{place} ended with {terminal.code}\n{written}"


@pytest.mark.parametrize(
    ("shown", "written", "fitting"),
    [
        ("Done.\n", "Done.\n", True),
        ("Done.\n", "Done.\nAnd more.\n", False),
        ("a …\n", "a b c\n", True),
        ("…\nlast\n", "one\ntwo\nlast\n", True),
        ("…\nlast\n", "one\ntwo\n", False),
        ("first\n…\nlast\n", "first\nlast\n", True),
        ("1.50\n", "1x50\n", False),
    ],
)
def test_what_the_page_leaves_out_is_marked(shown: str, written: str, fitting: bool):
    assert fits(shown, written) is fitting
