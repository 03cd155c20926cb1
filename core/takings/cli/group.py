"""The lazy click groups and the command class that gives each command the common options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from takings.cli.common import common_options
from takings.cli.table import COMMANDS, Entry

F = Callable[..., Any]


class Command(click.Command):
    """A command with the common options, which its help lists apart, and examples at the end."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = tuple(examples)
        self._common = common_options()
        self.params = [*self.params, *self._common]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options, then the common ones."""
        shared = set(map(id, self._common))
        mine = [one for one in self.get_params(ctx) if isinstance(one, click.Option) and id(one) not in shared]
        for title, options in (("Options", mine), ("Common options", self._common)):
            records = [record for one in options if (record := one.get_help_record(ctx))]
            with formatter.section(title):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(formatter, self.examples)


class LazyGroup(click.Group):
    """A group that knows its commands from a table and imports one when it is run."""

    def __init__(self, *, table: Mapping[str, Entry], examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(params=common_options(), no_args_is_help=True, **settings)
        self.table = table
        self.examples = tuple(examples)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the table's order."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or make the group of that name."""
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        first, second = entry
        if not isinstance(second, str):
            return LazyGroup(name=cmd_name, table=second, help=first)
        found: click.Command = import_module(f"takings.cli.commands.{first}").command
        found.name = cmd_name
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with its line of help from the table."""
        rows = [
            (name, first if not isinstance(second, str) else second) for name, (first, second) in self.table.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(formatter, self.examples)


def write_examples(formatter: click.HelpFormatter, examples: Sequence[str]) -> None:
    """Write examples one a line, never wrapped, so that they can be copied."""
    if examples:
        with formatter.section("Examples"):
            for one in examples:
                formatter.write(f"  {one}\n")


def command(*, examples: Sequence[str] = (), **settings: Any) -> Callable[[F], click.Command]:
    """Make a command of a function; `examples` are shown at the end of its help."""
    return click.command(cls=Command, examples=examples, **settings)


def root() -> LazyGroup:
    """Make the `takings` group."""
    group = LazyGroup(
        name="takings",
        table=COMMANDS,
        help="Posts what a point of sale took in a day to an accounting ledger.",
        examples=(
            "takings demo",
            "takings provision anchor",
            "takings sync anchor --from 2026-10-01 --to 2026-10-31",
            "takings COMMAND --help",
        ),
    )
    version = click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_show_version,
        help="Show the version.",
    )
    group.params.insert(0, version)
    return group


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version  # noqa: PLC0415 - takes as long as importing click

        click.echo(f"takings {version('takings')}")
        ctx.exit()
