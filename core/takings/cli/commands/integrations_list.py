"""`takings integrations list`: show all integrations."""

from __future__ import annotations

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, table, words, write_json
from takings.cli.showing import connection, counts, moment


@make(examples=("takings integrations list", "takings integrations list --json"))
@pass_common
def command(common: Common) -> None:
    """Show all integrations: state, both sides, days, codes that need a decision."""
    with opened(common) as engine:
        views = engine.integrations(common.principal)
    if common.json:
        write_json({"integrations": views})
        return
    if not views:
        say("There are no integrations yet; create one with: takings provision NAME")
    rows = [
        (
            one.name,
            words(one.state),
            connection(one.source),
            connection(one.target) if one.target else "not connected",
            counts(one.days),
            one.open_codes,
            moment(one.last_run),
        )
        for one in views
    ]
    headings = ("Name", "State", "Point of sale", "Ledger", "Days", "Open codes", "Last run")
    table(headings, rows, right=("Open codes",))
