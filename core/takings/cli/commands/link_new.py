"""`takings link new`: make a link that lets an owner set one integration up."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.links import url_option
from takings.cli.opening import opened
from takings.cli.output import note, say, write_json
from takings.cli.values import WholeNumber


@make(examples=("takings link new anchor", "takings link new anchor --days 7 --url https://takings.example"))
@click.argument("integration")
@click.option("--days", type=WholeNumber(1, 90), default=14, show_default=True, help="How long it works.")
@url_option()
@pass_common
def command(common: Common, integration: str, *, days: int, url: str) -> None:
    """Make a link that signs its owner in for INTEGRATION and nothing else, and show it once.

    It works until it expires or is revoked. Standard output has the link alone.
    """
    with opened(common) as engine:
        token = engine.create_setup_link(common.principal, integration, days=days)
        made = engine.setup_links(common.principal, integration)[0]
    address = f"{url.rstrip('/')}/link/{token}"
    if common.json:
        write_json({"link": made, "url": address})
        return
    note(f"This is shown once. To make it useless: takings link revoke {made.id}")
    say(address)
