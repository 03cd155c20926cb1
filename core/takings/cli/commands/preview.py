"""`takings preview`: show what a sync would post."""

from __future__ import annotations

from datetime import datetime

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import money, say, several, table, write_json
from takings.cli.periods import period_of, period_options
from takings.cli.problems import has_errors, say_documents_findings, say_findings, say_held
from takings.cli.showing import documents_table
from takings.cli.taxes import say_taxes
from takings.views import DocumentView, PreviewView


@make(examples=("takings preview anchor", "takings preview anchor --from 2026-10-01 --to 2026-10-31 --lines"))
@click.argument("integration")
@period_options
@click.option("--lines", is_flag=True, help="Show each document's lines and payments too.")
@pass_common
def command(common: Common, integration: str, *, first: datetime | None, last: datetime | None, lines: bool) -> int:
    """Show what a sync of INTEGRATION would post now, from the days that are there. Nothing is posted.

    What holds several days is told once; with --verbose for each day. Exit code 1 when days are held.
    """
    period = period_of(first, last)
    with opened(common) as engine:
        view = engine.preview(common.principal, integration, period)
    if common.json:
        write_json(view)
    else:
        _say(view, lines=lines, whole=common.verbose)
    return 1 if view.held or has_errors(view.findings) else 0


def _say(view: PreviewView, *, lines: bool, whole: bool) -> None:
    documents_table(view.documents)
    if lines:
        for one in view.documents:
            _say_lines(one)
    say_documents_findings(view.documents)
    say_held(view.held, view.integration, whole=whole)
    say_findings(view.findings, view.integration)
    for day in view.nothing:
        say(f"Nothing to post: {day.business_date}.")
    say_taxes(view.tax_compared, view.currency)
    say(
        f"{several(len(view.documents), 'document')} and {several(view.payments, 'payment')}, "
        f"{view.currency} {money(view.total, view.currency)} with {money(view.tax, view.currency)} tax, "
        f"would go to {view.organisation} for {view.period}."
    )


def _say_lines(document: DocumentView) -> None:
    say()
    say(f"{document.business_date} {document.number}")
    currency = document.currency
    rows = [
        (one.description, one.account, one.tax, money(one.amount, currency), money(one.tax_amount, currency))
        for one in document.lines
    ]
    table(("Line", "Account", "Tax rate", "Amount", "Tax"), rows, right=("Amount", "Tax"))
    paid = [(one.payment_method, one.account, money(one.amount, currency)) for one in document.payments]
    table(("Payment", "Account", "Amount"), paid, right=("Amount",))
