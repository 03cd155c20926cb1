"""The how-to pages for plugin authors: their commands do what they show, and each page is short and linked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.pages import DOCS, Block, blocks, name_of
from tests.docs.terminal import Terminal, commands, fits
from tests.template.test_new import install

import takings.plugin

PAGES = sorted((DOCS / "how-to").glob("plugin-*.md"))
NOT_RUN = "not run: "
CONSOLE = [(page, block) for page in PAGES for block in blocks(page, "console", "sh")]


@pytest.mark.parametrize(("page", "block"), CONSOLE, ids=lambda one: name_of(one) if isinstance(one, Path) else "")
def test_commands_do_what_the_page_shows(page: Path, block: Block, tmp_path: Path):
    if block.note.startswith(NOT_RUN):
        assert block.note.removeprefix(NOT_RUN).strip()
        return
    folder = tmp_path / "work"
    folder.mkdir()
    with Terminal(folder, ports=()) as terminal:
        for command in commands(block.text):
            words = command.text.split()
            if words[0] == "cd":
                terminal.folder = terminal.folder / words[1]
            elif words[0] == "pip":
                # What an installer would do, without an index: the project is on the path, with its metadata.
                project = terminal.folder / words[-1].strip("'").partition("[")[0]
                install(project)
                terminal.environment["PYTHONPATH"] = str(project / "src")
            else:
                written = terminal.run(command.text)
                assert terminal.code == 0, f"$ {command.text}\n{written}"
                assert fits(command.shown, written), f"--- the page\n{command.shown}--- it wrote\n{written}"


def test_the_pages_are_those_that_an_author_needs():
    topics = {"migrating-settings", "oauth", "paging", "publishing", "rate-limits", "webhooks"}
    assert {page.stem.removeprefix("plugin-") for page in PAGES} == topics


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_at_most_one_block_of_a_page_is_not_run(page: Path):
    assert len([block for block in blocks(page) if block.note.startswith(NOT_RUN)]) <= 1


@pytest.mark.parametrize("name", takings.plugin.__all__)
def test_the_contract_names_everything_that_a_plugin_may_import(name: str):
    page = (DOCS / "reference" / "plugin-contract.md").read_text("utf-8")
    assert re.search(rf"`@?{re.escape(name)}[`(.]", page), name
