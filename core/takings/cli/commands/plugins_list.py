"""`takings plugins list`: show the plugins that were found."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from takings.cli.common import Common, pass_common
from takings.cli.describing import plugin_shape
from takings.cli.group import command as make
from takings.cli.opening import plugins
from takings.cli.output import note, say, table, write_json
from takings.cli.stored import read_stored

if TYPE_CHECKING:
    from takings.host import PluginRecord


@make(examples=("takings plugins list", "TAKINGS_DISABLED_PLUGINS=example takings plugins list --all"))
@click.option("--all", "with_missing", is_flag=True, help="Show also those that integrations use and nobody offers.")
@pass_common
def command(common: Common, *, with_missing: bool) -> int:
    """Show each plugin with its state, what it offers, and why it isn't loaded where it isn't.

    Exit code 0 whatever became of them; with --strict 1 when one could not be loaded.
    """
    host = plugins(common, strict=False)
    records = list(host.records())
    _note_unknown(common, {one.id for one in records})
    if with_missing:
        absent = {one.plugin for one in read_stored(common)} - {one.id for one in records}
        records += [host.record(one) for one in sorted(absent)]
    if common.json:
        write_json({"plugins": [plugin_shape(one) for one in records]})
    else:
        _say(records)
    return 1 if common.strict and any(one.state.is_failure for one in records) else 0


def _note_unknown(common: Common, known: set[str]) -> None:
    """Say which plugins are left out by a name that no installed plugin has."""
    from takings.host import from_environment  # noqa: PLC0415 - slow to import; help needs none of it
    from takings.host.selection import EVERY_PLUGIN  # noqa: PLC0415

    for one in sorted(from_environment(os.environ, common.arguments).disabled - known - {EVERY_PLUGIN}):
        note(f"There is no plugin {one} to be left out.")


def _say(records: Sequence[PluginRecord]) -> None:
    rows = [
        (one.id, one.distribution, one.version, one.state.value, f"{one.load_seconds * 1000:.0f}") for one in records
    ]
    table(("Plugin", "Distribution", "Version", "State", "Milliseconds"), rows, right=("Milliseconds",))
    say()
    offered = [(part.id, part.kind.value, part.title) for one in records for part in one.components]
    table(("Component", "Kind", "Title"), offered)
    for one in records:
        for text in filter(None, (one.reason, *one.warnings)):
            say(f"{one.id}: {text}")
