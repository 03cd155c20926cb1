"""`takings report month`: the summary of a month."""

from __future__ import annotations

from datetime import date

import click

from takings.cli.common import Common, pass_common
from takings.cli.dated import say_documents
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import money, say, several, table, words
from takings.cli.periods import last_full_month
from takings.cli.printing import Shape, print_options, print_report
from takings.cli.taxes import say_taxes
from takings.cli.values import Month
from takings.views.reports import AccountSum, MonthSummary


@make(
    examples=(
        "takings report month anchor 2026-10",
        "takings report month anchor 2026-10 --csv > october.csv",
    )
)
@click.argument("integration")
@click.argument("month", type=Month(), metavar="YYYY-MM", required=False)
@print_options
@pass_common
def command(common: Common, integration: str, month: date | None, *, shape: Shape) -> None:
    """Show takings, tax, payment methods and accounts of INTEGRATION over a month, by default the last full one."""
    with opened(common) as engine:
        summary = engine.month_summary(common.principal, integration, month or last_full_month().first)
    print_report(common, summary, shape, show=_show)


def _show(summary: MonthSummary) -> None:
    currency = summary.currency
    say(f"{summary.venue}, {summary.month:%B %Y}")
    _days(summary)
    say()
    _sums(summary)
    say()
    moved = [_account(one, currency) for one in summary.accounts]
    say("Accounts, of what was posted")
    table(("Account", "Debit", "Credit", "Tax in it"), moved, right=("Debit", "Credit", "Tax in it"))
    say()
    posted = f"{currency} {money(summary.posted, currency)}".strip()
    say(
        f"{posted} posted in {several(summary.documents, 'document')}, {money(summary.tax, currency)} of it tax; "
        f"{money(summary.waiting, currency)} not posted."
    )
    if summary.drafts:
        say(f"{money(summary.unapproved, currency)} waits for approval in {several(len(summary.drafts), 'draft')}.")
    say_taxes(summary.tax_compared, currency)
    if summary.missing:
        say(f"No close has arrived for {', '.join(map(str, summary.missing))}.")
    for finding in summary.drift:
        say(f"Differs in the ledger: {finding}")
    say_documents(summary.drafts, "Waiting for approval in the ledger", currency)
    say_documents(summary.dated_elsewhere, "For these days, and dated in another month of the ledger", currency)
    say_documents(summary.dated_here, "Dated in this month of the ledger, and for other days", currency)


def _days(summary: MonthSummary) -> None:
    currency = summary.currency
    table(
        ("Date", "State", "Documents", "Taken", "Posted", "Tax"),
        [
            (
                one.business_date,
                "waiting for approval" if one.unapproved and not one.posted else words(one.state),
                ", ".join(one.numbers),
                money(one.total, currency),
                money(one.posted, currency),
                money(one.tax, currency),
            )
            for one in summary.days
        ],
        right=("Taken", "Posted", "Tax"),
    )


def _sums(summary: MonthSummary) -> None:
    currency = summary.currency
    say("Payment methods, of all days")
    table(
        ("Payment method", "Account", "Recorded", "Counted"),
        [
            (one.name, one.account, money(one.recorded, currency), money(one.counted, currency))
            for one in summary.tenders
        ],
        right=("Recorded", "Counted"),
    )
    say()
    say("Tax by rate, of what was posted")
    table(
        ("Rate", "Without tax", "Tax", "With tax"),
        [
            (one.tax, money(one.net, currency), money(one.amount, currency), money(one.gross, currency))
            for one in summary.taxes
        ],
        right=("Without tax", "Tax", "With tax"),
    )


def _account(one: AccountSum, currency: str) -> tuple[str, str, str, str]:
    shown, tax = money(abs(one.amount), currency), money(one.tax, currency) if one.tax else ""
    return (one.account, shown, "", tax) if one.amount >= 0 else (one.account, "", shown, tax)
