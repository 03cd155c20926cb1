"""`takings drift`: show what the last checks found, say how often they are made, and note what is known."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, several, write_json
from takings.cli.problems import say_findings
from takings.cli.showing import moment
from takings.views.checks import DriftView


@make(
    examples=(
        "takings drift anchor",
        "takings drift anchor --every daily",
        "takings drift anchor --note shop:till/17/2026-10-03.1/g1/invoice.1",
        "takings drift anchor --note-all",
    )
)
@click.argument("integration")
@click.option("--every", type=click.Choice(["off", "weekly", "daily"]), help="How often it is checked by itself.")
@click.option("--note", multiple=True, metavar="DOCUMENT", help="You know of its differences, and leave them.")
@click.option("--note-all", is_flag=True, help="You know of all differences, and leave them.")
@pass_common
def command(common: Common, integration: str, *, every: str | None, note: tuple[str, ...], note_all: bool) -> int:
    """Show where the ledger differed from what was posted for INTEGRATION when it was checked last; asks nobody.

    A worker checks every integration once a week unless --every says otherwise. Exit code 1 while a document differs
    that nobody has noted.
    """
    if note and note_all:
        raise click.UsageError("--note and --note-all exclude each other.")
    with opened(common) as engine:
        view = engine.drift(common.principal, integration)
        if every is not None:
            view = engine.set_checks(common.principal, integration, every)
        if note or note_all:
            view = engine.note_drift(common.principal, integration, note or None)
    if common.json:
        write_json(view)
    else:
        _say(view)
    return 1 if view.differing else 0


def _say(view: DriftView) -> None:
    for one in view.drifted:
        say_findings(one.findings, view.integration)
        known = f"; {one.noted_by} knows of it" if one.noted_by else ""
        say(f"  {one.document}, found {moment(one.found_at)}{known}.")
    if view.checked_at is None:
        say(f"{view.integration} was not checked yet.")
    else:
        say(f"Checked {moment(view.checked_at)}: {several(view.documents, 'document')}, {view.differing} differing.")
    if view.next_due is not None:
        say(f"Checked {view.every}, next at {moment(view.next_due)}.")
    elif view.every == "off":
        say("It is not checked by itself.")
