"""`takings difference`: show what was posted for a day beside what the point of sale says now."""

from __future__ import annotations

from datetime import date

import click

from takings.cli.closes import CLOSE
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import money, say, table, words, write_json
from takings.cli.problems import say_findings
from takings.views import DifferenceView


@make(examples=("takings difference anchor 2026-10-21", "takings difference anchor 2026-10-21 --all --json"))
@click.argument("integration")
@click.argument("day", type=CLOSE, metavar="DAY")
@click.option("--all", "whole", is_flag=True, help="Show the amounts that are the same, too.")
@pass_common
def command(common: Common, integration: str, *, day: tuple[date, int], whole: bool) -> None:
    """Show what was posted for DAY of INTEGRATION beside what the point of sale says now, line by line."""
    business_date, sequence = day
    with opened(common) as engine:
        view = engine.difference(common.principal, integration, business_date, sequence=sequence)
    if common.json:
        write_json(view)
        return
    say_difference(view, whole=whole)


def say_difference(view: DifferenceView, *, whole: bool) -> None:
    """Write the lines that differ, what was decided, and what can be."""
    rows = [
        (
            words(one.kind),
            f"{one.code} {one.tax_code}".strip(),
            one.name,
            one.place,
            money(one.posted, view.currency),
            money(one.now, view.currency),
            money(one.change, view.currency),
        )
        for one in view.lines
        if whole or one.change
    ]
    if rows:
        headings = ("Of", "Code", "Name", "In the ledger", "Posted", "Now", "Change")
        table(headings, rows, right=("Posted", "Now", "Change"))
    else:
        say("No amount of an account, a tax or a payment method differs." if view.changes else "No amount differs.")
    for change in view.changes:
        say(f"Changed: {change}")
    say(
        f"{view.business_date}/{view.sequence} is {words(view.state)}: revision {view.posted_revision or 'none'} "
        f"posted, revision {view.revision} known."
    )
    if view.decision:
        reason = f": {view.decision.reason}" if view.decision.reason else ""
        say(f"{view.decision.by} decided {words(view.decision.decision)}{reason}.")
    say_findings(view.findings, view.integration)
    if view.allowed:
        say(f"Can be decided: {', '.join(one.replace('_', '-') for one in view.allowed)}.")
