"""`takings api-keys revoke`: make a key useless."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, write_json


@make(examples=("takings api-keys revoke 3f2a90c1d4e5b687",))
@click.argument("key", metavar="ID")
@pass_common
def command(common: Common, key: str) -> None:
    """Stop the key ID from working at once; `takings api-keys list` shows the ids."""
    with opened(common) as engine:
        view = engine.revoke_api_key(common.principal, key)
    if common.json:
        write_json(view)
        return
    say(f"The key {view.name} ({view.hint}) no longer works.")
