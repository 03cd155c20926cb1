"""`takings pause`: stop an integration from posting."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, write_json


@make(examples=("takings pause anchor", 'takings pause anchor --reason "Stocktake until Friday."'))
@click.argument("integration")
@click.option("--reason", default="", metavar="TEXT", help="Why, for whoever looks at it later.")
@pass_common
def command(common: Common, integration: str, *, reason: str) -> None:
    """Stop INTEGRATION from posting, until it is resumed. Days that come in meanwhile are kept."""
    with opened(common) as engine:
        view = engine.pause(common.principal, integration, reason)
    if common.json:
        write_json(view)
    else:
        say(f"{view.name} is paused and posts nothing. To go on: takings resume {view.name}")
