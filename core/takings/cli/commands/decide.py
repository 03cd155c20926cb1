"""`takings decide`: say what becomes of held and changed days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from takings.cli.carrying_out import carry_out
from takings.cli.closes import CLOSE
from takings.cli.commands.sync import say_run
from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, write_json
from takings.cli.problems import has_errors
from takings.cli.progress import Meter
from takings.cli.showing import days_table
from takings.cli.stopping import telling_of_the_stop
from takings.domain.period import Period
from takings.store.states import Decision
from takings.views import DayView, RunView

if TYPE_CHECKING:
    from takings.engine import Engine

#: States of days of which something is left to be done.
_LEFT = ("held", "posting", "partly", "changed", "undone")

_NAMES = [one.value.replace("_", "-") for one in Decision]


@make(
    examples=(
        "takings decide anchor repost 2026-10-21",
        "takings decide anchor adjust 2026-10-21 2026-10-22 --later",
        'takings decide anchor leave 2026-10-21 --reason "A training sale"',
        'takings decide anchor never 2026-10-05 --reason "Posted by hand"',
        'takings decide anchor post-difference 2026-10-15 --reason "Float was short"',
    )
)
@click.argument("integration")
@click.argument("decision", type=click.Choice(_NAMES))
@click.argument("days", nargs=-1, required=True, type=CLOSE, metavar="DAY...")
@click.option("--reason", default="", metavar="TEXT", help="Why; never, post-difference and post-anyway need one.")
@click.option("--account", default="", metavar="CODE", help="The point of sale's account for a difference.")
@click.option("--later", is_flag=True, help="Leave what is to be posted to the next sync.")
@pass_common
def command(
    common: Common,
    integration: str,
    *,
    decision: str,
    days: tuple[tuple[date, int], ...],
    reason: str,
    account: str,
    later: bool,
) -> int:
    """Decide what becomes of DAYs of INTEGRATION: of all of them, or of none.

    repost undoes a day and posts it anew, adjust posts the difference, leave keeps what was posted; never keeps a day
    out of the ledger, post-difference posts an unbalanced one, post-anyway one that looks unusual or posted already,
    reconsider takes a decision back. Who decided and why is kept. Exit code 1 when what was decided could not be
    carried out whole.
    """
    with opened(common) as engine, telling_of_the_stop(), Meter() as meter:
        decided = engine.decide(
            common.principal,
            integration,
            days,
            decision=Decision(decision.replace("-", "_")),
            reason=reason,
            account=account,
        )
        run, after = None, decided.days
        if decided.to_do and not later:
            run, after = _carry_out(engine, common, integration, days=days, meter=meter)
    if common.json:
        write_json({"decided": decided, "run": run, "days": after})
    else:
        if run is not None:
            say_run(run, integration)
        days_table(after)
        if decided.to_do and later:
            say("The next sync carries it out.")
    return 0 if run is None or _is_whole(run, after) else 1


def _is_whole(run: RunView, days: Sequence[DayView]) -> bool:
    """Whether a decision on these days was carried out; a run tells of others of its period, too."""
    if run.state not in ("done", "problems") or has_errors(run.findings):
        return False
    return not any(day.state in _LEFT or has_errors(day.findings) for day in days)


def _carry_out(
    engine: Engine, common: Common, integration: str, *, days: Sequence[tuple[date, int]], meter: Meter
) -> tuple[RunView, tuple[DayView, ...]]:
    period = Period(min(days)[0], max(days)[0])
    run = carry_out(engine, common, integration, period=period, meter=meter)
    shown = engine.days(common.principal, integration, period)
    return run, tuple(one for one in shown if (one.business_date, one.sequence) in set(days))
