"""`takings status`: a short overview, from SQLite directly: the engine takes ten times as long to import."""

from __future__ import annotations

import os
from typing import Any

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make


@make(examples=("takings status", "takings status --json", "takings status --check || mail-the-bookkeeper"))
@click.option("--check", is_flag=True, help="Exit code 1 when something needs attention.")
@pass_common
def command(common: Common, *, check: bool) -> int:
    """Show for each integration its state, days and last run. Nobody is called and nothing is changed."""
    rows = _rows(common)
    if common.json:
        import json  # noqa: PLC0415 - only with --json

        click.echo(json.dumps({"integrations": rows}, ensure_ascii=False, indent=2))
    elif not rows:
        click.echo("There are no integrations yet; create one with: takings provision NAME")
    else:
        _say(rows)
    return 1 if check and any(one["needs_attention"] for one in rows) else 0


def _rows(common: Common) -> list[dict[str, Any]]:
    named = common.database or os.environ.get("TAKINGS_DATABASE", "")
    if "://" in named:
        from takings.cli.overview import by_engine  # noqa: PLC0415 - brings the whole engine in

        return by_engine(common)
    from takings.cli.overview_sqlite import by_sqlite  # noqa: PLC0415

    return by_sqlite(named, common.owner_name)


def _say(rows: list[dict[str, Any]]) -> None:
    from takings.cli.text import aligned, clean  # noqa: PLC0415 - not needed with --json

    cells = [["Integration", "State", "Ledger", "Days", "Open codes", "Last run"]]
    for one in rows:
        days = ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in one["days"].items()) or "none"
        last = f"{one['last_run'][:16].replace('T', ' ')} {one['last_run_state']}" if one["last_run"] else "never"
        state = one["state"].replace("_", " ")
        ledger = one["organisation"] or "not connected"
        cells.append([clean(cell) for cell in (one["name"], state, ledger, days, one["open_codes"], last)])
    for line in aligned(cells, [False, False, False, False, True, False]):
        click.echo(line)
