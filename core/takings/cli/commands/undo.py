"""`takings undo`: take back what was posted."""

from __future__ import annotations

from datetime import date, datetime

import click

from takings.cli.asking import confirm_with
from takings.cli.closes import CLOSE
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, several, words, write_json
from takings.cli.periods import period_of, period_options
from takings.cli.problems import has_errors, say_findings
from takings.cli.progress import Meter
from takings.cli.showing import counts, documents_table
from takings.cli.stopping import telling_of_the_stop
from takings.cli.values import WholeNumber
from takings.domain.durations import about
from takings.views import RunView, UndoPreview


@make(
    examples=(
        "takings undo anchor 2026-10-21",
        "takings undo anchor --from 2026-10-01 --to 2026-10-31 --preview",
        "takings undo anchor --from 2026-10-01 --to 2026-10-31 --confirm 31",
        "takings undo anchor --run 5f0c1e9a2b7d4c33 --queue --confirm 31",
    )
)
@click.argument("integration")
@click.argument("days", nargs=-1, type=CLOSE, metavar="[DAY]...")
@period_options
@click.option("--run", default="", metavar="RUN", help="What this run posted.")
@click.option("--preview", is_flag=True, help="Show what would be taken back, and take nothing back.")
@click.option("--confirm", type=WholeNumber(0), metavar="COUNT", help="Take documents back if they are this many.")
@click.option("--queue", is_flag=True, help="Let a worker do it, and return at once; needs --confirm.")
@pass_common
def command(  # noqa: PLR0913 - what click passes
    common: Common,
    integration: str,
    *,
    days: tuple[tuple[date, int], ...],
    first: datetime | None,
    last: datetime | None,
    run: str,
    preview: bool,
    confirm: int | None,
    queue: bool,
) -> int:
    """Take back what was posted for DAYs of INTEGRATION, for a period, or by a run.

    Payments are removed and documents voided; where the ledger allows neither, they are reversed by opposite
    documents. What can't be taken back is said in the ledger's own words. Days that are taken back are not posted
    again unasked. Exit code 1 when something was left.
    """
    period = period_of(first, last)
    with opened(common) as engine, telling_of_the_stop(), Meter() as meter:
        if preview:
            view = engine.preview_undo(common.principal, integration, period, run=run, days=days)
            return _say_preview(view, as_json=common.json)
        if queue:
            asked = engine.request_undo(common.principal, integration, period, run=run, days=days, confirm=confirm)
            return _say_queued(asked, as_json=common.json)
        done = engine.undo(
            common.principal,
            integration,
            period,
            run=run,
            days=days,
            confirm=confirm_with(confirm, meter, question="Take them back?", left="Nothing was taken back."),
            progress=meter,
        )
    if common.json:
        write_json(done)
    else:
        say_undone(done, integration)
    return 0 if done.state == "done" and not has_errors(done.findings) else 1


def _say_preview(view: UndoPreview, *, as_json: bool) -> int:
    if as_json:
        write_json(view)
        return 1 if view.left else 0
    documents_table(view.documents)
    say_findings(view.findings, view.integration)
    if not view.count and not view.left:
        say(f"Nothing of it stands in {view.organisation}: there is nothing to take back.")
        return 0
    say(
        f"{several(view.count, 'document')} with {several(view.payments, 'payment')} would be taken back from "
        f"{view.organisation} in {several(view.calls, 'call')}, which takes about {about(view.seconds)}."
    )
    if view.left:
        say(f"{several(len(view.left), 'document')} can't be taken back now.")
    return 1 if view.left else 0


def _say_queued(run: RunView, *, as_json: bool) -> int:
    if as_json:
        write_json(run)
    else:
        say(f"Run {run.id} of {run.integration} waits for a worker, at place {run.position}.")
    return 0


def say_undone(run: RunView, integration: str) -> None:
    """Write what a run took back, and what it could not."""
    documents_table(run.documents)
    say_findings(run.findings, integration)
    ended = {"done": "Done", "problems": "Done, with problems", "failed": "Failed"}.get(run.state, words(run.state))
    say(f"{ended}, {run.period}: {counts(run.counts)}.")
