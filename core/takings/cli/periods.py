"""The `--from` and `--to` options, and the period that they come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click

from takings.cli.values import Day
from takings.domain.period import Period

_DAY = Day()


def period_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--from` and `--to`; the command takes them as `first` and `last`."""
    until = "Last business date. [default: today, where --from is given]"
    to = click.option("--to", "last", type=_DAY, metavar="YYYY-MM-DD", help=until)
    start = click.option("--from", "first", type=_DAY, metavar="YYYY-MM-DD", help="First business date.")
    return start(to(function))


def period_of(first: datetime | None, last: datetime | None) -> Period | None:
    """Return the period given, or None when none is; raises `UsageError` for one that ends before it begins."""
    if first is None and last is None:
        return None
    if first is None:
        raise click.UsageError("--to needs --from too.")
    begin, end = first.date(), last.date() if last else today()
    if end < begin:
        raise click.UsageError(f"The period begins on {begin} and ends before that, on {end}.")
    return Period(begin, end)


def today() -> date:
    """Return the date where this machine is."""
    return datetime.now().astimezone().date()


def last_full_month() -> Period:
    """Return the last calendar month that is over everywhere on earth."""
    # The earth's last time zone is 12 hours behind UTC.
    last = (datetime.now(UTC) - timedelta(hours=12)).date().replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)
