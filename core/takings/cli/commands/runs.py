"""`takings runs`: show the last runs."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, write_json
from takings.cli.problems import say_findings
from takings.cli.showing import moment, runs_table
from takings.cli.values import WholeNumber


@make(examples=("takings runs", "takings runs anchor --limit 5"))
@click.argument("integration", required=False)
@click.option("--limit", type=WholeNumber(1), default=20, show_default=True, help="How many, the last first.")
@pass_common
def command(common: Common, integration: str | None, *, limit: int) -> None:
    """Show the last runs, of one INTEGRATION or of all."""
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
