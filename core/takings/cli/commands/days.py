"""`takings days`: show where each day stands."""

from __future__ import annotations

from datetime import datetime

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, write_json
from takings.cli.periods import period_of, period_options
from takings.cli.printing import not_beside_json
from takings.cli.problems import say_days, say_days_in_short
from takings.cli.showing import days_table
from takings.store.states import DayState
from takings.views.spreadsheet import days_csv


@make(
    examples=(
        "takings days anchor --from 2026-10-01 --to 2026-10-31",
        "takings days anchor --state held",
        "takings days anchor --csv",
    )
)
@click.argument("integration")
@period_options
@click.option("--state", type=click.Choice([one.value for one in DayState]), help="Only days in this state.")
@click.option("--csv", "as_csv", is_flag=True, help="Write a CSV file for a spreadsheet.")
@pass_common
def command(
    common: Common,
    integration: str,
    *,
    first: datetime | None,
    last: datetime | None,
    state: str | None,
    as_csv: bool,
) -> None:
    """Show the days of INTEGRATION: what the point of sale says, and what became of each.

    What is wrong with several days is told once; with --verbose for each day.
    """
    if as_csv:
        not_beside_json("--csv")
    period = period_of(first, last)
    with opened(common) as engine:
        shown = engine.days(common.principal, integration, period, states=(state,) if state else ())
    if common.json:
        write_json({"days": shown})
        return
    if as_csv:
        click.echo(days_csv(shown), nl=False)
        return
    if not shown:
        say("There are no such days.")
    days_table(shown)
    if common.verbose:
        say_days(shown, integration)
    else:
        say_days_in_short(shown, integration)
