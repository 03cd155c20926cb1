"""`takings link revoke`: make a set-up link useless."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, write_json


@make(examples=("takings link revoke 5f0c9a7be1d24c33",))
@click.argument("link")
@pass_common
def command(common: Common, link: str) -> None:
    """Make the set-up link with the id LINK useless, and sign out whoever came by it."""
    with opened(common) as engine:
        view = engine.revoke_setup_link(common.principal, link)
    if common.json:
        write_json(view)
    else:
        say(f"The link of {view.integration_name} no longer works.")
