"""`takings disconnect`: end the authorisation of the ledger."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, write_json


@make(examples=("takings disconnect anchor",))
@click.argument("integration")
@pass_common
def command(common: Common, integration: str) -> None:
    """End the connection of INTEGRATION to its ledger. What was posted stays there; nothing more is posted.

    Integrations that share the connection are disconnected too, and named.
    """
    with opened(common) as engine:
        others = engine.sharing_ledger(common.principal, integration)
        engine.disconnect(common.principal, integration)
        view = engine.integration(common.principal, integration)
    if common.json:
        write_json(view)
    else:
        say(f"{view.name} is disconnected. To connect it again: takings connect {view.name}")
        if others:
            say(f"Disconnected with it, since they share the connection: {', '.join(others)}.")
