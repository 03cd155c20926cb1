"""`takings runs`: show the last runs."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, table, write_json
from takings.cli.problems import say_findings, say_held
from takings.cli.showing import documents_table, moment, runs_table
from takings.cli.values import WholeNumber


@make(examples=("takings runs", "takings runs anchor --limit 5", "takings runs --show 5f0c9a7be1d24c33"))
@click.argument("integration", required=False)
@click.option("--limit", type=WholeNumber(1), default=20, show_default=True, help="How many, the last first.")
@click.option("--show", "run", metavar="RUN", default="", help="One run, whole, by its id.")
@pass_common
def command(common: Common, integration: str | None, *, limit: int, run: str) -> None:
    """Show the last runs, of one INTEGRATION or of all."""
    if run:
        _show(common, run)
        return
    with opened(common) as engine:
        runs = engine.runs(common.principal, integration, limit)
    if common.json:
        write_json({"runs": runs})
        return
    if not runs:
        say("There was no run yet.")
    runs_table(runs)
    for one in runs:
        if one.findings:
            say(f"{moment(one.started_at)}:")
            say_findings(one.findings, one.integration, indent="  ")


def _show(common: Common, run: str) -> None:
    with opened(common) as engine:
        detail = engine.run_detail(common.principal, run)
    if common.json:
        write_json(detail)
        return
    runs_table([detail.run])
    say_findings(detail.run.findings, detail.run.integration)
    say_held(detail.run.held, detail.run.integration)
    documents_table(detail.run.documents)
    table(
        ("Sent", "Kind", "Writes", "State", "Times", "Reference", "Answer"),
        [
            (moment(one.sent_at), one.kind, one.operations, one.state, one.times_sent, one.reference, one.answer)
            for one in detail.attempts
        ],
        right=("Writes", "Times"),
    )
