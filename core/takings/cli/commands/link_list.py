"""`takings link list`: show set-up links."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, table, write_json
from takings.cli.showing import moment


@make(examples=("takings link list", "takings link list anchor"))
@click.argument("integration", required=False)
@pass_common
def command(common: Common, integration: str | None) -> None:
    """Show the set-up links, of one INTEGRATION or of all; not the links themselves, which nobody keeps."""
    with opened(common) as engine:
        links = engine.setup_links(common.principal, integration)
    if common.json:
        write_json({"links": links})
        return
    if not links:
        say("There is no set-up link.")
    rows = [
        (one.id, one.integration_name, one.state, one.created_by, moment(one.expires_at), moment(one.used_at))
        for one in links
    ]
    table(("Id", "Integration", "State", "Made by", "Expires", "First used"), rows)
