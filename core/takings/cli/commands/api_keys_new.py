"""`takings api-keys new`: make a key for a program."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import note, say, write_json
from takings.cli.values import WholeNumber


@make(examples=("takings api-keys new nightly-report", "takings api-keys new support --owner customer-17 --days 90"))
@click.argument("name")
@click.option("--days", type=WholeNumber(1, 3650), help="How long it works. [default: until it is revoked]")
@pass_common
def command(common: Common, name: str, *, days: int | None) -> None:
    """Make a key that lets a program do everything with the owner's integrations, and show it once.

    The program sends it with every call, as Authorization: Bearer KEY. Standard output has the key alone.
    """
    with opened(common) as engine:
        key = engine.new_api_key(common.principal, name, days=days)
    if common.json:
        write_json({"name": name, "key": key})
        return
    note("This is shown once.")
    say(key)
