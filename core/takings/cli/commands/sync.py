"""`takings sync`: fetch closed days and post them."""

from __future__ import annotations

from datetime import datetime

import click

from takings.cli.asking import confirm_with
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, words, write_json
from takings.cli.periods import period_of, period_options
from takings.cli.problems import has_errors, say_documents_findings, say_findings, say_held
from takings.cli.progress import Meter
from takings.cli.queueing import put_into_queue
from takings.cli.showing import counts, documents_table
from takings.cli.stopping import telling_of_the_stop
from takings.cli.values import WholeNumber
from takings.views import RunView


@make(
    examples=(
        "takings sync anchor",
        "takings sync anchor --from 2026-10-01 --to 2026-10-31 --confirm 31",
        "takings sync anchor --no-pull --json",
        "takings sync anchor --queue",
    )
)
@click.argument("integration")
@period_options
@click.option("--confirm", type=WholeNumber(0), metavar="COUNT", help="Post past days that make this many documents.")
@click.option("--no-pull", is_flag=True, help="Post what is there; fetch nothing from the point of sale.")
@click.option("--queue", is_flag=True, help="Let a worker do it, and return at once.")
@pass_common
def command(
    common: Common,
    integration: str,
    *,
    first: datetime | None,
    last: datetime | None,
    confirm: int | None,
    no_pull: bool,
    queue: bool,
) -> int:
    """Fetch the closed days of INTEGRATION and post them to its ledger.

    Days of the past are posted only when somebody confirms them: at the terminal, or with --confirm and their count.
    Running it twice posts nothing twice. What holds several days is told once; with --verbose for each day.
    Exit code 1 when days are held or documents refused.
    """
    period = period_of(first, last)
    if queue:
        if no_pull:
            raise click.UsageError("--no-pull and --queue exclude each other.")
        return put_into_queue(common, integration, period, confirm=confirm)
    with opened(common) as engine, telling_of_the_stop(), Meter() as meter:
        run = engine.sync(
            common.principal,
            integration,
            period,
            confirm=confirm_with(confirm, meter),
            pull=not no_pull,
            progress=meter,
        )
    if common.json:
        write_json(run)
    else:
        say_run(run, integration, whole=common.verbose)
    return 0 if run.state == "done" and not run.held and not has_errors(run.findings) else 1


def say_run(run: RunView, integration: str, *, whole: bool = False) -> None:
    """Write what a run did, what it held and why: of each day by itself where it is to be `whole`."""
    documents_table(run.documents)
    say_documents_findings(run.documents)
    say_held(run.held, integration, whole=whole)
    say_findings(run.findings, integration)
    ended = {"done": "Done", "problems": "Done, with problems", "failed": "Failed"}.get(run.state, words(run.state))
    say(f"{ended}, {run.period}: {counts(run.counts)}.")
