"""`takings plugins list`: show the plugins that were found."""

from __future__ import annotations

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import plugins
from takings.cli.output import say, table, write_json


@make(examples=("takings plugins list", "TAKINGS_DISABLED_PLUGINS=example takings plugins list"))
@pass_common
def command(common: Common) -> int:
    """Show each plugin with its state, what it offers, and why it isn't loaded where it isn't.

    Exit code 1 when one could not be loaded.
    """
    records = plugins(common).records()
    if common.json:
        shown = [
            {
                "id": one.id,
                "distribution": one.distribution,
                "version": one.version,
                "state": one.state.value,
                "reason": one.reason,
                "warnings": one.warnings,
                "load_seconds": f"{one.load_seconds:.3f}",
                "components": [
                    {"kind": part.kind.value, "id": part.id, "title": part.title} for part in one.components
                ],
            }
            for one in records
        ]
        write_json({"plugins": shown})
    else:
        rows = [
            (one.id, one.distribution, one.version, one.state.value, f"{one.load_seconds * 1000:.0f}")
            for one in records
        ]
        table(("Plugin", "Distribution", "Version", "State", "Milliseconds"), rows, right=("Milliseconds",))
        say()
        table(
            ("Component", "Kind", "Title"),
            [(part.id, part.kind.value, part.title) for one in records for part in one.components],
        )
        for one in records:
            for text in filter(None, (one.reason, *one.warnings)):
                say(f"{one.id}: {text}")
    return 1 if any(one.state.is_failure for one in records) else 0
