"""The tutorials for plugin authors work as they are written: files are saved, code is put in place, commands run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.docs.pages import DOCS, Block, blocks
from tests.docs.pasting import paste
from tests.docs.terminal import Command, Terminal, commands, fits
from tests.template.test_new import install, kept_by_mypy

PAGES = ("first-pos-plugin", "first-ledger-plugin")
NOT_RUN = "not run: "
ECHO = "echo $?"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tutorials use curl")
@pytest.mark.parametrize("name", PAGES)
def test_whoever_does_what_the_page_says_sees_what_it_shows(
    name: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
):
    page = DOCS / "tutorial" / f"{name}.md"
    with Terminal(tmp_path, ports=("8500",)) as terminal:
        terminal.environment["MYPY_CACHE_DIR"] = str(kept_by_mypy(tmp_path_factory))
        for block in blocks(page):
            carry_out(terminal, block)


@pytest.mark.parametrize("name", PAGES)
def test_every_block_is_run_or_says_why_it_is_not(name: str):
    page = DOCS / "tutorial" / f"{name}.md"
    for block in blocks(page):
        assert block.language == "console" or block.note.startswith((NOT_RUN, "file: ", "into: ")), block.line
    assert len([block for block in blocks(page) if block.note.startswith(NOT_RUN)]) <= 1


@pytest.mark.parametrize("name", PAGES)
def test_the_text_before_a_block_names_its_file(name: str):
    text = (DOCS / "tutorial" / f"{name}.md").read_text("utf-8")
    told = re.findall(r"((?:[^\n]+\n)+)\n<!-- (file|into): (\S+) -->", text)
    assert len(told) == len(re.findall(r"<!-- (?:file|into): ", text))
    for paragraph, kind, file in told:
        assert f"`{file}`" in paragraph
        assert ("all of `" in paragraph.replace("\n", " ").casefold()) is (kind == "file"), paragraph


BEFORE = """\
from a import one


class Till:
    \"\"\"Old.\"\"\"

    kept = 1

    def read(self):
        return one


# About f.
def f():
    return 1


def g():
    return 2
"""
BLOCK = """\
from a import two
from b import three


class Till:
    def read(self):
        return two

    def more(self):
        return three


def f():
    return 3


def h():
    return 4
"""
AFTER = """\
from a import two
from b import three


class Till:
    \"\"\"Old.\"\"\"

    kept = 1

    def read(self):
        return two

    def more(self):
        return three


def f():
    return 3


def g():
    return 2


def h():
    return 4
"""


def test_code_replaces_what_has_the_same_name_and_what_is_new_goes_to_the_end():
    assert paste(BEFORE, BLOCK) == AFTER


def carry_out(terminal: Terminal, block: Block) -> None:
    """Do what a reader does at one block."""
    kind, _, file = block.note.partition(": ")
    if kind == "file":
        (terminal.folder / file).write_text(block.text, "utf-8")
    elif kind == "into":
        place = terminal.folder / file
        place.write_text(paste(place.read_text("utf-8"), block.text), "utf-8")
    elif block.language == "console" and not block.note.startswith(NOT_RUN):
        todo = commands(block.text)
        for n, command in enumerate(todo):
            fails = n + 1 < len(todo) and todo[n + 1].text == ECHO
            run(terminal, command, f"line {block.line}", may_fail=fails)


def run(terminal: Terminal, command: Command, line: str, *, may_fail: bool) -> None:
    """Run one command, and compare what the page shows with what it wrote."""
    words = command.text.split()
    if words[0] == "cd":
        terminal.folder = terminal.folder / words[1]
        return
    if words[0] == "pip":
        # What an installer would do, without an index: the project is on the path, with its metadata beside it.
        project = terminal.folder / words[-1].strip("'").partition("[")[0]
        install(project)
        terminal.environment["PYTHONPATH"] = str(project / "src")
        return
    written = terminal.run(command.text)
    if command.shown.strip():
        shown = f"{line}: $ {command.text}\n--- the page\n{command.shown}--- it wrote\n{written}"
        assert fits(command.shown, written), shown
    assert terminal.code == 0 or may_fail, f"{line}: $ {command.text} ended with {terminal.code}\n{written}"
