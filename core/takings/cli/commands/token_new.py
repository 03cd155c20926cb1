"""`takings token new`: make an Auth Token."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import note, say, write_json


@make(examples=("takings token new anchor",))
@click.argument("integration")
@pass_common
def command(common: Common, integration: str) -> None:
    """Make an Auth Token for INTEGRATION and show it once. An older one stops working.

    Standard output has the token alone.
    """
    with opened(common) as engine:
        token = engine.new_token(common.principal, integration)
        source = engine.integration(common.principal, integration).source.component
        hand_to = getattr(engine.plugins.source(source).connecting, "hand_to", "")
    if common.json:
        write_json({"integration": integration, "token": token})
        return
    note(f"This is shown once. {hand_to}".strip())
    say(token)
