"""`takings alerts show`: where alerts go, what would be told now, and the last digests."""

from __future__ import annotations

from takings.cli.common import Common, pass_common
from takings.cli.group import command as make
from takings.cli.opening import opened
from takings.cli.output import say, table, words, write_json
from takings.cli.showing import moment
from takings.views.alerts import AlertsView


@make(examples=("takings alerts show", "takings alerts show --owner customer-17 --json"))
@pass_common
def command(common: Common) -> None:
    """Show where the owner's alerts go, what the next digest would say, and the digests that were sent."""
    with opened(common) as engine:
        view = engine.alerts(common.principal)
    if common.json:
        write_json(view)
    else:
        say_alerts(view)


def say_alerts(view: AlertsView) -> None:
    """Write an owner's alerts."""
    to = ", ".join(one for one in (view.address, view.operator) if one) or "nobody"
    say(f"Alerts go to {to}, by {', '.join(view.notifiers) or 'nothing'}.")
    say(f"Standing: {view.standing}, of which {view.new} not told yet. Last digest: {moment(view.last_digest_at)}.")
    if view.new:
        say(f"The next one: {view.subject}")
        for line in view.text.splitlines():
            say(f"  {line}")
    rows = [(moment(one.made_at), one.notifier, words(one.state), one.subject, one.reason) for one in view.digests]
    table(("Made", "By", "State", "Subject", "Reason"), rows)
