"""`takings report clearing`: how the accounts moved that payment methods are received in."""

from __future__ import annotations

from datetime import datetime

import click

from takings.cli.common import Common, pass_common
from takings.cli.dated import say_documents
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import money, say, table
from takings.cli.periods import period_of, period_options
from takings.cli.printing import Shape, print_options, print_report
from takings.views.reports import ClearingReport


@make(
    examples=(
        "takings report clearing anchor --from 2026-10-01 --to 2026-10-31",
        "takings report clearing anchor --account 612 --csv",
    )
)
@click.argument("integration")
@click.option("--account", default="", metavar="ACCOUNT", help="Only this account: its code, name or id.")
@period_options
@print_options
@pass_common
def command(
    common: Common,
    integration: str,
    *,
    account: str,
    first: datetime | None,
    last: datetime | None,
    shape: Shape,
) -> None:
    """Show what was posted to the clearing accounts of INTEGRATION, to compare with what the bank paid.

    Balances are of documents that takings posted, begun with those before the period; what the bank was paid is not
    in them. Without a period the last 31 days are shown.
    """
    with opened(common) as engine:
        period = period_of(first, last)
        report = engine.clearing_report(common.principal, integration, period, account=account)
    print_report(common, report, shape, show=_show)


def _show(report: ClearingReport) -> None:
    say(f"{report.venue}, {report.first} to {report.last}")
    for account in report.accounts:
        say()
        say(f"{account.account}: {report.currency} {money(account.total, report.currency)}".strip())
        table(
            ("Date", "Document", "About", "Amount", "Balance"),
            [
                (report.first, "", "Opening balance", "", money(account.opening, report.currency)),
                *(
                    (
                        row.business_date,
                        row.document,
                        row.about,
                        money(row.amount, report.currency),
                        money(row.balance, report.currency),
                    )
                    for row in account.rows
                ),
            ],
            right=("Amount", "Balance"),
        )
    say_documents(report.drafts, "Waiting for approval in the ledger, and not in these accounts", report.currency)
