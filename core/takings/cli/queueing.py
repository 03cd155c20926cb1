"""Puts a run into the queue for a worker, and says so."""

from __future__ import annotations

from takings.cli.common import Common
from takings.cli.opening import opened
from takings.cli.output import say, write_json
from takings.domain.period import Period


def put_into_queue(
    common: Common, integration: str, period: Period | None, *, kind: str = "sync", confirm: int | None = None
) -> int:
    """Ask for a run; returns the exit code."""
    with opened(common) as engine:
        run = engine.request_run(common.principal, integration, kind=kind, period=period, confirm=confirm)
    if common.json:
        write_json(run)
    else:
        say(f"Run {run.id} of {run.integration} waits for a worker, at place {run.position}.")
    return 0
