"""The pages about setting up at a terminal: each command does what is shown, a file of answers is as described."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.docs.pages import DOCS, blocks
from tests.docs.terminal import Terminal
from tests.docs.test_tutorial import run_block

from takings.cli.wizard.answers import EXTRA, check_names, sections
from takings.cli.wizard.course import Course
from takings.engine import Engine
from takings.host import PluginHost
from takings.store.secrets import KeyRing
from takings.views import LOCAL

PAGE = DOCS / "how-to" / "setup-cli.md"
ANSWERS = DOCS / "reference" / "answers.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page uses curl")
def test_every_command_of_the_page_does_what_it_shows(tmp_path: Path):
    folder = tmp_path / "work"
    folder.mkdir()
    with Terminal(folder, ports=("8080", "8090", "8400")) as terminal:
        for block in blocks(PAGE):
            if block.note.startswith("file: "):
                terminal.save(block.note.removeprefix("file: "), block.text)
            elif block.language == "console" and not block.note.startswith("not run: "):
                run_block(terminal, block.text, block.line)


@pytest.fixture
def course(tmp_path: Path) -> Any:
    with Engine(tmp_path / "takings.db", PluginHost.load(), keys=KeyRing.generate()) as engine:
        engine.upgrade()
        engine.provision(LOCAL, name="anchor", source="impos:eod", target="xero:accounting")
        yield Course(engine=engine, who=LOCAL, ref="anchor")


def test_the_example_of_answers_is_one(course: Course):
    example = list(blocks(ANSWERS, "toml"))[-1].text
    view = course.view()
    found = sections(tomllib.loads(example), view)
    for one in view.steps:
        if one.key in found:
            check_names(one, course.step(one.key), found[one.key])
    assert set(found) <= {one.key for one in view.steps}


def test_the_page_names_every_name_of_the_review_and_the_token(course: Course):
    page = ANSWERS.read_text("utf-8")
    row = re.search(r"^\| `\[review\]` \|.*$", page, re.MULTILINE)
    assert row
    names = [one.name for one in course.step("review").fields]
    for name in (*names, *(name for names in EXTRA.values() for name in names)):
        assert f"`{name}`" in page or f"`{name} = " in page
