"""`takings map suggest`: show suggestions for open codes, and accept the best."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.mapping import mapping_table, suggestion_table
from takings.cli.opening import opened
from takings.cli.output import say, write_json
from takings.cli.values import WholeNumber


@make(examples=("takings map suggest anchor", "takings map suggest anchor --accept --least-score 80"))
@click.argument("integration")
@click.option("--dimension", metavar="NAME", help="Only show this kind of code; --accept takes all kinds.")
@click.option("--accept", is_flag=True, help="Take the best suggestion of each open code, after showing it.")
@click.option("--least-score", type=WholeNumber(0, 100), default=60, show_default=True, help="Accept none below.")
@pass_common
def command(common: Common, integration: str, *, dimension: str | None, accept: bool, least_score: int) -> int:
    """Show for each open code of INTEGRATION what it could be mapped to, why, and how sure that is."""
    if accept and dimension:
        raise click.UsageError("--accept takes codes of all kinds; leave --dimension out.")
    with opened(common) as engine:
        rows = engine.mapping(common.principal, integration, suggestions=True, dimension=dimension)
        waiting = [one for one in rows if one.choice == "open"]
        if not common.json:
            suggestion_table(waiting)
        taken = engine.accept_suggestions(common.principal, integration, least_score=least_score) if accept else []
    left = len(waiting) - len(taken)
    if common.json:
        write_json({"open": waiting, "accepted": taken})
    elif not rows:
        say(f"No codes are known yet; ask for them with: takings map refresh {integration}")
    elif not waiting:
        say("Every code has a decision.")
    elif accept:
        say(f"Accepted {len(taken)}:")
        mapping_table(taken)
        say(f"{left} without a decision." if left else "Every code has a decision.")
    else:
        say(f"To take the best of each: takings map suggest {integration} --accept")
    return 1 if accept and left else 0
