"""Closes named at the command line: a business date, or one of its closes like `2026-10-01/2`."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from takings.cli.values import too_far
from takings.domain.period import is_taken

#: How many closes a date may have.
_MOST_CLOSES = 10_000


class Close(click.ParamType[tuple[date, int]]):
    """A close, written YYYY-MM-DD or YYYY-MM-DD/N."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, int]:
        """Return date and close; fails with the form that is expected."""
        if isinstance(value, tuple):
            return value
        day, slash, sequence = str(value).partition("/")
        try:
            if len(day) != len("2026-10-01") or (slash and not 0 < int(sequence) <= _MOST_CLOSES):
                raise ValueError
            found = date.fromisoformat(day), int(sequence) if slash else 1
        except ValueError:
            self.fail(f"{value!r} is no day; expected YYYY-MM-DD, or YYYY-MM-DD/2 for its second close.", param, ctx)
        if not is_taken(found[0]):
            self.fail(too_far(day), param, ctx)
        return found


CLOSE = Close()
