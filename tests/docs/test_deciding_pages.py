"""The pages on held days, late changes and undo: their commands are commands, their tables list what there is."""

from __future__ import annotations

import re
import shlex

import click
import pytest
from tests.docs.pages import DOCS, blocks

from takings.cli.group import root
from takings.store.states import DayState, Decision, LateChanges

REFERENCE = ("findings", "xero", "impos-feed", "journal")
PAGES = ("hold-and-mend.md", "late-changes.md", "undo.md")


def text_of(name: str) -> str:
    return (DOCS / "how-to" / name).read_text("utf-8")


def commands(name: str) -> list[str]:
    """The command lines of a page's blocks, and those in its sentences."""
    lines = [line for block in blocks(DOCS / "how-to" / name, "sh") for line in block.text.splitlines()]
    inline = [one.replace("\n", " ") for one in re.findall(r"`(takings [^`]+)`", text_of(name))]
    return [line.partition("#")[0].partition("||")[0].strip() for line in (*lines, *inline)]


@pytest.mark.parametrize("name", PAGES)
def test_each_command_of_the_page_is_one_that_the_command_line_takes(name: str) -> None:
    found = commands(name)
    assert len(found) > 3
    for line in found:
        parse(line)


def parse(line: str) -> None:
    """Read a command line as click does, without carrying it out."""
    words = shlex.split(line)[1:]
    command: click.Command = root()
    context = click.Context(command, info_name="takings")
    while isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        assert found is not None, line
        command, context = found, click.Context(found, info_name=words.pop(0), parent=context)
    if words:  # a sentence may just name a command
        assert command.make_context(command.name, words, parent=context.parent), line


def test_each_state_and_each_decision_is_told() -> None:
    page, late = text_of("hold-and-mend.md"), text_of("late-changes.md")
    assert [one.value for one in DayState if f"| `{one.value}` |" not in page] == []
    both = page + late + (DOCS / "how-to" / "guards.md").read_text("utf-8")
    assert [one.value for one in Decision if one.value.replace("_", "-") not in both] == []
    assert [one.value for one in LateChanges if f"`{one.value}`" not in late] == []


@pytest.mark.parametrize("name", PAGES)
def test_each_finding_of_the_page_is_on_the_pages_of_findings(name: str) -> None:
    known = "".join((DOCS / "reference" / f"{one}.md").read_text("utf-8") for one in REFERENCE)
    named = re.findall(r"`((?:mapping|day|tax|undo|ledger|number|xero)\.[a-z_]+)`", text_of(name))
    assert named
    assert [one for one in named if f"`{one}`" not in known] == []
