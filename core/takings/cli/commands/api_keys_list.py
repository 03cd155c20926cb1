"""`takings api-keys list`: show the keys of programs."""

from __future__ import annotations

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, table, write_json
from takings.cli.showing import moment


@make(examples=("takings api-keys list", "takings api-keys list --json"))
@pass_common
def command(common: Common) -> None:
    """Show the keys, the newest first, with their last characters; the keys themselves are not kept."""
    with opened(common) as engine:
        views = engine.api_keys(common.principal)
    if common.json:
        write_json({"keys": views})
        return
    if not views:
        say("There are no keys yet; make one with: takings api-keys new NAME")
    rows = [
        (
            one.id,
            one.name,
            one.hint,
            one.state,
            moment(one.created_at),
            moment(one.last_used_at),
            moment(one.expires_at),
        )
        for one in views
    ]
    table(("Id", "Name", "Key", "State", "Made", "Last used", "Expires"), rows)
