"""`takings integrations show`: show one integration."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import write_json
from takings.cli.showing import say_integration


@make(examples=("takings integrations show anchor",))
@click.argument("integration")
@pass_common
def command(common: Common, integration: str) -> None:
    """Show INTEGRATION (a name or id) with its connections and settings."""
    with opened(common) as engine:
        view = engine.integration(common.principal, integration)
    if common.json:
        write_json(view)
    else:
        say_integration(view)
