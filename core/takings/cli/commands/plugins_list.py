"""`takings plugins list`: show the plugins that were found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import plugins
from takings.cli.output import say, table, write_json

if TYPE_CHECKING:
    from takings.host import PluginRecord


@make(examples=("takings plugins list", "TAKINGS_DISABLED_PLUGINS=example takings plugins list"))
@pass_common
def command(common: Common) -> int:
    """Show each plugin with its state, what it offers, and why it isn't loaded where it isn't.

    Exit code 1 when one could not be loaded.
    """
    records = plugins(common).records()
    if common.json:
        write_json({"plugins": [_as_dict(one) for one in records]})
    else:
        _say(records)
    return 1 if any(one.state.is_failure for one in records) else 0


def _as_dict(record: PluginRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "distribution": record.distribution,
        "version": record.version,
        "state": record.state.value,
        "reason": record.reason,
        "warnings": record.warnings,
        "load_seconds": f"{record.load_seconds:.3f}",
        "components": [{"kind": one.kind.value, "id": one.id, "title": one.title} for one in record.components],
    }


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
