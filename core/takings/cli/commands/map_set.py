"""`takings map set`: decide on one code."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.mapping import mapping_table
from takings.cli.opening import opened
from takings.cli.output import write_json


@make(
    examples=(
        "takings map set anchor payment_methods CASH 091",
        "takings map set anchor accounts 'House sales' 'Bar Sales'",
        "takings map set anchor payment_methods ACCT --leave-open",
    )
)
@click.argument("integration")
@click.argument("dimension")
@click.argument("code")
@click.argument("to", required=False)
@click.option(
    "--do-not-post", "choice", flag_value="do_not_post", help="Leave it out; for what cancels out in a day."
)
@click.option(
    "--leave-open", "choice", flag_value="leave_open", help="Collected elsewhere: leave it open on the invoice."
)
@pass_common
def command(
    common: Common, integration: str, dimension: str, *, code: str, to: str | None, choice: str | None
) -> None:
    """Say where CODE of DIMENSION goes: TO is a code, name or id in the ledger.

    Held days that were waiting for it are checked again at once.
    """
    if (to is None) == (choice is None):
        raise click.UsageError("Give either where it goes, or one of --do-not-post and --leave-open.")
    with opened(common) as engine:
        view = engine.set_mapping(
            common.principal, integration, dimension=dimension, code=code, choice=choice or "post", to=to
        )
    if common.json:
        write_json(view)
    else:
        mapping_table([view])
