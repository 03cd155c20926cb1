"""Values of options whose mistakes are told in plain words: dates, months and whole numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click


class Day(click.DateTime):
    """A business date, written YYYY-MM-DD."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the date; fails with the form that is expected."""
        try:
            found: datetime = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a date; expected YYYY-MM-DD.", param, ctx)
        return found


class WholeNumber(click.IntRange):
    """A whole number, in a range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; fails in words for what is none."""
        try:
            int(value)
        except ValueError:
            self.fail(f"{value!r} is not a whole number.", param, ctx)
        found: int = super().convert(value, param, ctx)
        return found


class Month(click.ParamType[date]):
    """A month, written YYYY-MM; its value is its first date."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the month's first date; fails with the form that is expected."""
        if isinstance(value, date):
            return value
        try:
            if len(value) != len("2026-10"):
                raise ValueError
            return date.fromisoformat(f"{value}-01")
        except ValueError:
            self.fail(f"{value!r} is not a month; expected YYYY-MM.", param, ctx)
