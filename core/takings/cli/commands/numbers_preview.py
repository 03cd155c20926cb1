"""`takings numbers preview`: show the next document numbers."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import table, write_json
from takings.cli.problems import has_errors, say_findings
from takings.cli.settings import read_settings


@make(
    examples=(
        "takings numbers preview anchor",
        "takings numbers preview anchor --numbering builtin:pattern --numbering-set 'pattern={site}-{number}'",
    )
)
@click.argument("integration")
@click.option("--numbering", metavar="COMPONENT", help="Another strategy than the integration's.")
@click.option("--numbering-set", multiple=True, metavar="NAME=VALUE", help="A setting of the numbering.")
@click.option("--count", type=click.IntRange(1, 100), default=3, show_default=True, help="How many to show.")
@pass_common
def command(
    common: Common, integration: str, *, numbering: str | None, numbering_set: tuple[str, ...], count: int
) -> int:
    """Show the numbers that the next days of INTEGRATION get. Nothing is reserved and nobody is asked.

    Exit code 1 when the ledger would not take them.
    """
    settings = read_settings(numbering_set, "--numbering-set")
    with opened(common) as engine:
        shown = engine.preview_numbers(
            common.principal, integration, numbering=numbering, numbering_settings=settings or None, count=count
        )
    findings = list({one.code: one for number in shown for one in number.findings}.values())
    if common.json:
        write_json({"numbers": shown})
    else:
        rows = [(one.business_date, one.sequence, one.number or "(by the ledger)") for one in shown]
        table(("Date", "Close", "Number"), rows, right=("Close",))
        say_findings(findings, integration)
    return 1 if has_errors(findings) else 0
