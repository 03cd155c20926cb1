"""The overview of `takings status` by the engine, for databases on a server."""

from __future__ import annotations

from typing import Any

from takings.cli.common import Common
from takings.cli.opening import opened
from takings.cli.overview_sqlite import overview

_NOT_BEGUN = ("queued", "cancelled")


def by_engine(common: Common) -> list[dict[str, Any]]:
    """Return one dictionary for each integration of the owner, in the shape of `by_sqlite`."""
    with opened(common) as engine:
        found = []
        for one in engine.integrations(common.principal):
            runs = [run for run in engine.runs(common.principal, one.id) if run.state not in _NOT_BEGUN][:1]
            found.append(
                overview(
                    name=one.name,
                    state=one.state,
                    reason=one.reason,
                    organisation=one.target.name if one.target else "",
                    connection=one.target.state if one.target else "",
                    days=one.days,
                    open_codes=one.open_codes,
                    last_run=runs[0].started_at.isoformat() if runs else None,
                    last_run_state=runs[0].state if runs else "",
                )
            )
    return found
