"""`takings verify`: compare the ledger with what was posted."""

from __future__ import annotations

from datetime import datetime

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, write_json
from takings.cli.periods import period_of, period_options
from takings.cli.problems import say_findings
from takings.cli.progress import Meter
from takings.cli.queueing import put_into_queue
from takings.cli.takings_table import agreement, takings_table


@make(
    examples=(
        "takings verify anchor",
        "takings verify anchor --from 2026-10-01 --to 2026-10-31 --json",
        "takings verify anchor --queue",
    )
)
@click.argument("integration")
@period_options
@click.option("--queue", is_flag=True, help="Let a worker do it, and return at once.")
@pass_common
def command(common: Common, integration: str, *, first: datetime | None, last: datetime | None, queue: bool) -> int:
    """Read back what was posted for INTEGRATION and compare every document and payment, to the cent.

    Exit code 1 when anything differs; each difference is named, and kept: see takings drift.
    """
    period = period_of(first, last)
    if queue:
        return put_into_queue(common, integration, period, kind="verify")
    with opened(common) as engine, Meter() as meter:
        view = engine.verify(common.principal, integration, period, progress=meter)
    if common.json:
        write_json(view)
    else:
        takings_table(view.checked)
        say_findings(view.differences, integration)
        say(agreement(view))
    return 0 if view.agrees else 1
