"""Values of options whose mistakes are told in plain words: dates, months and whole numbers, each within bounds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from takings.domain.period import EARLIEST, LATEST, is_taken

#: The greatest whole number that every database keeps in a column of its own.
LARGEST = 2**31 - 1

#: How much of a number that is none, or too large, is shown.
_SHOWN = 40


def too_far(text: str, form: int = 10) -> str:
    """Say which dates are taken, in the form that one was given in."""
    return f"{text!r} is too far away; dates are taken from {str(EARLIEST)[:form]} to {str(LATEST)[:form]}."


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
        if not is_taken(found.date()):
            self.fail(too_far(str(value)), param, ctx)
        return found


class WholeNumber(click.IntRange):
    """A whole number, in a range; none is taken that a database can't keep."""

    def __init__(self, smallest: int | None = None, greatest: int = LARGEST) -> None:
        super().__init__(smallest, greatest)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; fails in words for what is none."""
        text = str(value).strip()
        # As text: Python converts no more than some thousand digits.
        if text.isascii() and text.isdigit() and len(text.lstrip("0")) > len(str(LARGEST)):
            self.fail(_too_large(text), param, ctx)
        try:
            number = int(value)
        except ValueError:
            self.fail(f"{text[:_SHOWN]!r} is not a whole number.", param, ctx)
        if number > LARGEST:
            self.fail(_too_large(text), param, ctx)
        found: int = super().convert(value, param, ctx)
        return found


def _too_large(text: str) -> str:
    return f"{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''} is too large; at most {LARGEST}."


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
            found = date.fromisoformat(f"{value}-01")
        except ValueError:
            self.fail(f"{value!r} is not a month; expected YYYY-MM.", param, ctx)
        if not is_taken(found):
            self.fail(too_far(str(value), len("2026-10")), param, ctx)
        return found
