"""`takings token revoke`: make the Auth Token useless."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, write_json


@make(examples=("takings token revoke anchor",))
@click.argument("integration")
@pass_common
def command(common: Common, integration: str) -> None:
    """Revoke the Auth Token of INTEGRATION: nothing can be pushed or fetched with it any more."""
    with opened(common) as engine:
        engine.revoke_token(common.principal, integration)
    if common.json:
        write_json({"integration": integration, "revoked": True})
    else:
        say(f"The Auth Token of {integration} is revoked. A new one: takings token new {integration}")
