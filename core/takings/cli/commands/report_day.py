"""`takings report day`: one trading day, whole."""

from __future__ import annotations

from datetime import datetime

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import money, say, table, words
from takings.cli.printing import Shape, print_options, print_report
from takings.cli.taxes import say_taxes
from takings.cli.values import Day
from takings.views.reports import DaySheet


@make(
    examples=(
        "takings report day anchor 2026-10-01",
        "takings report day anchor 2026-10-01 --html > day.html",
    )
)
@click.argument("integration")
@click.argument("day", type=Day(), metavar="YYYY-MM-DD")
@print_options
@pass_common
def command(common: Common, integration: str, day: datetime, *, shape: Shape) -> None:
    """Show what INTEGRATION took on a day, how it was paid, and what was posted for it."""
    with opened(common) as engine:
        sheet = engine.day_sheet(common.principal, integration, day.date())
    print_report(common, sheet, shape, show=_show)


def _show(sheet: DaySheet) -> None:
    say(f"{sheet.venue}, {sheet.business_date}: {sheet.currency} {money(sheet.total, sheet.currency)}")
    for close in sheet.closes:
        say()
        say(f"Close {close.sequence}, revision {close.revision}: {words(close.state)}")
        table(
            ("Line", "Kind", "Account", "Tax", "Amount"),
            [
                (one.name or one.code, words(one.kind), one.account, one.tax, money(one.amount, sheet.currency))
                for one in close.lines
            ],
            right=("Amount",),
        )
        if close.tax_on_top:
            say(f"Tax on top: {money(close.tax_on_top, sheet.currency)}")
        table(
            ("Payment method", "Account", "Recorded", "Counted"),
            [
                (one.name, one.account, money(one.recorded, sheet.currency), money(one.counted, sheet.currency))
                for one in close.tenders
            ],
            right=("Recorded", "Counted"),
        )
        for document in close.documents:
            total = money(document.total, sheet.currency)
            period = f", for {document.period}" if document.period else ""
            waits = ", waiting for approval" if document.draft else ""
            say(f"{document.kind} {document.number} of {document.day}{period}: {total}{waits}")
        for finding in close.findings:
            say(finding)
    say_taxes(sheet.tax_compared, sheet.currency)
