"""`takings delete`: delete an integration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from takings.cli.asking import can_ask
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import note, say, several, write_json

if TYPE_CHECKING:
    from takings.views.history import DeletedView


@make(examples=("takings delete anchor", "takings delete anchor --yes"))
@click.argument("integration")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_common
def command(common: Common, integration: str, *, yes: bool) -> None:
    """Delete INTEGRATION with its days, its mapping and its runs. Disconnect its ledger first.

    What was posted stays in the ledger, and the audit trail is kept.
    """
    with opened(common) as engine:
        if not yes:
            _ask(engine.what_deleting_removes(common.principal, integration))
        view = engine.delete(common.principal, integration)
    if common.json:
        write_json(view)
        return
    say(f"{view.integration} is deleted, with {several(view.days, 'day')}. {view.stays}")


def _ask(view: DeletedView) -> None:
    if not can_ask():
        raise click.UsageError("This can't be taken back; say --yes.")
    note(f"This removes {view.integration} with {several(view.days, 'day')} from here. {view.stays}")
    if not click.confirm("Delete it?", default=False, err=True):
        raise click.UsageError("Nothing was deleted.")
