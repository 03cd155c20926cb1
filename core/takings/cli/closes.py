"""Closes named at the command line: a business date, or one of its closes like `2026-10-01/2`."""

from __future__ import annotations

from datetime import date
from typing import Any

import click


class Close(click.ParamType[tuple[date, int]]):
    """A close, written YYYY-MM-DD or YYYY-MM-DD/N."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, int]:
        """Return date and close; fails with the form that is expected."""
        if isinstance(value, tuple):
            return value
        day, slash, sequence = str(value).partition("/")
        try:
            if len(day) != len("2026-10-01") or (slash and int(sequence) < 1):
                raise ValueError
            return date.fromisoformat(day), int(sequence) if slash else 1
        except ValueError:
            self.fail(f"{value!r} is no day; expected YYYY-MM-DD, or YYYY-MM-DD/2 for its second close.", param, ctx)


CLOSE = Close()
