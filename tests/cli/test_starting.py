"""Starting: what `--help` imports, what it says, and that every command and option is documented."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.cli.world import Run, spawn

from takings.cli.group import LazyGroup, root

DOCS = Path(__file__).resolve().parents[2] / "docs" / "reference"
HEAVY = {"sqlmodel", "sqlalchemy", "pydantic", "httpx", "authlib", "rich", "jinja2", "pluggy", "alembic", "decimal"}
#: A program that runs the command line and then says what it has imported.
WATCH = (
    "import sys; from takings.cli import main; code = main(sys.argv[1:]); print(code, *sys.modules, file=sys.stderr)"
)


def commands(group: LazyGroup, path: str = "takings") -> Iterator[tuple[str, click.Command]]:
    with click.Context(group) as context:
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found is not None
            if isinstance(found, LazyGroup):
                yield from commands(found, f"{path} {name}")
            else:
                yield f"{path} {name}", found


COMMANDS = dict(commands(root()))


def imported_by(*arguments: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", WATCH, *arguments], capture_output=True, text=True, check=True)
    code, *modules = done.stderr.split()
    assert code in ("0", "1")
    return set(modules)


def test_help_imports_click_and_nothing_heavy():
    assert not imported_by("--help") & HEAVY


def test_help_imports_no_command():
    assert not [one for one in imported_by("--help") if one.startswith("takings.cli.commands.")]


def test_status_reads_the_database_without_the_engine(world):
    assert not imported_by("status", *world.options) & HEAVY


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert spawn("--version").out == f"takings {version('takings')}\n"


def test_no_command_shows_the_help_as_a_wrong_request(run: Run):
    answer = run()
    assert answer.code == 2
    assert "Commands:" in answer.err


def test_an_unknown_command_is_one_sentence(run: Run):
    answer = run("synch")
    assert answer.code == 2
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_help_with_an_example(path: str, run: Run):
    answer = run(*path.split()[1:], "--help")
    assert answer.code == 0
    assert "Examples:" in answer.out
    assert path in answer.out.partition("Examples:")[2]


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_option_is_documented(path: str):
    page = (DOCS / "cli.md").read_text()
    heading = f"## {path}\n"
    assert heading in page
    section = (
        page.partition(heading)[2].partition("\n## ")[0]
        + page.partition("## Common options")[2].partition("\n## ")[0]
    )
    for parameter in COMMANDS[path].params:
        if getattr(parameter, "hidden", False):
            continue
        for option in parameter.opts:
            if option.startswith("-") and option not in ("--from", "--to"):
                assert f"`{option}" in section, option


def test_the_table_says_the_same_as_each_commands_own_help():
    for path, command in COMMANDS.items():
        assert command.help, path
        assert command.help.strip().endswith("."), path


def test_leaving_out_plugins_by_id_is_passed_to_the_plugin_host(run: Run):
    left_out = {one["id"]: one["state"] for one in run("plugins", "list", "--json").json["plugins"]}
    some = next(one for one in left_out if one != "builtin")
    answer = run("--no-plugins=" + some, "plugins", "list", "--json")
    states = {one["id"]: one["state"] for one in answer.json["plugins"]}
    assert states == {**left_out, some: "disabled"}
    bare = {one["id"]: one["state"] for one in run("plugins", "list", "--no-plugins", "--json").json["plugins"]}
    assert [one for one, state in bare.items() if state == "loaded"] == ["builtin"]
