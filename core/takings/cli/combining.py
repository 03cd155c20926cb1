"""The options that say how closes become documents, read into the changes of an integration's settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import click

from takings.cli.values import Day
from takings.domain.combining import Combining
from takings.domain.schedule import WEEKDAYS


def combining_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command finds the settings in `changes`, and as `closed` the dates by whether it was."""

    def call(*args: Any, changes: dict[str, Any], **values: Any) -> Any:
        pay = values.pop("pay_approved")
        given = {"combining": values.pop("combine"), "week_starts": values.pop("week_starts")}
        given |= {"pay_approved": None if pay is None else pay == "itself"}
        dates = {True: values.pop("closed"), False: values.pop("not_closed")}
        closed = {was: [one.date() for one in some] for was, some in dates.items() if some}
        changes |= {name: value for name, value in given.items() if value is not None}
        return function(*args, changes=changes, closed=closed, **values)

    call = update_wrapper(call, function)
    for option in (
        click.option("--not-closed", multiple=True, type=Day(), metavar=_DAY, help="A date on which it did trade."),
        click.option("--closed", multiple=True, type=Day(), metavar=_DAY, help="A date on which it did not trade."),
        click.option(
            "--pay-approved",
            type=click.Choice(["itself", "asked"]),
            help="When the payments of approved drafts are posted.",
        ),
        click.option("--week-starts", type=click.Choice(_NAMES, case_sensitive=False), help="First day of a week."),
        click.option("--combine", type=click.Choice([one.value for one in Combining]), help="What is one document."),
    ):
        call = option(call)
    return call


_DAY = "YYYY-MM-DD"
_NAMES = [one.lower() for one in WEEKDAYS]
