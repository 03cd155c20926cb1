"""`takings payments`: post the payments of documents that were approved in the ledger."""

from __future__ import annotations

import click

from takings.cli.asking import confirm_with
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import money, say, several, table, words, write_json
from takings.cli.problems import say_findings
from takings.cli.progress import Meter
from takings.cli.showing import counts
from takings.cli.stopping import telling_of_the_stop
from takings.cli.values import WholeNumber
from takings.domain.findings import Severity
from takings.views.paying import UnpaidView


@make(
    examples=(
        "takings payments anchor --list",
        "takings payments anchor",
        "takings payments anchor --confirm 3",
    )
)
@click.argument("integration")
@click.option("--list", "listed", is_flag=True, help="Show drafts and documents whose payments wait; post nothing.")
@click.option("--confirm", type=WholeNumber(0), metavar="COUNT", help="Post if so many documents are ready.")
@pass_common
def command(common: Common, integration: str, *, listed: bool, confirm: int | None) -> int:
    """Post the payments of documents of INTEGRATION that were approved in the ledger.

    A ledger takes payments on approved documents only: those of a draft wait. What was edited or removed in the
    ledger meanwhile is told, and its payments are not posted. Exit code 1 when something was left.
    """
    with opened(common) as engine, telling_of_the_stop(), Meter() as meter:
        view = engine.unpaid(common.principal, integration)
        if listed or not view.count:
            return _say_waiting(view, as_json=common.json)
        run = engine.post_payments(
            common.principal,
            integration,
            confirm=confirm_with(confirm, meter, question="Post the payments?", left="No payment was posted."),
            progress=meter,
        )
    if common.json:
        write_json(run)
    else:
        say_findings(run.findings, integration)
        say(f"{words(run.state).capitalize()}: {counts(run.counts)}.")
    # What was changed or removed in the ledger is left, though that is a warning only.
    left = any(one.severity is not Severity.INFO for one in run.findings)
    return 1 if left or run.state != "done" else 0


def _say_waiting(view: UnpaidView, *, as_json: bool) -> int:
    if as_json:
        write_json(view)
        return _code(view)
    rows = [
        (
            one.business_date,
            one.number or "(by the ledger)",
            words(one.kind),
            money(one.total, one.currency),
            len(one.payments),
            one.status.capitalize(),
            words(one.state),
        )
        for one in view.documents
    ]
    headings = ("Date", "Number", "Kind", "Total", "Payments", "In the ledger", "State")
    table(headings, rows, right=("Total", "Payments"))
    found = [finding for one in view.documents if one.state != "ready" for finding in one.findings]
    say_findings(found, view.integration)
    ready = f"{several(view.count, 'document')} with payments of {view.currency} {money(view.total, view.currency)}"
    say(f"{ready} can be paid now." if view.count else "No payments can be posted now.")
    return _code(view)


def _code(view: UnpaidView) -> int:
    return 1 if any(one.state in ("kept", "changed", "gone") for one in view.documents) else 0
