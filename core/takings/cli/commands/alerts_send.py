"""`takings alerts send`: send the digests that are due."""

from __future__ import annotations

from datetime import timedelta

import click

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import note, say, several, write_json
from takings.cli.stopping import ended_by_signals


@make(examples=("takings alerts send --once", "takings alerts send"))
@click.option("--once", is_flag=True, help="Send what is due now, without waiting for more, and end; for cron.")
@pass_common
def command(common: Common, *, once: bool) -> None:
    """Send the digests of all owners that are due, and look each minute until Ctrl-C or SIGTERM.

    `takings worker` and `takings serve` do the same beside their work. Any number of programs may: each digest is
    sent once.
    """
    from takings.engine.running import ALERTS_EVERY  # noqa: PLC0415 - slow to import; help needs none of it

    with opened(common) as engine, ended_by_signals() as ended:
        if once:
            _say(common, engine.send_alerts(gather=timedelta(0)))
            return
        if not common.json:
            note("Sending what is due, until Ctrl-C.")
        while True:
            sent = engine.send_alerts()
            if sent:
                _say(common, sent)
            if ended.wait(ALERTS_EVERY):
                return


def _say(common: Common, sent: int) -> None:
    if common.json:
        write_json({"sent": sent})
    else:
        say(f"{several(sent, 'digest')} sent.")
