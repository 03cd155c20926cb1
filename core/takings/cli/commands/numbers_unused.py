"""`takings numbers unused`: show numbers that are on no document."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, table, write_json


@make(examples=("takings numbers unused anchor",))
@click.argument("integration")
@pass_common
def command(common: Common, integration: str) -> None:
    """Show the numbers that were reserved for INTEGRATION and are on no document, with the reason for each gap."""
    with opened(common) as engine:
        unused = engine.unused_numbers(common.principal, integration)
    if common.json:
        write_json({"unused": unused})
    elif not unused:
        say("Every number that was reserved is on a document.")
    else:
        table(
            ("Number", "Series", "For", "Reason"), [(one.number, one.series, one.unit, one.reason) for one in unused]
        )
