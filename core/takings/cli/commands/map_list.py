"""`takings map list`: show every code with its decision."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.mapping import mapping_table
from takings.cli.opening import opened
from takings.cli.output import say, write_json


@make(examples=("takings map list anchor", "takings map list anchor --open --json"))
@click.argument("integration")
@click.option("--dimension", metavar="NAME", help="Only this kind of code.")
@click.option("--open", "only_open", is_flag=True, help="Only codes without a decision.")
@pass_common
def command(common: Common, integration: str, *, dimension: str | None, only_open: bool) -> None:
    """Show the codes of INTEGRATION and where each goes in the ledger."""
    with opened(common) as engine:
        rows = engine.mapping(common.principal, integration, dimension=dimension)
    shown = [one for one in rows if one.choice == "open" or not only_open]
    if common.json:
        write_json({"mapping": shown})
        return
    if not rows:
        say(f"No codes are known yet; ask for them with: takings map refresh {integration}")
    elif not shown:
        say("Every code has a decision.")
    mapping_table(shown)
