"""`takings map refresh`: ask the point of sale for its codes."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, several, write_json


@make(examples=("takings map refresh anchor",))
@click.argument("integration")
@pass_common
def command(common: Common, integration: str) -> None:
    """Ask the point of sale of INTEGRATION for all its codes: taxes, payment methods, accounts."""
    with opened(common) as engine:
        known = engine.refresh_catalogue(common.principal, integration)
        waiting = engine.integration(common.principal, integration).open_codes
    if common.json:
        write_json({"integration": integration, "codes": known, "open": waiting})
    else:
        said = f"{several(known, 'code')} {'is' if known == 1 else 'are'} known; {waiting}"
        say(f"{said} {'has' if waiting == 1 else 'have'} no decision. See: takings map suggest {integration}")
