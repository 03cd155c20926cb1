"""`takings integrations set`: change an integration's settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click

from takings.cli.combining import combining_options
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import write_json
from takings.cli.settings import settings_options
from takings.cli.showing import say_integration
from takings.cli.values import Day
from takings.store.states import LateChanges


@make(
    examples=(
        "takings integrations set anchor --start-date 2026-10-01",
        "takings integrations set anchor --late-changes adjust",
        "takings integrations set anchor --combine week --week-starts tuesday",
        "takings integrations set anchor --closed 2026-12-25",
        "takings integrations set anchor --numbering builtin:dated --numbering-set prefix=POS-",
    )
)
@click.argument("integration")
@click.option("--start-date", type=Day(), metavar="YYYY-MM-DD", help="Days before it are the past.")
@click.option(
    "--late-changes",
    type=click.Choice([one.value for one in LateChanges]),
    help="What becomes of posted days that change.",
)
@settings_options
@combining_options
@pass_common
def command(
    common: Common,
    integration: str,
    *,
    start_date: datetime | None,
    late_changes: str | None,
    closed: Mapping[bool, Sequence[date]],
    changes: dict[str, Any],
) -> None:
    """Change settings of INTEGRATION. What is not named stays as it is."""
    if start_date is not None:
        changes["start_date"] = start_date.date()
    if not changes and late_changes is None and not closed:
        raise click.UsageError("Nothing to change was named.")
    with opened(common) as engine:
        if late_changes is not None:
            view = engine.set_late_changes(common.principal, integration, late_changes)
        for was, dates in closed.items():
            view = engine.set_closed(common.principal, integration, dates, closed=was)
        if changes:
            view = engine.configure(common.principal, integration, **changes)
    if common.json:
        write_json(view)
    else:
        say_integration(view)
