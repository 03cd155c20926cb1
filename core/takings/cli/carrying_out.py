"""Posts at once what was decided about held days, and says how to go on where a day of the past waits."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from takings.cli.asking import Declined, confirm_with
from takings.cli.common import Common
from takings.cli.progress import Meter
from takings.domain.period import Period
from takings.errors import ConfirmationNeeded
from takings.views import RunView

if TYPE_CHECKING:
    from takings.engine import Engine


class OfThePast(ConfirmationNeeded):
    """What was decided stands, and its days are of a time that nobody has confirmed yet."""

    def __init__(self, asked: ConfirmationNeeded, command: str) -> None:
        super().__init__(asked.count, asked.summary)
        self.command = command

    def __str__(self) -> str:
        return (
            "What you decided is kept, and nothing is posted yet: nobody has confirmed the days of that time. "
            f"{self.summary} If that is right: {self.command}"
        )


def carry_out(engine: Engine, common: Common, integration: str, *, period: Period, meter: Meter) -> RunView:
    """Sync a period of what is stored; raises OfThePast where it must be confirmed and nobody can be asked."""
    try:
        return engine.sync(
            common.principal, integration, period, confirm=confirm_with(None, meter), pull=False, progress=meter
        )
    except Declined:
        raise
    except ConfirmationNeeded as asked:
        named = f"{shlex.quote(integration)} --from {period.first} --to {period.last}"
        raise OfThePast(asked, f"takings sync {named} --no-pull --confirm {asked.count}") from None
