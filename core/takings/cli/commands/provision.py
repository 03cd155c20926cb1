"""`takings provision`: create an integration."""

from __future__ import annotations

import shlex
from typing import Any

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, write_json
from takings.cli.picking import only
from takings.cli.settings import settings_options
from takings.cli.showing import say_integration


@make(
    examples=(
        "takings provision anchor",
        "takings provision anchor --source PLUGIN:KEY --target PLUGIN:KEY --numbering builtin:dated",
    )
)
@click.argument("name")
@click.option("--source", metavar="COMPONENT", help="The point of sale. [default: the only one installed]")
@click.option("--target", metavar="COMPONENT", help="The ledger. [default: the only one installed]")
@settings_options
@pass_common
def command(common: Common, name: str, *, source: str | None, target: str | None, changes: dict[str, Any]) -> None:
    """Create the integration NAME: days of one point of sale are posted to one ledger.

    It posts nothing before it has an Auth Token, is connected and has every code mapped.
    """
    with opened(common) as engine:
        view = engine.provision(
            common.principal,
            name=name,
            source=source or only("source", engine.plugins.sources()),
            target=target or only("target", engine.plugins.targets()),
            **changes,
        )
    if common.json:
        write_json(view)
        return
    say_integration(view)
    say()
    quoted = shlex.quote(name)
    say(f"Next: takings setup {quoted}")
    say(f"Or by hand: takings token new {quoted}; takings connect {quoted}; takings map refresh {quoted}")
