"""`takings alerts set`: say where alerts go."""

from __future__ import annotations

import click

from takings.cli.commands.alerts_show import say_alerts
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import write_json


@make(examples=("takings alerts set books@shop.example", "takings alerts set --off"))
@click.argument("address", required=False)
@click.option("--off", is_flag=True, help="Tell this owner nothing; the operator is still told.")
@pass_common
def command(common: Common, address: str | None, *, off: bool) -> None:
    """Send the owner's alerts to ADDRESS.

    There is at most one digest a day, unless something new can't wait. By which notifier it is sent is said by the
    operator: notifiers in the [takings] table of the settings file.
    """
    if bool(address) == off:
        raise click.UsageError("Name an address, or --off.")
    with opened(common) as engine:
        view = engine.set_alerts(common.principal, address or "")
    if common.json:
        write_json(view)
    else:
        say_alerts(view)
