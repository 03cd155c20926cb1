"""`takings confirm`: say that held days are right although they look unusual, or posted already."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from takings.cli.asking import can_ask
from takings.cli.carrying_out import carry_out
from takings.cli.commands.sync import say_run
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import note, say, several, write_json
from takings.cli.periods import period_of, period_options
from takings.cli.problems import has_errors, say_held
from takings.cli.progress import Meter
from takings.cli.showing import days_table
from takings.cli.stopping import telling_of_the_stop
from takings.cli.values import WholeNumber
from takings.domain.period import Period
from takings.errors import ConfirmationNeeded
from takings.store.states import DayState
from takings.views import DecidedView, RunView, ToConfirmView

if TYPE_CHECKING:
    from takings.engine import Engine


@make(
    examples=(
        "takings confirm anchor",
        'takings confirm anchor --reason "Cup week" --confirm 3',
        'takings confirm anchor --from 2026-10-30 --to 2026-11-05 --reason "Cup week" --later',
    )
)
@click.argument("integration")
@period_options
@click.option("--reason", default="", metavar="TEXT", help="Why they are right. Without it they are only shown.")
@click.option("--confirm", "count", type=WholeNumber(0), metavar="COUNT", help="Confirm them if they are this many.")
@click.option("--later", is_flag=True, help="Leave the posting to the next sync.")
@pass_common
def command(
    common: Common,
    integration: str,
    *,
    first: datetime | None,
    last: datetime | None,
    reason: str,
    count: int | None,
    later: bool,
) -> int:
    """Show the held days of INTEGRATION that look unusual or posted already, and confirm them in one go.

    With --reason they are confirmed, when somebody agrees at the terminal or --confirm gives their count, and posted.
    Who confirmed and why is kept. Days of the past that nobody has confirmed as such are told with the command that
    posts them. Exit code 1 when days wait to be confirmed, or could not be posted whole.
    """
    period = period_of(first, last)
    with opened(common) as engine, telling_of_the_stop(), Meter() as meter:
        waiting = engine.to_confirm(common.principal, integration, period)
        if not reason or not waiting.count:
            pending = engine.days(common.principal, integration, period, states=(DayState.PENDING.value,))
            return _show(common, integration, waiting, pending=len(pending))
        _agree(common, waiting, count)
        decided = engine.confirm_days(common.principal, integration, period, reason=reason, count=waiting.count)
        run = None if later else _post(engine, common, integration, decided=decided, meter=meter)
    return _told(common, integration, waiting, decided=decided, run=run)


def _show(common: Common, integration: str, waiting: ToConfirmView, *, pending: int) -> int:
    if common.json:
        write_json({"waiting": waiting, "decided": None, "run": None})
    elif not waiting.count:
        say(
            "No day waits to be confirmed."
            + (f" {several(pending, 'day')} wait{'s' if pending == 1 else ''} for a sync." if pending else "")
        )
    else:
        say_held(waiting.days, integration)
        say(f"{waiting} If they are right: takings confirm {integration} --reason TEXT")
    return 1 if waiting.count else 0


def _agree(common: Common, waiting: ToConfirmView, count: int | None) -> None:
    """Return where somebody agrees; raises ConfirmationNeeded otherwise."""
    if count is None and can_ask():
        say_held(waiting.days, waiting.integration)
        note(waiting)
        if click.confirm("Post them?", default=False, err=True):
            return
    if count != waiting.count:
        raise ConfirmationNeeded(waiting.count, str(waiting), given=count)


def _post(engine: Engine, common: Common, integration: str, *, decided: DecidedView, meter: Meter) -> RunView:
    dates = [one.business_date for one in decided.days]
    return carry_out(engine, common, integration, period=Period(min(dates), max(dates)), meter=meter)


def _told(
    common: Common, integration: str, waiting: ToConfirmView, *, decided: DecidedView, run: RunView | None
) -> int:
    if common.json:
        write_json({"waiting": waiting, "decided": decided, "run": run})
    else:
        say(f"Confirmed {several(len(decided.days), 'day')}.")
        if run is None:
            days_table(decided.days)
            say("The next sync posts them.")
        else:
            say_run(run, integration)
    return 0 if run is None or (run.state == "done" and not has_errors(run.findings)) else 1
