"""`takings worker`: run what is due and what waits in the queue."""

from __future__ import annotations

import threading
from collections.abc import Callable

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import note, say, words
from takings.cli.problems import say_findings
from takings.cli.showing import counts, moment
from takings.cli.stopping import ended_by_signals
from takings.cli.values import WholeNumber
from takings.views import RunView, encode


@make(examples=("takings worker", "takings worker --workers 16", "takings worker --once"))
@click.option("--workers", type=WholeNumber(1, 64), default=4, show_default=True, help="How many runs at a time.")
@click.option("--once", is_flag=True, help="Run what is due and waits now, and end; for cron.")
@pass_common
def command(common: Common, *, workers: int, once: bool) -> int:
    """Sync every integration when it is due, and run what waits in the queue, of all owners.

    It runs until Ctrl-C or SIGTERM: then each run stops after the phase under way, and goes on when a worker is
    started again. Any number of workers can share a database. With --once the exit code is 1 when a run had problems.
    """
    told = _Told(common.json)
    with opened(common) as engine, ended_by_signals() as ended:
        if once:
            engine.run_due(workers=workers, told=told, ended=ended)
            return int(told.problems)
        with engine.running(workers=workers, told=told):
            if not common.json:
                note("Running what is due, until Ctrl-C.")
            ended.wait()
            if not common.json:
                note("Stopping; what is under way is waited for. Press Ctrl-C again to leave it.")
    return 0


class _Told:
    """Writes each run when it has ended; runs end in several threads."""

    def __init__(self, as_json: bool) -> None:
        self.problems = False
        self._lock = threading.Lock()
        self._write: Callable[[RunView], None] = _write_json if as_json else _write

    def __call__(self, run: RunView) -> None:
        with self._lock:
            self.problems |= run.state != "done"
            self._write(run)


def _write(run: RunView) -> None:
    period = f", {run.period}" if run.period else ""
    say(f"{moment(run.ended_at)}: {run.integration} {words(run.state)}{period}: {counts(run.counts)}.")
    say_findings(run.findings, run.integration, indent="  ")


def _write_json(run: RunView) -> None:
    import json  # noqa: PLC0415 - only with --json

    click.echo(json.dumps(encode(run), ensure_ascii=False))
