"""`takings resume`: let a paused integration post again."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, words, write_json


@make(examples=("takings resume anchor",))
@click.argument("integration")
@pass_common
def command(common: Common, integration: str) -> None:
    """Let INTEGRATION post again. A sync that became due meanwhile is made up for, once."""
    with opened(common) as engine:
        view = engine.resume(common.principal, integration)
    if common.json:
        write_json(view)
    else:
        say(f"{view.name} is {words(view.state)} again.")
