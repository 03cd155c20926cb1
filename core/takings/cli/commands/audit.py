"""`takings audit`: show who did what."""

from __future__ import annotations

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, table, write_json
from takings.cli.showing import moment
from takings.cli.values import WholeNumber


@make(examples=("takings audit", "takings audit anchor --limit 20"))
@click.argument("integration", required=False)
@click.option("--limit", type=WholeNumber(1), default=50, show_default=True, help="How many, the last first.")
@click.option("--before", type=WholeNumber(1), default=None, help="Only events older than this one.")
@pass_common
def command(common: Common, integration: str | None, *, limit: int, before: int | None) -> None:
    """Show the audit trail, of one INTEGRATION or of all: who did what and when. Nothing can be removed from it."""
    with opened(common) as engine:
        page = engine.audit_trail(common.principal, integration, before=before or 0, limit=limit)
    if common.json:
        write_json(page)
        return
    if not page.events:
        say("Nothing was done here yet.")
    rows = [
        (one.id, moment(one.at), one.principal, one.action, one.integration_name, _details(one.details))
        for one in page.events
    ]
    table(("Event", "When", "Who", "What", "Integration", "Details"), rows, right=("Event",))
    if page.older:
        say(f"There are older ones: --before {page.older}")


def _details(details: dict[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in details.items())
