"""The overview of `takings status` by the engine, for databases on a server."""

from __future__ import annotations

from typing import Any

from takings.cli.common import Common
from takings.cli.opening import opened
from takings.cli.overview_sqlite import overview


def by_engine(common: Common) -> list[dict[str, Any]]:
    """Return one dictionary for each integration of the owner, in the shape of `by_sqlite`."""
    with opened(common) as engine:
        return [
            overview(
                name=one.name,
                state=one.state,
                reason=one.reason,
                organisation=one.target.name if one.target else "",
                connection=one.target.state if one.target else "",
                days=one.days,
                open_codes=one.open_codes,
                last_run=one.last_run.isoformat() if one.last_run else None,
                last_run_state=one.last_run_state,
            )
            for one in engine.integrations(common.principal)
        ]
